package dev.lucenesemantic.document;

import java.util.List;

/**
 * The passages of a text, and how much of the text they are.
 *
 * @param passages the passages in the order of the text; unmodifiable, and empty for a text without
 *     anything but white space
 * @param tokensSeen how many tokens the text has, special tokens, prompt and title left out
 * @param tokensEncoded how many of them are in passages: fewer only where the text has more
 *     passages than were wanted
 */
public record SplitText(List<Passage> passages, long tokensSeen, long tokensEncoded) {

  /** Copies the list. */
  public SplitText {
    passages = List.copyOf(passages);
  }

  /**
   * Whether the passages cover the whole text.
   *
   * @return false if its end was left out
   */
  public boolean isComplete() {
    return tokensEncoded == tokensSeen;
  }
}
