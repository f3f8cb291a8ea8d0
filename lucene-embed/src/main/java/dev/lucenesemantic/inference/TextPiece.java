package dev.lucenesemantic.inference;

import java.util.Arrays;

/**
 * One text of a pair: its tokens without any special ones, no more than the model reads.
 *
 * @param ids the tokens at the end of the text that is kept
 * @param reached how many tokens the text counts for when it is compared with another; of a text
 *     beyond the limit it is those up to the word with which Hugging Face's tokenizers stop
 * @param complete whether these are all tokens of the text
 */
public record TextPiece(int[] ids, int reached, boolean complete) {

  @Override
  public boolean equals(Object other) {
    return other instanceof TextPiece that
        && Arrays.equals(ids, that.ids)
        && reached == that.reached
        && complete == that.complete;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "TextPiece" + Arrays.toString(ids) + (complete ? "" : " (of more)");
  }
}
