package dev.lucenesemantic.document;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.lucene.util.BytesRef;

/**
 * The SHA-256 of a text, by which a vector that was made of the same text is recognised. It is that
 * of the text's chars, two bytes each and the higher one first, so that a text with half of a
 * surrogate pair has a hash of its own.
 */
final class TextHash {
  private static final int CHUNK = 4096;

  private TextHash() {}

  /** The 32 bytes of a text's hash. */
  static BytesRef of(String text) {
    MessageDigest digest = sha256();
    ByteBuffer bytes = ByteBuffer.allocate(2 * CHUNK);
    CharBuffer chars = bytes.asCharBuffer();
    for (int from = 0; from < text.length(); from += CHUNK) {
      int to = Math.min(text.length(), from + CHUNK);
      chars.clear();
      chars.put(text, from, to);
      digest.update(bytes.array(), 0, 2 * (to - from));
    }
    return new BytesRef(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
