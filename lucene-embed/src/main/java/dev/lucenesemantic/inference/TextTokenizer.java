package dev.lucenesemantic.inference;

/** Cuts texts into the tokens of one model. Safe for use by several threads. */
public interface TextTokenizer extends AutoCloseable {

  /**
   * Tokenises a text and cuts it to the model's length limit.
   *
   * @param text the text; not null, may be empty, very long or malformed
   * @return its tokens, special tokens included
   */
  TokenIds tokenize(String text);

  /**
   * The length limit.
   *
   * @return the most tokens that {@link #tokenize} returns
   */
  int maxLength();

  /**
   * The largest number that {@link #tokenize} can return for a token.
   *
   * @return an id, at least 0
   */
  int maxId();

  /**
   * Whether a token is one that the tokenizer adds, like {@code [SEP]}.
   *
   * @param id a token
   * @return true for a special token
   */
  boolean isSpecial(int id);

  @Override
  void close();
}
