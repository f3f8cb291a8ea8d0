package dev.lucenesemantic.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A file of a model, read again from its beginning to its end and compared with the hash that is
 * known of it.
 *
 * @param path the file's path in the model's folder, with slashes
 * @param outcome what was found
 * @param hash what the content gives, in hexadecimal digits; empty if it was not read
 * @param expected what it should give; empty where nothing is known
 */
public record FileCheck(String path, Outcome outcome, String hash, String expected) {

  /** What was found. */
  public enum Outcome {
    /** The content is the one that belongs to the hash. */
    INTACT,
    /** The content is another one. */
    DIFFERENT,
    /** There is no such file, or its link leads nowhere. */
    MISSING,
    /** Nothing is known to compare the file with. */
    UNKNOWN
  }

  /** No model has folders in folders in folders. */
  private static final int DEPTH = 6;

  /** Checks that nothing is null. */
  public FileCheck {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(hash, "hash");
    Objects.requireNonNull(expected, "expected");
  }

  /**
   * Checks a snapshot in the cache of the hub, in which every file is a link to a content that is
   * named by its hash. Files that are no such links, as on a disk that knows none, or in a folder
   * that is no snapshot, are {@link Outcome#UNKNOWN}.
   *
   * @param folder a model's folder
   * @return a new list with one entry for each file, in the order of their paths
   * @throws HubException if the folder or a file in it cannot be read
   */
  public static List<FileCheck> ofSnapshot(Path folder) {
    List<FileCheck> checks = new ArrayList<>();
    files(folder).forEach((path, file) -> checks.add(ofBlob(path, file)));
    return checks;
  }

  private static FileCheck ofBlob(String path, Path file) {
    try {
      if (!Files.exists(file)) {
        return new FileCheck(path, Outcome.MISSING, "", "");
      }
      Path content = file.toRealPath();
      String name = content.getFileName().toString();
      if (!content.getParent().endsWith("blobs") || !BlobHash.isHash(name)) {
        return new FileCheck(path, Outcome.UNKNOWN, "", "");
      }
      return compared(path, new BlobHash(name).of(content), name);
    } catch (IOException e) {
      throw new HubException(file.toString(), "cannot be read: " + e, e);
    }
  }

  /**
   * Checks a model's folder against a lock file. Files that the lock file does not name are {@link
   * Outcome#UNKNOWN}.
   *
   * @param lock a file that {@link ModelLock#write} has made
   * @param id the model, as the lock file names it
   * @param folder where it is
   * @return a new list with one entry for each file of either, in the order of their paths
   * @throws HubException if the lock file does not name the model, or a file cannot be read
   */
  public static List<FileCheck> ofLock(Path lock, HubId id, Path folder) {
    Map<String, LockFile.LockedFile> locked = LockFile.read(lock).files(id);
    Map<String, Path> files = files(folder);
    locked.keySet().forEach(path -> files.putIfAbsent(path, folder.resolve(path)));
    List<FileCheck> checks = new ArrayList<>();
    files.forEach((path, file) -> checks.add(ofLocked(path, file, locked.get(path))));
    return checks;
  }

  private static FileCheck ofLocked(String path, Path file, LockFile.LockedFile locked) {
    if (locked == null) {
      return new FileCheck(path, Outcome.UNKNOWN, "", "");
    }
    if (!Files.isRegularFile(file)) {
      return new FileCheck(path, Outcome.MISSING, "", locked.sha256());
    }
    try {
      return compared(path, BlobHash.sha256(file), locked.sha256());
    } catch (IOException e) {
      throw new HubException(file.toString(), "cannot be read: " + e, e);
    }
  }

  private static FileCheck compared(String path, String hash, String expected) {
    return new FileCheck(
        path, hash.equals(expected) ? Outcome.INTACT : Outcome.DIFFERENT, hash, expected);
  }

  /** The files of a folder, links that lead nowhere included, by their paths. */
  private static Map<String, Path> files(Path folder) {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
      walk.filter(path -> !Files.isDirectory(path))
          .forEach(path -> files.put(folder.relativize(path).toString().replace('\\', '/'), path));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new HubException(folder.toString(), "cannot be listed: " + e, e);
    }
    return files;
  }
}
