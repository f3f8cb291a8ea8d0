package dev.lucenesemantic.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.lucene.util.BytesRef;

/**
 * The SHA-256 of a text, by which a vector that was made of the same text is recognised. It is that
 * of the text's chars, two bytes each and the higher one first. Half of a surrogate pair counts as
 * U+FFFD: neither an embedder nor a stored field is given anything else.
 */
final class TextHash {
  private TextHash() {}

  /** The 32 bytes of a text's hash. */
  static BytesRef of(String text) {
    return new BytesRef(sha256().digest(text.getBytes(StandardCharsets.UTF_16BE)));
  }

  /** The text as embedders get it. */
  static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_16BE), StandardCharsets.UTF_16BE);
      }
    }
    return text;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
