package dev.lucenesemantic.model;

import dev.lucenesemantic.model.convert.Head;
import dev.lucenesemantic.model.convert.OnnxConverter;
import dev.lucenesemantic.model.convert.Precision;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX files that were made of a model's safetensors, in the {@link CacheFolder}. Their folder is
 * named by what they are made of, so that each is made once, and again where a file has changed.
 * The model's own folder is never written to: it may be the hub's, or somebody else's.
 */
final class ConvertedModels {
  private static final Logger LOG = LoggerFactory.getLogger(ConvertedModels.class);

  /** Raised when the same sources would give another file than before. */
  private static final String VERSION = "2";

  private static final String UNFINISHED = ".unfinished-";

  private ConvertedModels() {}

  /** The ONNX file for a transformer's folder; made if it is not there yet. */
  static Path find(Path transformer, Head head, Precision precision) {
    OnnxConverter converter = OnnxConverter.of(transformer);
    Path all = CacheFolder.path().resolve("onnx");
    Path folder = all.resolve(key(converter, head, precision));
    Path onnx = folder.resolve("model.onnx");
    if (Files.isRegularFile(onnx)) {
      return onnx;
    }
    Path unfinished = all.resolve(UNFINISHED + UUID.randomUUID());
    LOG.info("{} is converted to ONNX, once, into {}", transformer, folder);
    try {
      converter.write(unfinished.resolve("model.onnx"), head, precision);
      place(unfinished, folder);
      removeLeftovers(all);
    } catch (IOException e) {
      throw new ModelException(
          transformer.toString(),
          "has no ONNX file, and one cannot be made of its safetensors in "
              + all
              + " ("
              + e
              + "); make room, or choose another folder with the system property "
              + CacheFolder.PROPERTY,
          e);
    } finally {
      remove(unfinished);
    }
    return onnx;
  }

  private static String key(OnnxConverter converter, Head head, Precision precision) {
    List<String> parts = new ArrayList<>(List.of(VERSION, head.name(), precision.name()));
    converter.sources().forEach(source -> parts.add(ContentHashes.kept().sha256(source)));
    return ContentDigest.sha256().add(String.join("\n", parts)).hex().substring(0, 32)
        + "-"
        + precision.name().toLowerCase(Locale.ROOT);
  }

  /** Another process may have been faster, with the same files. */
  private static void place(Path unfinished, Path folder) throws IOException {
    try {
      Files.move(unfinished, folder);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      LOG.debug("{} is there already", folder, e);
    }
  }

  /** What processes have left that were killed. */
  private static void removeLeftovers(Path all) throws IOException {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    List<Path> leftovers;
    try (Stream<Path> folders = Files.list(all)) {
      leftovers =
          folders.filter(path -> path.getFileName().toString().startsWith(UNFINISHED)).toList();
    }
    for (Path leftover : leftovers) {
      if (Files.getLastModifiedTime(leftover).toInstant().isBefore(yesterday)) {
        remove(leftover);
      }
    }
  }

  private static void remove(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed", folder, e);
    }
  }
}
