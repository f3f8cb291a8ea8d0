package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Objects;

/** A document could not be added, after others of the same call had been. */
public final class PartialAddException extends IOException {
  private static final long serialVersionUID = 1L;

  /** How many documents were added. */
  private final long added;

  PartialAddException(long added, Throwable cause) {
    super(
        (added == 0 ? "Nothing was added" : "Only the first " + added + " documents were added")
            + ": "
            + Objects.requireNonNullElse(cause.getMessage(), cause.toString()),
        cause);
    this.added = added;
  }

  /**
   * How many documents were added before the failure: the first ones, in their order.
   *
   * @return the number of documents, which is also the position of the one that failed
   */
  public long added() {
    return added;
  }
}
