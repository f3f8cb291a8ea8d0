package dev.lucenesemantic.document;

import java.util.Objects;
import java.util.Optional;

/**
 * What can be chosen about a {@link SemanticIndexWriter}. Immutable: start from {@link
 * #defaults()}.
 *
 * @param failurePolicy what happens to a document of which a text cannot be encoded
 * @param vectorReuse where vectors are looked for before a text is encoded
 */
public record SemanticIndexOptions(FailurePolicy failurePolicy, Optional<VectorReuse> vectorReuse) {

  /** Checks that nothing is null. */
  public SemanticIndexOptions {
    Objects.requireNonNull(failurePolicy, "failurePolicy");
    Objects.requireNonNull(vectorReuse, "vectorReuse");
  }

  /**
   * A failure fails the call, and every text is encoded.
   *
   * @return the options
   */
  public static SemanticIndexOptions defaults() {
    return new SemanticIndexOptions(FailurePolicy.FAIL, Optional.empty());
  }

  /**
   * The same with another policy for texts that cannot be encoded.
   *
   * @param policy what happens to their documents
   * @return a copy
   */
  public SemanticIndexOptions withFailurePolicy(FailurePolicy policy) {
    return new SemanticIndexOptions(policy, vectorReuse);
  }

  /**
   * The same with vectors taken from where the same text was encoded before.
   *
   * @param reuse where to look; not closed by the writer
   * @return a copy
   */
  public SemanticIndexOptions withVectorReuse(VectorReuse reuse) {
    return new SemanticIndexOptions(failurePolicy, Optional.of(reuse));
  }
}
