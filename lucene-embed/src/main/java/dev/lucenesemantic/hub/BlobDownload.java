package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.CacheFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file's content into the cache: into a file with a temporary name, which goes on where
 * an earlier attempt or process ended, and which gets its final name when its size and hash are
 * what the hub says. Whatever happens, nothing else is ever seen under the final name.
 */
final class BlobDownload {
  private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);

  /** An attempt that brings less than this counts as one that brought nothing. */
  private static final long PROGRESS = 64 << 10;

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes\\s+(\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  private final HubClient client;
  private final HubCache cache;
  private final HubId id;
  private final String commit;
  private final ProgressCounter progress;

  /** Contents that were compared with their hashes by this fetch: no need to read them twice. */
  private final Set<BlobHash> intact = ConcurrentHashMap.newKeySet();

  BlobDownload(
      HubClient client, HubCache cache, HubId id, String commit, ProgressCounter progress) {
    this.client = client;
    this.cache = cache;
    this.id = id;
    this.commit = commit;
    this.progress = progress;
  }

  /**
   * Fetches a file's content unless it is there. One process at a time does so for one content; the
   * others find it done.
   *
   * @return whether it was fetched by this call
   */
  boolean fetch(RepositoryFile file) throws IOException, InterruptedException {
    boolean absent =
        ProcessLock.holding(
            cache.lock(id, file.hash()),
            () -> {
              if (isThere(file)) {
                return false;
              }
              download(file);
              return true;
            });
    progress.reached(file, file.size());
    return absent;
  }

  /** Puts a file that was fetched into the snapshot. */
  void place(RepositoryFile file, boolean isNew) throws IOException, InterruptedException {
    ProcessLock.holding(
        cache.lock(id, file.hash()),
        () -> {
          if (cache.hasInSnapshot(id, commit, file)) {
            return true;
          }
          if (!hasIntactBlob(file)) {
            // Without links, another process may have moved it into another commit's snapshot.
            download(file);
          }
          cache.place(id, commit, file, isNew);
          return true;
        });
  }

  /**
   * Whether the snapshot has the file, or its content only needs its name there. The latter is read
   * again: whoever has removed the name may have done so because the content is damaged.
   */
  boolean isThere(RepositoryFile file) {
    return cache.hasInSnapshot(id, commit, file) || hasIntactBlob(file);
  }

  private boolean hasIntactBlob(RepositoryFile file) {
    Path blob = cache.blob(id, file.hash());
    if (!HubCache.isComplete(blob, file.size())) {
      return false;
    }
    if (intact.contains(file.hash())) {
      return true;
    }
    try {
      if (file.hash().of(blob).equals(file.hash().hex())) {
        intact.add(file.hash());
        return true;
      }
      LOG.warn("{} is damaged, and fetched again for {} of {}", blob, file.path(), id);
    } catch (IOException e) {
      LOG.warn("{} cannot be read, and is fetched again for {} of {}", blob, file.path(), id, e);
    }
    return false;
  }

  private void download(RepositoryFile file) throws IOException, InterruptedException {
    Path incomplete = cache.incomplete(id, file.hash());
    Retries retries = client.retries(Retries.DEFAULT);
    long furthest = size(incomplete);
    boolean mistrusted = false;
    while (true) {
      try {
        transfer(file, incomplete);
        String found = file.hash().of(incomplete);
        if (found.equals(file.hash().hex())) {
          CacheFolder.moveInto(incomplete, cache.blob(id, file.hash()));
          intact.add(file.hash());
          return;
        }
        Files.delete(incomplete);
        progress.reached(file, 0);
        if (mistrusted) {
          throw new HubException(
              client.file(id, commit, file.path()).toString(),
              "gives a content whose hash is "
                  + found
                  + " and not "
                  + file.hash().hex()
                  + ", twice; it is not used. Something between the hub and here changes it, or the"
                  + " hub is damaged");
        }
        // The part that was there before may have been the wrong one.
        mistrusted = true;
        furthest = 0;
        LOG.warn("{} of {} arrived damaged; fetching it again", file.path(), id);
      } catch (IOException e) {
        long reached = size(incomplete);
        if (reached >= furthest + PROGRESS) {
          retries.progressed();
        }
        furthest = Math.max(furthest, reached);
        retries.after(e);
      }
    }
  }

  private static long size(Path incomplete) {
    try {
      return Files.isRegularFile(incomplete, LinkOption.NOFOLLOW_LINKS)
          ? Files.size(incomplete)
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** One attempt: from where the file on disk ends to its whole size. */
  private void transfer(RepositoryFile file, Path incomplete)
      throws IOException, InterruptedException {
    try (FileChannel out = open(incomplete)) {
      long have = out.size();
      if (have > file.size()) {
        out.truncate(0);
        have = 0;
      }
      progress.reached(file, have);
      if (have < file.size()) {
        receive(file, have, out);
      }
      force(out);
    }
  }

  private void receive(RepositoryFile file, long have, FileChannel out)
      throws IOException, InterruptedException {
    try (HttpAnswer answer = client.get(client.file(id, commit, file.path()), have)) {
      refuseAnotherContent(answer, file);
      long position = start(answer, file, have);
      truncate(out, position);
      Pace pace = client.pace();
      List<ByteBuffer> piece = answer.body().next(client.timeout());
      while (piece != null) {
        long before = position;
        position = write(piece, out, position, file);
        pace.add(position - before);
        progress.reached(file, position);
        piece = answer.body().next(client.timeout());
      }
      if (position < file.size()) {
        throw new IOException(
            file.path() + " ended after " + position + " of " + file.size() + " bytes");
      }
    } catch (HttpStatusException e) {
      if (e.status() == 416) {
        truncate(out, 0);
        throw new IOException(e.getMessage(), e);
      }
      throw e;
    }
  }

  /** A whole answer of another size is a page of somebody between the hub and here. */
  private void refuseAnotherContent(HttpAnswer answer, RepositoryFile file) {
    Optional<String> length =
        answer.status() == 200 ? answer.header("Content-Length") : Optional.empty();
    if (length.isPresent() && !length.get().equals(Long.toString(file.size()))) {
      throw new HubException(
          client.file(id, commit, file.path()).toString(),
          "gives "
              + length.get()
              + " bytes of "
              + answer.header("Content-Type").orElse("an unknown type")
              + ", and the hub lists "
              + file.size()
              + " bytes; is there a proxy or a login page in between?");
    }
  }

  /** Where in the file the answer begins: where it was asked to, or at the beginning. */
  private static long start(HttpAnswer answer, RepositoryFile file, long have) throws IOException {
    if (answer.status() == 200) {
      return 0;
    }
    String range = answer.header("Content-Range").orElse("");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    boolean fits =
        matcher.matches()
            && Long.parseLong(matcher.group(1)) == have
            && (matcher.group(2).equals("*") || Long.parseLong(matcher.group(2)) == file.size());
    if (!fits) {
      throw new IOException(
          file.path() + " was asked for from byte " + have + " on, and came as '" + range + "'");
    }
    return have;
  }

  private static long write(List<ByteBuffer> piece, FileChannel out, long from, RepositoryFile file)
      throws IOException {
    long position = from;
    for (ByteBuffer buffer : piece) {
      if (position + buffer.remaining() > file.size()) {
        truncate(out, 0);
        throw new IOException(
            file.path() + " is longer than the " + file.size() + " bytes that the hub announced");
      }
      try {
        while (buffer.hasRemaining()) {
          position += out.write(buffer, position);
        }
      } catch (IOException e) {
        throw new LocalFileException("cannot be written: " + e, e);
      }
    }
    return position;
  }

  private static FileChannel open(Path incomplete) throws IOException {
    try {
      return FileChannel.open(
          incomplete,
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new LocalFileException("cannot be opened: " + e, e);
    }
  }

  private static void truncate(FileChannel out, long size) throws IOException {
    try {
      out.truncate(size);
    } catch (IOException e) {
      throw new LocalFileException("cannot be cut: " + e, e);
    }
  }

  /** A name must not survive a power failure that its content does not. */
  private static void force(FileChannel out) throws IOException {
    try {
      out.force(true);
    } catch (IOException e) {
      throw new LocalFileException("cannot be flushed: " + e, e);
    }
  }
}
