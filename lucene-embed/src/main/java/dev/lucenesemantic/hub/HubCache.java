package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of Python's {@code huggingface_hub}:
 *
 * <pre>
 * models--organisation--name/
 *   blobs/HASH                     contents, under the names that the hub knows them by
 *   snapshots/COMMIT/FILE          links to them (or copies), under their own names
 *   refs/REVISION                  the commit that a branch or tag was last seen at
 *   .no_exist/COMMIT/FILE          an empty file for one that the repository does not have
 * .locks/models--organisation--name/HASH.lock
 * </pre>
 */
final class HubCache {
  private static final Logger LOG = LoggerFactory.getLogger(HubCache.class);

  /** What Python puts into the cache's folder, so that backups leave it out. */
  private static final String TAG =
      """
      Signature: 8a477f597d28d172789f06886806bc55
      # This file is a cache directory tag created by huggingface_hub.
      # For information about cache directory tags, see:
      #\thttps://bford.info/cachedir/
      """;

  /** No model has folders in folders in folders. */
  private static final int DEPTH = 6;

  private final Path root;
  private final boolean symbolicLinks;

  HubCache(HubSettings settings) {
    this.root = settings.cache();
    this.symbolicLinks = settings.symbolicLinks();
  }

  // ---- where things are -------------------------------------------------------------------------

  Path root() {
    return root;
  }

  Path repository(HubId id) {
    return root.resolve(id.folderName());
  }

  Path snapshot(HubId id, String commit) {
    return repository(id).resolve("snapshots").resolve(commit);
  }

  Path blob(HubId id, BlobHash hash) {
    return repository(id).resolve("blobs").resolve(hash.hex());
  }

  /**
   * Where a content is while it comes. Python before 1.0 appends to {@code HASH.incomplete} and
   * checks no hash: it must not find a file of this side there. Any name that ends like this is
   * removed by {@code hf cache prune}.
   */
  Path incomplete(HubId id, BlobHash hash) {
    return repository(id).resolve("blobs").resolve(hash.hex() + ".jvm.incomplete");
  }

  Path lock(HubId id, BlobHash hash) {
    return root.resolve(".locks").resolve(id.folderName()).resolve(hash.hex() + ".lock");
  }

  Path ref(HubId id) {
    return repository(id).resolve("refs").resolve(id.revision());
  }

  // ---- reading ----------------------------------------------------------------------------------

  /** The commit that a revision is or was last seen at; empty if it never was. */
  Optional<String> commit(HubId id) {
    if (id.isPinned()) {
      return Optional.of(id.revision());
    }
    Path ref = ref(id);
    if (!Files.isRegularFile(ref)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(ref).strip()).filter(HubId::isCommit);
    } catch (IOException e) {
      throw new HubException(ref.toString(), "cannot be read: " + e, e);
    }
  }

  /** Whether a repository is known to lack a file at a commit. */
  boolean isKnownAbsent(HubId id, String commit, String path) {
    return Files.exists(absence(id, commit, path));
  }

  private Path absence(HubId id, String commit, String path) {
    return repository(id).resolve(".no_exist").resolve(commit).resolve(path);
  }

  /** The sizes of the files in a snapshot, by their paths; links that lead nowhere are none. */
  Map<String, Long> sizes(Path snapshot) {
    Map<String, Long> sizes = new TreeMap<>();
    if (!Files.isDirectory(snapshot)) {
      return sizes;
    }
    try (Stream<Path> files = Files.walk(snapshot, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file)) {
          String path = snapshot.relativize(file).toString().replace('\\', '/');
          sizes.put(path, Files.size(file));
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new HubException(snapshot.toString(), "cannot be listed: " + e, e);
    }
    return sizes;
  }

  /** The paths in a snapshot that lead to contents that are gone. */
  Set<String> brokenLinks(Path snapshot) {
    Set<String> broken = new TreeSet<>();
    try (Stream<Path> files = Files.walk(snapshot, DEPTH)) {
      files
          .filter(file -> Files.isSymbolicLink(file) && !Files.exists(file))
          .forEach(file -> broken.add(snapshot.relativize(file).toString().replace('\\', '/')));
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new HubException(snapshot.toString(), "cannot be listed: " + e, e);
    }
    return broken;
  }

  boolean hasInSnapshot(HubId id, String commit, RepositoryFile file) {
    return isComplete(snapshot(id, commit).resolve(file.path()), file.size());
  }

  static boolean isComplete(Path path, long size) {
    try {
      return Files.isRegularFile(path) && Files.size(path) == size;
    } catch (IOException e) {
      return false;
    }
  }

  // ---- writing ----------------------------------------------------------------------------------

  /** Makes the folders of a model. */
  void prepare(HubId id) throws IOException {
    Path repository = repository(id);
    Files.createDirectories(repository.resolve("blobs"));
    requireInside(repository.resolve("blobs"), repository);
    Path tag = root.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      try {
        Files.writeString(tag, TAG);
      } catch (IOException e) {
        LOG.debug("{} was not written", tag, e);
      }
    }
  }

  /**
   * Puts a content that is among the blobs under its own name into the snapshot.
   *
   * @param isNew whether nothing else can refer to the blob yet, so that it may be moved where
   *     links cannot be made
   */
  void place(HubId id, String commit, RepositoryFile file, boolean isNew) throws IOException {
    Path snapshot = snapshot(id, commit);
    Path target = snapshot.resolve(file.path());
    Files.createDirectories(target.getParent());
    requireInside(target.getParent(), repository(id));
    Path blob = blob(id, file.hash());
    if (symbolicLinks && link(blob, target)) {
      return;
    }
    if (isNew) {
      CacheFolder.moveInto(blob, target);
    } else {
      Path copy = temporary(target);
      try {
        Files.copy(blob, copy);
        CacheFolder.moveInto(copy, target);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
  }

  /** Relative, so that the cache can be moved; and in one step, whatever is there. */
  private static boolean link(Path blob, Path target) throws IOException {
    Path link = temporary(target);
    try {
      Files.createSymbolicLink(link, target.getParent().relativize(blob));
    } catch (UnsupportedOperationException | IOException | SecurityException e) {
      LOG.debug("{} cannot be a link; it becomes a file of its own", target, e);
      return false;
    }
    try {
      CacheFolder.moveInto(link, target);
      return true;
    } finally {
      Files.deleteIfExists(link);
    }
  }

  /**
   * Remembers at which commit a revision is. Failing to costs the next offline use, not this one.
   */
  void writeRef(HubId id, String commit) {
    if (id.isPinned() || commit(id).equals(Optional.of(commit))) {
      return;
    }
    Path ref = ref(id);
    try {
      Files.createDirectories(ref.getParent());
      requireInside(ref.getParent(), repository(id));
      writeAtomically(ref, commit);
    } catch (IOException e) {
      LOG.warn("{} cannot be written; without a connection {} will not be found", ref, id, e);
    }
  }

  /** Remembers that a repository does not have a file, so that its absence here is no gap. */
  void writeAbsence(HubId id, String commit, String path) {
    Path absence = absence(id, commit, path);
    if (Files.exists(absence)) {
      return;
    }
    try {
      Files.createDirectories(absence.getParent());
      requireInside(absence.getParent(), repository(id));
      writeAtomically(absence, "");
    } catch (IOException e) {
      LOG.warn("{} cannot be written; without a connection {} will not be found", absence, id, e);
    }
  }

  static void writeAtomically(Path file, String text) throws IOException {
    Path written = temporary(file);
    try {
      Files.writeString(written, text, StandardCharsets.UTF_8);
      CacheFolder.moveInto(written, file);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private static Path temporary(Path file) {
    String suffix = "." + UUID.randomUUID().toString().substring(0, 8) + ".tmp";
    return file.resolveSibling("." + file.getFileName() + suffix);
  }

  /** A link that somebody has put into the cache must not lead what is written out of it. */
  private static void requireInside(Path folder, Path repository) throws IOException {
    if (!folder.toRealPath().startsWith(repository.toRealPath())) {
      throw new HubException(
          folder.toString(),
          "leads out of the model's folder in the cache; remove the link, or the whole of "
              + repository);
    }
  }
}
