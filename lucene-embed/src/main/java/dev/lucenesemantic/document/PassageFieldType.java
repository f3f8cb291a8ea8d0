package dev.lucenesemantic.document;

import java.util.Objects;

/**
 * How the long texts of a field become passages in an index. Make one for each field and use it for
 * every document: it is immutable and safe for use by several threads.
 */
public final class PassageFieldType {
  private final PassageSplitter splitter;
  private final PassageLayout layout;
  private final String parentField;
  private final SemanticFieldType vectorType;

  /**
   * Makes a type.
   *
   * @param splitter divides the texts; its embedder encodes the passages
   * @param layout how the passages lie in the index
   * @param parentField the field of a document that holds its id, a string or a number, which each
   *     of its passages gets as well
   * @throws IllegalArgumentException if the embedder's vectors cannot stand in an index, as {@link
   *     SemanticFieldType} says
   */
  public PassageFieldType(PassageSplitter splitter, PassageLayout layout, String parentField) {
    this.splitter = Objects.requireNonNull(splitter, "splitter");
    this.layout = Objects.requireNonNull(layout, "layout");
    this.parentField = Objects.requireNonNull(parentField, "parentField");
    this.vectorType = new SemanticFieldType(splitter.embedder());
  }

  /**
   * What divides the texts.
   *
   * @return the splitter given to the constructor
   */
  public PassageSplitter splitter() {
    return splitter;
  }

  /**
   * How the passages lie in the index.
   *
   * @return the layout
   */
  public PassageLayout layout() {
    return layout;
  }

  /**
   * The field of a document that holds its id.
   *
   * @return the field's name
   */
  public String parentField() {
    return parentField;
  }

  /**
   * The type of the passages' vectors.
   *
   * @return the type
   */
  public SemanticFieldType vectorType() {
    return vectorType;
  }
}
