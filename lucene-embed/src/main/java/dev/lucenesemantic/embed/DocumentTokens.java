package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.TokenSpans;

/**
 * The tokens that an embedder makes of documents. Implementations are safe for use by several
 * threads at once.
 */
public interface DocumentTokens {

  /**
   * The length limit of a document.
   *
   * @return tokens, special tokens and the document prompt included; {@link Integer#MAX_VALUE} for
   *     no limit
   */
  int limit();

  /**
   * Counts the tokens that the embedder would read of a document if it had no limit.
   *
   * @param text the document; not null, may be empty
   * @return its tokens, special tokens and the document prompt included
   */
  int count(String text);

  /**
   * Finds the places of a document's own tokens, those of special tokens and of the prompt left
   * out.
   *
   * @param text the document, or a part of it; not null, may be empty
   * @return the places of all tokens
   */
  TokenSpans spans(String text);

  /**
   * Whether white space has no tokens, and a word that stands between blanks, tabs, line feeds,
   * carriage returns or the ends of a text has the same tokens in every text, the prompt before it
   * included. Then what {@link #spans} has found in a text need not be counted once more in each of
   * its parts.
   *
   * @return true if that is certain
   */
  default boolean independentWords() {
    return false;
  }
}
