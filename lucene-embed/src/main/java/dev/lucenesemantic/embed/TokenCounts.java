package dev.lucenesemantic.embed;

/**
 * Is told how much of each text went into its vector. Called by several threads at once, once for
 * each text.
 */
@FunctionalInterface
public interface TokenCounts {

  /**
   * Takes the numbers of one text.
   *
   * @param text the text's position in the list
   * @param seen its tokens, with prompt and special tokens; of a text of more than a million
   *     characters those of the first million
   * @param encoded how many of them the model has read; fewer only if the text was truncated
   */
  void count(int text, int seen, int encoded);
}
