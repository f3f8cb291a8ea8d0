package dev.lucenesemantic.inference;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.lucenesemantic.inference.NativeHandles.Handle;

/**
 * The tokens of a text where the tokenizer has left them, outside of the Java heap. What is asked
 * for is fetched from there, and nothing else: the tokenizer library's own {@code Encoding} fetches
 * everything, the tokens as strings and an object for each place among it, which takes half as long
 * again as finding the tokens. For one thread; to be closed.
 */
final class NativeEncoding implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private final long handle;
  private final Handle<AutoCloseable> counted;
  private final long[] ids;
  private CharSpan[] spans;

  private NativeEncoding(long handle) {
    this.handle = handle;
    counted = NativeHandles.count(() -> LIBRARY.deleteEncoding(handle));
    try {
      ids = LIBRARY.getTokenIds(handle);
    } catch (Throwable t) {
      counted.close();
      throw t;
    }
  }

  static NativeEncoding of(HuggingFaceTokenizer tokenizer, String text, boolean specialTokens) {
    return new NativeEncoding(LIBRARY.encode(tokenizer.getHandle(), text, specialTokens));
  }

  static NativeEncoding ofPair(HuggingFaceTokenizer tokenizer, String first, String second) {
    return new NativeEncoding(LIBRARY.encodeDual(tokenizer.getHandle(), first, second, true));
  }

  /** How many tokens there are. */
  int length() {
    return ids.length;
  }

  long[] ids() {
    return ids;
  }

  /** To which text of a pair each token belongs. */
  long[] types() {
    return LIBRARY.getTypeIds(handle);
  }

  /** The number of each token's word; -1 for special tokens. */
  long[] words() {
    return LIBRARY.getWordIds(handle);
  }

  /** 1 for the tokens that the tokenizer has put around the text. */
  long[] specials() {
    return LIBRARY.getSpecialTokenMask(handle);
  }

  /** Where each token stands in the text, in code points; null for special tokens. */
  CharSpan[] spans() {
    if (spans == null) {
      spans = LIBRARY.getTokenCharSpans(handle);
    }
    return spans;
  }

  @Override
  public void close() {
    counted.close();
  }
}
