package dev.lucenesemantic.document;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link SemanticIndexWriter} has done so far and what waits in it now, at one moment. The
 * numbers are counted apart: while documents are being added, one may be a document ahead of
 * another.
 *
 * @param documents what was added
 * @param encoding what was encoded
 * @param queue what waits to be encoded
 */
public record IndexingMetrics(Documents documents, Encoding encoding, Queue queue) {

  /** Checks that nothing is null. */
  public IndexingMetrics {
    Objects.requireNonNull(documents, "documents");
    Objects.requireNonNull(encoding, "encoding");
    Objects.requireNonNull(queue, "queue");
  }

  /**
   * Documents since the writer was made.
   *
   * @param added those that were added, or took the place of others; passages not included
   * @param passages passages that were added
   * @param pending texts of these documents and passages that were added without their vector, as
   *     {@link FailurePolicy#ADD_WITHOUT_VECTOR} says. A backfill does not take them away here
   * @param failed documents that were not added, because something was thrown; passages not
   *     included
   */
  public record Documents(long added, long passages, long pending, long failed) {}

  /**
   * Calls of embedders since the writer was made.
   *
   * @param texts texts and images that were encoded
   * @param characters the characters of these texts
   * @param tokens what the models read of them, special tokens included; less than was there where
   *     texts were cut. Of an embedder that does not count tokens there are none
   * @param failedBatches calls that failed; of each text that is at fault in company, several
   * @param batchSizes texts and images of a call that did not fail, and how many such calls
   * @param latency nanoseconds of these calls
   */
  public record Encoding(
      long texts,
      long characters,
      long tokens,
      long failedBatches,
      Distribution batchSizes,
      Distribution latency) {

    /** Checks that nothing is null. */
    public Encoding {
      Objects.requireNonNull(batchSizes, "batchSizes");
      Objects.requireNonNull(latency, "latency");
    }
  }

  /**
   * The queue at the moment, and who ever had to wait at its door.
   *
   * @param callers calls whose texts wait or are being encoded
   * @param texts their texts and images
   * @param bytes what these hold in memory
   * @param tokens what the model will read of them, at most
   * @param heldBack calls that wait at the door, because the queue is full
   * @param everHeldBack calls that had to wait at the door, since the writer was made
   * @param timeHeldBack how long they waited there, all together; those who wait now not included
   */
  public record Queue(
      int callers,
      int texts,
      long bytes,
      long tokens,
      int heldBack,
      long everHeldBack,
      Duration timeHeldBack) {

    /** Checks that nothing is null. */
    public Queue {
      Objects.requireNonNull(timeHeldBack, "timeHeldBack");
    }
  }

  /**
   * How a number was distributed.
   *
   * @param count how often it was seen
   * @param sum the sum of all
   * @param max the largest; 0 if there was none
   * @param p50 the median; within an eighth too large
   * @param p95 what 95 of 100 do not exceed; within an eighth too large
   * @param p99 what 99 of 100 do not exceed; within an eighth too large
   */
  public record Distribution(long count, long sum, long max, long p50, long p95, long p99) {

    /**
     * The average.
     *
     * @return the sum by the count; 0 if there was none
     */
    public double mean() {
      return count == 0 ? 0 : (double) sum / count;
    }
  }
}
