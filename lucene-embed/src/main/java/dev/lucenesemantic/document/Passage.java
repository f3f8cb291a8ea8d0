package dev.lucenesemantic.document;

/**
 * A passage of a text.
 *
 * @param number its number in the text, from 0
 * @param start the offset of its first char in the text
 * @param end the offset behind its last char
 * @param text the part of the text from {@code start} to {@code end}; neither begins nor ends with
 *     white space
 * @param title what stands before the text when it is encoded; empty for nothing
 * @param tokens how many tokens the model reads of {@link #encoded()}, special tokens and the
 *     document prompt included
 */
public record Passage(int number, int start, int end, String text, String title, int tokens) {

  /**
   * What the model is given to encode: the title, if there is one, and the text in a line of its
   * own.
   *
   * @return title and text
   */
  public String encoded() {
    return encoded(title, text);
  }

  static String encoded(String title, String text) {
    return title == null || title.isEmpty() ? text : title + "\n" + text;
  }
}
