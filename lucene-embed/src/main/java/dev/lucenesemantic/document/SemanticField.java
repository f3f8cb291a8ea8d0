package dev.lucenesemantic.document;

import java.util.List;
import org.apache.lucene.document.KnnFloatVectorField;

/**
 * A vector field that is given a text: its vector is what the embedder of its type makes of it.
 *
 * <p>{@link SemanticIndexWriter} encodes the texts of many documents together before it adds them.
 * A plain {@code IndexWriter} works too, but then a document's text is encoded alone, while the
 * document is being indexed. Either way a text is encoded once.
 *
 * <p>The text itself is neither indexed nor stored: add a {@code TextField} under another name for
 * that. Under one name Lucene does not take both.
 *
 * <p>Like Lucene's fields, an instance is for one thread at a time.
 */
public final class SemanticField extends KnnFloatVectorField {
  private final String text;
  private boolean encoded;

  /**
   * Makes a field; nothing is encoded yet.
   *
   * @param name the name of the field
   * @param text the text to encode; may be empty
   * @param type says which embedder encodes the text
   * @throws IllegalArgumentException if one of them is null
   */
  public SemanticField(String name, String text, SemanticFieldType type) {
    super(name, placeholder(name, text, type), type);
    this.text = text;
  }

  private static float[] placeholder(String name, String text, SemanticFieldType type) {
    requireArgument(name, "name must not be null");
    requireArgument(type, "the type of field '" + name + "' must not be null");
    requireArgument(text, "the text of field '" + name + "' must not be null");
    return type.placeholder();
  }

  private static void requireArgument(Object argument, String message) {
    if (argument == null) {
      throw new IllegalArgumentException(message);
    }
  }

  /**
   * The text that this field was given.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * Whether the vector is there already.
   *
   * @return true once the text was encoded or a vector was set
   */
  public boolean isEncoded() {
    return encoded;
  }

  @Override
  public SemanticFieldType fieldType() {
    return (SemanticFieldType) super.fieldType();
  }

  /**
   * The vector of the text, encoded now if nobody encoded it before.
   *
   * @return the vector, of unit length; not a copy
   * @throws EncodingException if the embedder fails or gives something that is no vector of its
   *     model
   */
  @Override
  public float[] vectorValue() {
    if (!encoded) {
      setEncoded(fieldType().encode(List.of(this)).getFirst());
    }
    return super.vectorValue();
  }

  /** Takes the vector that the embedder made of the text. */
  void setEncoded(float[] vector) {
    float[] unit;
    try {
      unit = fieldType().toUnitLength(vector);
    } catch (IllegalArgumentException e) {
      throw new EncodingException(
          "The embedder gave no usable vector for field '" + name() + "': " + e.getMessage(), e);
    }
    setVectorValue(unit);
  }

  /**
   * Sets a vector that was made elsewhere from the text, by the same model.
   *
   * @param vector the vector; not copied
   * @throws IllegalArgumentException if it does not have the model's dimension, a component is not
   *     finite or its length is not 1
   */
  @Override
  public void setVectorValue(float[] vector) {
    try {
      super.setVectorValue(fieldType().check(vector));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Field '" + name() + "': " + e.getMessage(), e);
    }
    encoded = true;
  }

  @Override
  public String toString() {
    return "SemanticField<" + name() + ":" + text + ">";
  }
}
