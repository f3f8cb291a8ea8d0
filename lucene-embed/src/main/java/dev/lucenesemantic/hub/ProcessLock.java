package dev.lucenesemantic.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two threads, and two processes, from fetching the same file at once.
 *
 * <p>It saves work and is no more than that. On POSIX systems Java's locks ({@code fcntl}) and
 * those of Python's filelock ({@code flock}) do not see each other, and on some network file
 * systems neither works. Correctness comes from elsewhere: a file gets its final name only after
 * its hash was found right, by one atomic move, and Python writes to a name that is its own.
 */
final class ProcessLock {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessLock.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration SAY_SO_EVERY = Duration.ofSeconds(10);

  /**
   * A process has a lock only once: a second channel on the same file could not wait for it, and
   * closing that channel would even release it.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private ProcessLock() {}

  /** What is done by one at a time. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Waits until nobody else holds the lock, and works while nobody else can. */
  static <T> T holding(Path file, Work<T> work) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    Path key = file.getParent().toRealPath().resolve(file.getFileName());
    synchronized (HELD) {
      while (HELD.contains(key)) {
        HELD.wait();
      }
      HELD.add(key);
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              key,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
      lock(channel, file);
      return work.run();
    } finally {
      release(key, channel);
    }
  }

  private static void lock(FileChannel channel, Path file) throws InterruptedException {
    long polls = 0;
    while (!tryLock(channel, file)) {
      if (++polls % (SAY_SO_EVERY.toMillis() / POLL.toMillis()) == 0) {
        LOG.info("Another process holds {}; waiting for it to finish its download", file);
      }
      Thread.sleep(POLL);
    }
  }

  private static boolean tryLock(FileChannel channel, Path file) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Held by this class in another class loader.
      return false;
    } catch (IOException e) {
      LOG.debug("{} cannot be locked on its file system; going on without", file, e);
      return true;
    }
  }

  private static void release(Path key, FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.debug("{} was not closed", key, e);
    } finally {
      synchronized (HELD) {
        HELD.remove(key);
        HELD.notifyAll();
      }
    }
  }
}
