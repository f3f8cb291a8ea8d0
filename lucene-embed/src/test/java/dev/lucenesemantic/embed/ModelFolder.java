package dev.lucenesemantic.embed;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Puts model folders together from the tiny model among the test resources. */
public final class ModelFolder {
  private ModelFolder() {}

  /** A copy of the tiny model without any file of sentence-transformers, in {@code target}. */
  public static Path plain(Path target) {
    copy(resource("tiny/base"), target);
    return target;
  }

  /** The tiny model with the files of a variant laid on top. */
  public static Path variant(String name, Path target) {
    plain(target);
    copy(resource("tiny/variants/" + name), target);
    return target;
  }

  /** A file or folder among the test resources. */
  public static Path resource(String name) {
    try {
      URI uri = ModelFolder.class.getResource("/reference/" + name).toURI();
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies a folder into another one, over what is there. */
  public static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.deleteIfExists(target);
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
