package dev.lucenesemantic.document;

import java.util.List;

/**
 * What came of giving documents their missing vectors, or has come of it so far.
 *
 * @param documents documents that have got their vector
 * @param encoded texts that were encoded for it
 * @param reused how many of the documents have got a vector that was there already: of an earlier
 *     run, of another document with the same text, or from {@link VectorReuse}
 * @param failed texts that could not be encoded; their documents stay as they are
 * @param failures what was wrong with the first few of them
 * @param remaining documents that still have no vector, failed ones included; as long as the work
 *     goes on, about
 * @param stopped whether the work was stopped before its end
 */
public record FillReport(
    long documents,
    long encoded,
    long reused,
    long failed,
    List<String> failures,
    long remaining,
    boolean stopped) {

  /** Copies the list. */
  public FillReport {
    failures = List.copyOf(failures);
  }

  /**
   * Whether nothing is left to do.
   *
   * @return true if every document has its vector; false as well if it was stopped before that was
   *     known
   */
  public boolean complete() {
    return remaining == 0 && !stopped;
  }
}
