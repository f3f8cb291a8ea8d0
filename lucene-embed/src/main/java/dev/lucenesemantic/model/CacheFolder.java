package dev.lucenesemantic.model;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The folder for what this library makes of a user's models, to find it again: hashes of large
 * files, and ONNX files that it has made itself. It may be removed at any time.
 *
 * <p>It is the system property {@code lucenesemantic.cache}, or the environment's {@code
 * LUCENE_SEMANTIC_CACHE}, or {@code lucene-semantic} in {@code XDG_CACHE_HOME} or {@code ~/.cache}.
 */
public final class CacheFolder {
  /** The system property that names the folder. */
  public static final String PROPERTY = "lucenesemantic.cache";

  private static final String VARIABLE = "LUCENE_SEMANTIC_CACHE";

  private CacheFolder() {}

  /**
   * Where the folder is.
   *
   * @return its path; it need not exist
   */
  public static Path path() {
    String property = System.getProperty(PROPERTY, "");
    return property.isEmpty()
        ? of(System.getenv(), Path.of(System.getProperty("user.home", ".")))
        : Path.of(property);
  }

  static Path of(Map<String, String> variables, Path home) {
    String own = variables.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String caches = variables.getOrDefault("XDG_CACHE_HOME", "");
    return (caches.isEmpty() ? home.resolve(".cache") : Path.of(caches)).resolve("lucene-semantic");
  }

  /**
   * Gives a finished file its name, in one step where the system can, whatever has that name now.
   *
   * @param from the file under another name
   * @param to its name, in the same file system
   * @throws IOException if it cannot be moved
   */
  public static void moveInto(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
