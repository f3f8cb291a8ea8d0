package dev.lucenesemantic.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What the hub knows a file's content by, and what its name in the cache is: the SHA-256 of a large
 * file, Git's blob id (SHA-1 of a header and the content) of a small one.
 *
 * @param hex 64 or 40 hexadecimal digits
 */
record BlobHash(String hex) {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}|[0-9a-f]{40}");
  private static final int SHA_256_DIGITS = 64;
  private static final int BUFFER = 1 << 16;

  BlobHash {
    if (!isHash(hex)) {
      throw new IllegalArgumentException("not a SHA-256 and not a Git blob id: " + hex);
    }
  }

  static boolean isHash(String hex) {
    return DIGITS.matcher(hex).matches();
  }

  /** The SHA-256 of a file. */
  static String sha256(Path file) throws IOException {
    return digest(file, newDigest("SHA-256"));
  }

  boolean isSha256() {
    return hex.length() == SHA_256_DIGITS;
  }

  /** What a file's content gives in the place of {@link #hex}. */
  String of(Path file) throws IOException {
    if (isSha256()) {
      return sha256(file);
    }
    MessageDigest digest = newDigest("SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    return digest(file, digest);
  }

  private static String digest(Path file, MessageDigest digest) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
