package dev.lucenesemantic.document;

import java.util.Objects;

/**
 * The names of the fields that go with the vector of a passage. All are ordinary Lucene fields.
 *
 * @param field the name of the field that was given the long text, under which the vectors are
 */
public record PassageNames(String field) {
  /** The only term of the {@link #marker()} field. */
  public static final String MARKER_TERM = "1";

  /** Checks that there is a name. */
  public PassageNames {
    Objects.requireNonNull(field, "field");
  }

  /**
   * The field that marks passages: a term {@link #MARKER_TERM} and numeric doc values, the
   * passage's number in its text.
   *
   * @return its name
   */
  public String marker() {
    return CompanionFields.passage(field);
  }

  /** Whether a field marks passages of some field. */
  static boolean isMarker(String name) {
    return name.endsWith(CompanionFields.passage(""));
  }

  /**
   * The stored field with the passage's text, without a title.
   *
   * @return its name
   */
  public String text() {
    return field + "#passage_text";
  }

  /**
   * The stored field with what stood in front of the passage when it was encoded, in passages that
   * have a title.
   *
   * @return its name
   */
  public String title() {
    return field + "#passage_title";
  }

  /**
   * The numeric doc values that say at which char of the long text the passage begins.
   *
   * @return their name
   */
  public String start() {
    return field + "#passage_start";
  }

  /**
   * The numeric doc values that say behind which char of the long text the passage ends.
   *
   * @return their name
   */
  public String end() {
    return field + "#passage_end";
  }

  /**
   * The field with the parent's id, as a stored term and sorted doc values.
   *
   * @return its name
   */
  public String parent() {
    return field + "#parent";
  }
}
