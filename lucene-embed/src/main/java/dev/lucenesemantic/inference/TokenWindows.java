package dev.lucenesemantic.inference;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Finds the borders of windows in a text: each of as many tokens as there is room for, and cut at
 * the best place that leaves enough of the room used. For one thread.
 */
public final class TokenWindows {

  /** Counts the tokens of a window again: alone it can have others than the text has there. */
  @FunctionalInterface
  public interface Excess {

    /**
     * By how many tokens a window is too long.
     *
     * @param from the border at which it begins
     * @param to the border at which it ends
     * @return the number of tokens too many; 0 or less if it fits
     */
    int of(int from, int to);
  }

  /**
   * A kind of places to cut at.
   *
   * @param is which offsets in the text are of this kind or a better one
   * @param least how many tokens a window must have to end at such a place
   */
  public record Place(IntPredicate is, int least) {}

  private final TokenBorders borders;
  private final List<Place> places;
  private final int room;
  private final int overlap;
  private final Excess excess;

  /**
   * Makes the windows of a text.
   *
   * @param borders the text's borders
   * @param places the kinds of places to cut at, the best kind first. Where there is none, the cut
   *     is between any two characters
   * @param room how many tokens a window may have, at least 1
   * @param overlap how many tokens two windows that follow each other share, at the most
   * @param excess counts the tokens of a window
   */
  public TokenWindows(
      TokenBorders borders, List<Place> places, int room, int overlap, Excess excess) {
    this.borders = borders;
    this.places = List.copyOf(places);
    this.room = room;
    this.overlap = overlap;
    this.excess = excess;
  }

  /**
   * Where a window ends.
   *
   * @param from the border at which it begins
   * @return the last border up to which it fits, chosen by its place; behind {@code from}
   */
  public int end(int from) {
    int most = Math.min(borders.size(), from + room);
    int to = cut(from, most);
    if (to < 0) {
      // A single character of more tokens than there is room for.
      to = borders.first(most, borders.size(), TokenWindows::isAnywhere);
    }
    for (int over = excess.of(from, to); over > 0; over = excess.of(from, to)) {
      int shorter = cut(from, Math.max(from + (to - from) / 2, to - over));
      if (shorter < 0) {
        return to;
      }
      to = shorter;
    }
    return to;
  }

  private static boolean isAnywhere(int offset) {
    return true;
  }

  private int cut(int from, int most) {
    for (Place place : places) {
      int to = borders.last(from + Math.max(1, place.least()), most, place.is());
      if (to >= 0) {
        return to;
      }
    }
    int to = borders.last(from + 1, most, TokenWindows::isAnywhere);
    return to >= 0 ? to : borders.lastBetweenCodePoints(from + 1, most);
  }

  /**
   * Where the window behind another begins: at the best place within the overlap, and of several
   * such at the first.
   *
   * @param from the border at which the one before begins
   * @param to the border at which that one ends
   * @return a border behind {@code from}, and not behind {@code to}
   */
  public int next(int from, int to) {
    int earliest = Math.max(from + 1, to - overlap);
    for (Place place : places) {
      int start = borders.first(earliest, to, place.is());
      if (start >= 0) {
        return start;
      }
    }
    int start = borders.first(earliest, to, TokenWindows::isAnywhere);
    return start < 0 ? to : start;
  }
}
