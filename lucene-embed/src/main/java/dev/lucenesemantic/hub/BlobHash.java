package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return digest(file, ContentDigest.sha256());
  }

  boolean isSha256() {
    return hex.length() == SHA_256_DIGITS;
  }

  /** What a file's content gives in the place of {@link #hex}. */
  String of(Path file) throws IOException {
    if (isSha256()) {
      return sha256(file);
    }
    return digest(file, ContentDigest.sha1().add("blob " + Files.size(file) + "\0"));
  }

  private static String digest(Path file, ContentDigest digest) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return digest.add(in).hex();
    }
  }
}
