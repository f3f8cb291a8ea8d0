package dev.lucenesemantic.document;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What can be chosen about a {@link SemanticIndexWriter}. Immutable: start from {@link
 * #defaults()}.
 *
 * @param failurePolicy what happens to a document of which a text cannot be encoded
 * @param vectorReuse where vectors are looked for before a text is encoded
 * @param queueBounds how much may wait to be encoded
 * @param progress who is told how far an import has come
 * @param expectedDocuments how many documents will be added, passages not included
 */
public record SemanticIndexOptions(
    FailurePolicy failurePolicy,
    Optional<VectorReuse> vectorReuse,
    QueueBounds queueBounds,
    Optional<ProgressListener> progress,
    OptionalLong expectedDocuments) {

  /** Checks that nothing is null. */
  public SemanticIndexOptions {
    Objects.requireNonNull(failurePolicy, "failurePolicy");
    Objects.requireNonNull(vectorReuse, "vectorReuse");
    Objects.requireNonNull(queueBounds, "queueBounds");
    Objects.requireNonNull(progress, "progress");
    if (expectedDocuments.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "expectedDocuments is " + expectedDocuments.getAsLong() + "; leave it out if unknown");
    }
  }

  /**
   * A failure fails the call, every text is encoded, the queue has its {@link QueueBounds#DEFAULT
   * default bounds}, and nobody is told of the progress.
   *
   * @return the options
   */
  public static SemanticIndexOptions defaults() {
    return new SemanticIndexOptions(
        FailurePolicy.FAIL,
        Optional.empty(),
        QueueBounds.DEFAULT,
        Optional.empty(),
        OptionalLong.empty());
  }

  /**
   * The same with another policy for texts that cannot be encoded.
   *
   * @param policy what happens to their documents
   * @return a copy
   */
  public SemanticIndexOptions withFailurePolicy(FailurePolicy policy) {
    return new SemanticIndexOptions(policy, vectorReuse, queueBounds, progress, expectedDocuments);
  }

  /**
   * The same with vectors taken from where the same text was encoded before.
   *
   * @param reuse where to look; not closed by the writer
   * @return a copy
   */
  public SemanticIndexOptions withVectorReuse(VectorReuse reuse) {
    return new SemanticIndexOptions(
        failurePolicy, Optional.of(reuse), queueBounds, progress, expectedDocuments);
  }

  /**
   * The same with other bounds of what may wait to be encoded.
   *
   * @param bounds when calls are held back
   * @return a copy
   */
  public SemanticIndexOptions withQueueBounds(QueueBounds bounds) {
    return new SemanticIndexOptions(
        failurePolicy, vectorReuse, bounds, progress, expectedDocuments);
  }

  /**
   * The same with somebody who is told, once a second at most and when the writer is closed, how
   * far an import has come.
   *
   * @param listener is told
   * @return a copy
   */
  public SemanticIndexOptions withProgress(ProgressListener listener) {
    return new SemanticIndexOptions(
        failurePolicy, vectorReuse, queueBounds, Optional.of(listener), expectedDocuments);
  }

  /**
   * The same with a number of documents, by which the progress says how long the rest will take. It
   * is that of all documents that the writer will be given, by whatever call and thread.
   *
   * @param documents how many, passages not included
   * @return a copy
   */
  public SemanticIndexOptions withExpectedDocuments(long documents) {
    return new SemanticIndexOptions(
        failurePolicy, vectorReuse, queueBounds, progress, OptionalLong.of(documents));
  }
}
