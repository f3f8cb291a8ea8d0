package dev.lucenesemantic.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SHA-256 of files. That of a large file is kept in a folder, together with everything by which
 * the file system tells that the content is another, so that a model is read once and not at every
 * start. A name is no such thing, not even one in the Hugging Face cache, whose files are named by
 * their hashes: a program that writes through the link changes the content and leaves the name.
 */
final class ContentHashes {
  private static final Logger LOG = LoggerFactory.getLogger(ContentHashes.class);

  private static final String FORMAT = "sha256 1";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Reading as much is not slower than looking it up. */
  private static final long LARGE = 1 << 20;

  /** When there are so many, those of files that are gone are removed. */
  private static final int MANY = 200;

  private final Path folder;
  private final Clock clock;

  ContentHashes(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Those that are kept in the {@link CacheFolder}. */
  static ContentHashes kept() {
    return new ContentHashes(CacheFolder.path().resolve("hashes"), Clock.systemUTC());
  }

  /**
   * The hash of a file's content.
   *
   * @return 64 hexadecimal digits
   * @throws ModelException if it cannot be read, or changes meanwhile
   */
  String sha256(Path file) {
    try {
      Path real = file.toRealPath();
      FileStamp stamp = FileStamp.of(real);
      if (stamp.size() < LARGE) {
        return read(real, stamp);
      }
      Path record = folder.resolve(ContentDigest.sha256().add(real.toString()).hex() + ".txt");
      Optional<String> known = known(record, real, stamp);
      if (known.isPresent()) {
        return known.get();
      }
      Instant start = clock.instant();
      String hash = read(real, stamp);
      if (stamp.isSettledAt(start)) {
        keep(record, List.of(FORMAT, real.toString(), stamp.toString(), hash));
      }
      return hash;
    } catch (IOException e) {
      throw new ModelException(file.toString(), "cannot be read: " + e, e);
    }
  }

  private static String read(Path file, FileStamp stamp) throws IOException {
    String hash;
    try (InputStream in = Files.newInputStream(file)) {
      hash = ContentDigest.sha256().add(in).hex();
    }
    if (!FileStamp.of(file).hasContentOf(stamp)) {
      throw new ModelException(
          file.toString(), "was changed while it was read; load the model again");
    }
    return hash;
  }

  private static Optional<String> known(Path record, Path file, FileStamp stamp) {
    if (!Files.isRegularFile(record)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(record);
      boolean fits =
          lines.size() == 4
              && lines.get(0).equals(FORMAT)
              && lines.get(1).equals(file.toString())
              && lines.get(2).equals(stamp.toString())
              && HASH.matcher(lines.get(3)).matches();
      return fits ? Optional.of(lines.get(3)) : Optional.empty();
    } catch (IOException e) {
      LOG.debug("{} cannot be read; the file is hashed again", record, e);
      return Optional.empty();
    }
  }

  /** Without it the file is read again the next time, and that is all. */
  private void keep(Path record, List<String> lines) {
    try {
      Files.createDirectories(folder);
      Path written = folder.resolve("." + UUID.randomUUID() + ".tmp");
      try {
        Files.write(written, lines);
        CacheFolder.moveInto(written, record);
      } finally {
        Files.deleteIfExists(written);
      }
      removeOrphans();
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be written; the file will be hashed again", record, e);
    }
  }

  private void removeOrphans() throws IOException {
    List<Path> records;
    try (Stream<Path> files = Files.list(folder)) {
      records = files.filter(file -> file.toString().endsWith(".txt")).toList();
    }
    if (records.size() < MANY) {
      return;
    }
    for (Path record : records) {
      List<String> lines = Files.readAllLines(record);
      if (lines.size() < 2 || !Files.exists(Path.of(lines.get(1)))) {
        Files.deleteIfExists(record);
      }
    }
  }
}
