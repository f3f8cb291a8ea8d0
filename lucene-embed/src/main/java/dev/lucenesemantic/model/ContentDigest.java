package dev.lucenesemantic.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes the hash of contents piece by piece. Not safe for use by several threads. */
public final class ContentDigest {
  private static final int BUFFER = 1 << 16;

  private final MessageDigest digest;

  private ContentDigest(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }

  /**
   * What the hub knows large files by.
   *
   * @return a new digest of SHA-256
   */
  public static ContentDigest sha256() {
    return new ContentDigest("SHA-256");
  }

  /**
   * What Git knows files by.
   *
   * @return a new digest of SHA-1
   */
  public static ContentDigest sha1() {
    return new ContentDigest("SHA-1");
  }

  /**
   * Adds bytes.
   *
   * @param bytes all of them are added
   * @return this
   */
  public ContentDigest add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /**
   * Adds a text in UTF-8.
   *
   * @param text what is added
   * @return this
   */
  public ContentDigest add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Adds what a stream still has.
   *
   * @param in is read to its end, and not closed
   * @return this
   * @throws IOException if it cannot be read
   */
  public ContentDigest add(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return this;
  }

  /**
   * The hash of all that was added. Begins anew.
   *
   * @return hexadecimal digits in lower case
   */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
