package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TokenCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An embedder that can be out of order, that cannot encode texts with {@code bad}, {@code unlinked}
 * or {@code huge} in them as long as it is not mended, and that reads four words of a text at the
 * most.
 */
final class FlakyEmbedder extends FakeEmbedder {
  static final int LIMIT = 4;

  volatile boolean broken;
  volatile boolean mended;
  volatile int limit = LIMIT;
  final List<String> encoded = Collections.synchronizedList(new ArrayList<>());

  FlakyEmbedder(String fingerprint, int dimension) {
    super(fingerprint, dimension);
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return embedDocuments(texts, (text, seen, read) -> {});
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts, TokenCounts counts) {
    if (broken) {
      throw new IllegalStateException("the model is out of order");
    }
    for (String text : texts) {
      if (!mended && text.contains("bad")) {
        throw new IllegalArgumentException("cannot encode " + text);
      }
      if (!mended && text.contains("unlinked")) {
        throw new NoClassDefFoundError(text);
      }
      if (!mended && text.contains("huge")) {
        throw new OutOfMemoryError(text);
      }
    }
    encoded.addAll(texts);
    for (int i = 0; i < texts.size(); i++) {
      int words = texts.get(i).split("\\s+").length;
      counts.count(i, words, Math.min(words, limit));
    }
    return super.embedDocuments(texts);
  }
}
