package dev.lucenesemantic.inference;

/** Cuts texts into the tokens of one model. Safe for use by several threads. */
public interface TextTokenizer extends AutoCloseable {

  /**
   * Tokenises a text with a prompt in front of it, and cuts both to the model's length limit. Of a
   * text of more than a million characters only the first million can count, and a run of more than
   * a thousand blanks in it counts as one of a thousand.
   *
   * @param prompt what stands before the text; empty for nothing
   * @param text the text; not null, may be empty, very long or malformed
   * @return the tokens, special tokens included
   * @throws InferenceException if the tokenizer fails
   */
  TokenIds tokenize(String prompt, String text);

  /**
   * How many tokens a text with a prompt in front of it has, those beyond the limit included. Of a
   * text of more than a million characters only the first million are counted.
   *
   * @param prompt what stands before the text; empty for nothing
   * @param text the text; not null, may be empty, very long or malformed
   * @return the number of tokens, special tokens included
   * @throws InferenceException if the tokenizer fails
   */
  int count(String prompt, String text);

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
