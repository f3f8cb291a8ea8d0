package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.ImageEmbedder;
import dev.lucenesemantic.image.ImageSource;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.util.BytesRef;

/**
 * A vector field that is given a text or an image: its vector is what the embedder of its type
 * makes of it. Texts and images may stand in one field, and a text finds both.
 *
 * <p>{@link SemanticIndexWriter} encodes the texts and images of many documents together before it
 * adds them. A plain {@code IndexWriter} works too, but then that of a document is encoded alone,
 * while the document is being indexed. Either way it is encoded once.
 *
 * <p>The text itself is neither indexed nor stored: add a {@code TextField} under another name for
 * that. Under one name Lucene does not take both. The same goes for an image, which is read when it
 * is encoded and not before.
 *
 * <p>Like Lucene's fields, an instance is for one thread at a time.
 */
public final class SemanticField extends KnnFloatVectorField {
  private final String text;
  private final Optional<ImageSource> image;
  private boolean encoded;
  private BytesRef textHash;

  /** The tokens of the text and how many of them were read; 0 where that is not known. */
  private int tokensSeen;

  private int tokensEncoded;

  /**
   * Makes a field; nothing is encoded yet.
   *
   * @param name the name of the field
   * @param text the text to encode; may be empty
   * @param type says which embedder encodes the text
   * @throws IllegalArgumentException if one of them is null
   */
  public SemanticField(String name, String text, SemanticFieldType type) {
    super(name, placeholder(name, text, "text", type), type);
    this.text = text;
    this.image = Optional.empty();
  }

  /**
   * Makes a field of an image; nothing is read or encoded yet.
   *
   * @param name the name of the field
   * @param image the image to encode
   * @param type says which embedder encodes the image
   * @throws IllegalArgumentException if one of them is null, or the embedder has texts only
   */
  public SemanticField(String name, ImageSource image, SemanticFieldType type) {
    super(name, placeholder(name, image, "image", type), type);
    if (!(type.embedder() instanceof ImageEmbedder embedder) || !embedder.embedsImages()) {
      throw new IllegalArgumentException(
          "Field '"
              + name
              + "' is given an image, and model "
              + type.model()
              + " has texts only; a CLIP model encodes images");
    }
    this.text = "";
    this.image = Optional.of(image);
  }

  private static float[] placeholder(
      String name, Object content, String what, SemanticFieldType type) {
    requireArgument(name, "name must not be null");
    requireArgument(type, "the type of field '" + name + "' must not be null");
    requireArgument(content, "the " + what + " of field '" + name + "' must not be null");
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
   * @return the text; empty if it was given an image
   */
  public String text() {
    return text;
  }

  /**
   * The image that this field was given.
   *
   * @return the image; empty if it was given a text
   */
  public Optional<ImageSource> image() {
    return image;
  }

  /**
   * Whether the vector is there already.
   *
   * @return true once the text or image was encoded or a vector was set
   */
  public boolean isEncoded() {
    return encoded;
  }

  @Override
  public SemanticFieldType fieldType() {
    return (SemanticFieldType) super.fieldType();
  }

  /**
   * The vector of the text or image, encoded now if nobody encoded it before.
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

  /** Takes the vector that the embedder made of the text or image. */
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

  /** Takes the numbers that the embedder gave for the text. */
  void setTokens(int seen, int tokensRead) {
    tokensSeen = seen;
    tokensEncoded = tokensRead;
  }

  int tokensSeen() {
    return tokensSeen;
  }

  int tokensEncoded() {
    return tokensEncoded;
  }

  /** Takes a vector that the model has made of the same text before. */
  void setReused(VectorReuse.Found found) {
    setTokens(found.tokensSeen(), found.tokensEncoded());
    setVectorValue(found.vector().clone());
  }

  /** The vector and the numbers of a field that is encoded, for fields of the same text. */
  VectorReuse.Found toFound() {
    return new VectorReuse.Found(vectorValue().clone(), tokensSeen, tokensEncoded);
  }

  /** The hash of the text. */
  BytesRef textHash() {
    if (textHash == null) {
      textHash = TextHash.of(text);
    }
    return textHash;
  }

  /**
   * The same text under another name.
   *
   * @return a field that has this one's vector if it has one
   */
  SemanticField named(String name) {
    SemanticField copy =
        image.isPresent()
            ? new SemanticField(name, image.get(), fieldType())
            : new SemanticField(name, text, fieldType());
    if (encoded) {
      copy.setVectorValue(super.vectorValue());
      copy.setTokens(tokensSeen, tokensEncoded);
    }
    return copy;
  }

  /**
   * Sets a vector that was made elsewhere from the text or image, by the same model.
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
    return "SemanticField<" + name() + ":" + image.map(ImageSource::description).orElse(text) + ">";
  }
}
