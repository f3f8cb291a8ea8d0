package dev.lucenesemantic.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a model's folder. */
final class FolderListing {
  /** No model has folders in folders in folders. */
  private static final int DEPTH = 6;

  private FolderListing() {}

  /** Sizes in bytes by paths with slashes, sorted. */
  static Map<String, Long> of(Path folder) {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file)) {
          sizes.put(folder.relativize(file).toString().replace('\\', '/'), Files.size(file));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new Refusal(ExitCode.NO_MODEL, folder + " cannot be listed: " + e, e);
    }
    return sizes;
  }
}
