package dev.lucenesemantic.document;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far an import has come.
 *
 * @param documents documents that were added; passages not included
 * @param passages passages that were added
 * @param texts texts and images that were encoded since the first document came, for whatever
 *     reason
 * @param tokens what the model read of them; less than was there where texts were cut
 * @param pending texts that were added without their vector and wait for a backfill
 * @param failures documents that were not added, because something was thrown; passages not
 *     included
 * @param elapsed the time since the first document came
 * @param expected how many documents there will be, if that was said
 */
public record IndexingProgress(
    long documents,
    long passages,
    long texts,
    long tokens,
    long pending,
    long failures,
    Duration elapsed,
    OptionalLong expected) {
  private static final double NANOS = 1e9;

  /** Checks that nothing is null. */
  public IndexingProgress {
    Objects.requireNonNull(elapsed, "elapsed");
    Objects.requireNonNull(expected, "expected");
  }

  /**
   * How fast documents are added, on average since the first one.
   *
   * @return documents a second; 0 as long as no time has passed
   */
  public double documentsPerSecond() {
    return perSecond(documents);
  }

  /**
   * How fast tokens are encoded, on average since the first document.
   *
   * @return tokens a second; 0 as long as no time has passed
   */
  public double tokensPerSecond() {
    return perSecond(tokens);
  }

  private double perSecond(long count) {
    return elapsed.isZero() ? 0 : count / (elapsed.toNanos() / NANOS);
  }

  /**
   * How long the rest will take if it goes on as it went so far. Documents that failed are behind
   * it as well.
   *
   * @return the time; empty if it was not said how many there will be, or none was added yet
   */
  public Optional<Duration> timeLeft() {
    long done = documents + failures;
    if (expected.isEmpty() || done == 0) {
      return Optional.empty();
    }
    long rest = Math.max(0, expected.getAsLong() - done);
    return Optional.of(Duration.ofNanos((long) ((double) elapsed.toNanos() / done * rest)));
  }
}
