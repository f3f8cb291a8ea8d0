package dev.lucenesemantic.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides after each failed attempt whether there is another one, and waits for it: as long as the
 * server says, otherwise 1, 2, 4, 8, 8 seconds and a little more, so that many clients do not come
 * back at once.
 */
final class Retries {
  /** As {@code huggingface_hub}. */
  static final int DEFAULT = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /** A server that asks for more than this gets a user who knows it. */
  private static final Duration LONGEST_REQUESTED_WAIT = Duration.ofMinutes(5);

  /** Nobody is there, or nobody of that name: that seldom changes within seconds. */
  private static final int UNREACHABLE = 1;

  private final int allowed;
  private final Pause pause;
  private int used;

  /** How a thread waits; tests wait for nothing. */
  @FunctionalInterface
  interface Pause {
    void sleep(Duration duration) throws InterruptedException;
  }

  Retries(int allowed, Pause pause) {
    this.allowed = allowed;
    this.pause = pause;
  }

  /** After an attempt that brought something: the counting begins anew. */
  void progressed() {
    used = 0;
  }

  /**
   * Waits for the next attempt.
   *
   * @throws IOException the failure, if there is none
   * @throws InterruptedException if the thread is interrupted, or was before
   */
  void after(IOException failure) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      // Reading and writing end with an IOException of some kind when their thread is to end.
      throw new InterruptedException();
    }
    int most = failure instanceof ConnectException ? Math.min(allowed, UNREACHABLE) : allowed;
    if (used >= most || !canPass(failure)) {
      throw failure;
    }
    Optional<Duration> requested =
        failure instanceof HttpStatusException status ? status.requestedWait() : Optional.empty();
    if (requested.isPresent() && requested.get().compareTo(LONGEST_REQUESTED_WAIT) > 0) {
      throw failure;
    }
    // A second more than the server says, against its rounding.
    Duration wait = requested.map(given -> given.plusSeconds(1)).orElseGet(this::backOff);
    used++;
    LOG.warn("{}; trying again in {} ms ({} of {})", failure, wait.toMillis(), used, allowed);
    pause.sleep(wait);
  }

  private Duration backOff() {
    Duration doubled = Duration.ofSeconds(1L << Math.min(used, 10));
    Duration base = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    return base.plusMillis(ThreadLocalRandom.current().nextLong(base.toMillis() / 4));
  }

  private static boolean canPass(IOException failure) {
    if (failure instanceof LocalFileException || failure instanceof SSLException) {
      return false;
    }
    return !(failure instanceof HttpStatusException status) || status.passes();
  }
}
