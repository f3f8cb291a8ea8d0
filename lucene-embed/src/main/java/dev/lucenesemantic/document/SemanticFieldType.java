package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.ImageEmbedder;
import dev.lucenesemantic.embed.Similarity;
import dev.lucenesemantic.embed.TextEmbedder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The type of a field whose vectors an embedder makes: float vectors of the embedder's dimension,
 * compared by dot product, with the model's fingerprint as an attribute that stays in the index.
 *
 * <p>Make one for each field and use it for every document: it is frozen, safe for use by several
 * threads, and Lucene recognises it faster than an equal one.
 *
 * <p>Vectors that were made elsewhere by the same model are indexed with {@code new
 * KnnFloatVectorField(name, type.check(vector), type)}.
 *
 * <p>The dimension is not limited here. Lucene's default vector format takes 1024 at most and
 * refuses a document with more; a {@link dev.lucenesemantic.codec.SemanticCodec} takes 4096.
 */
public final class SemanticFieldType extends FieldType {
  /**
   * The key of the attribute that names a model is this prefix and the model's fingerprint, its
   * value is the model's name. The fingerprint is part of the key because a merge of segments
   * unites keys, but keeps only the last value of each.
   */
  public static final String MODEL_ATTRIBUTE_PREFIX = "semantic.model.";

  // Float arithmetic leaves a norm within 1e-6 of 1; a vector that was rounded to 8 bits is further
  // away, and one that nobody normalised is much further.
  private static final double NORM_TOLERANCE = 1e-3;

  private final TextEmbedder embedder;
  private final String fingerprint;
  private final String modelName;
  private final float[] placeholder;

  /**
   * Makes a frozen type.
   *
   * @param embedder encodes the texts and images of the fields; not closed by anything in this
   *     package
   * @throws IllegalArgumentException if the embedder has a dimension below 1 or no fingerprint, or
   *     its vectors are neither of unit length nor made to be compared by cosine
   */
  public SemanticFieldType(TextEmbedder embedder) {
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    fingerprint = embedder.fingerprint();
    if (fingerprint == null || fingerprint.isEmpty()) {
      throw new IllegalArgumentException(
          "The embedder has no fingerprint: without one nothing could tell its vectors from those"
              + " of another model");
    }
    modelName = Objects.requireNonNullElse(embedder.modelName(), fingerprint);
    int dimension = embedder.dimension();
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "Model " + model() + " says that its vectors have " + dimension + " components");
    }
    if (!embedder.normalized() && embedder.similarity() != Similarity.COSINE) {
      throw new IllegalArgumentException(
          "Model "
              + model()
              + " compares vectors that are not of unit length by "
              + embedder.similarity()
              + "; an index compares by cosine, which would change what is near. Use a model that is"
              + " made for the cosine or normalises its vectors");
    }
    placeholder = new float[dimension];
    setVectorAttributes(dimension, VectorEncoding.FLOAT32, VectorSimilarityFunction.DOT_PRODUCT);
    putAttribute(MODEL_ATTRIBUTE_PREFIX + fingerprint, modelName);
    freeze();
  }

  /**
   * The embedder of this type's fields.
   *
   * @return the embedder given to the constructor
   */
  public TextEmbedder embedder() {
    return embedder;
  }

  /**
   * Checks that a vector may stand in a field of this type, which Lucene does not do: it has the
   * model's dimension, all components are finite, and its length is 1 within 0.001.
   *
   * @param vector the vector
   * @return the same vector
   * @throws IllegalArgumentException if it may not; the message names the model and says what is
   *     wrong
   */
  public float[] check(float[] vector) {
    if (vector == null) {
      throw new IllegalArgumentException("null instead of a vector of model " + model());
    }
    if (vector.length != vectorDimension()) {
      throw new IllegalArgumentException(
          "a vector of "
              + vector.length
              + " components, but those of model "
              + model()
              + " have "
              + vectorDimension());
    }
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalArgumentException(
            "component " + i + " of the vector is " + vector[i] + ", not a finite number; " + by());
      }
      squares += (double) vector[i] * vector[i];
    }
    double norm = Math.sqrt(squares);
    if (Math.abs(norm - 1) > NORM_TOLERANCE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the vector has length %.6g, but a dot product compares vectors of length 1:"
                  + " normalise it; %s",
              norm,
              by()));
    }
    return vector;
  }

  /**
   * A vector as the index holds it: scaled to unit length if the embedder does not do that itself,
   * and checked.
   *
   * @param embedded a vector as the embedder gave it; not changed
   * @return a vector of unit length
   * @throws IllegalArgumentException as {@link #check} throws it
   */
  public float[] toUnitLength(float[] embedded) {
    if (embedder.normalized() || embedded == null) {
      return check(embedded);
    }
    double squares = 0;
    for (float component : embedded) {
      squares += (double) component * component;
    }
    float[] scaled = new float[embedded.length];
    double norm = Math.sqrt(squares);
    for (int i = 0; i < scaled.length; i++) {
      // Zero and infinite lengths give NaN, which the check refuses.
      scaled[i] = (float) (embedded[i] / norm);
    }
    return check(scaled);
  }

  private String by() {
    return "the model is " + model();
  }

  /**
   * Encodes the texts and images of fields whose types have this type's embedder, in one call for
   * each of the two kinds.
   *
   * @return one vector for each field, unchecked
   * @throws EncodingException if the embedder throws, or gives another number of vectors
   */
  List<float[]> encode(List<SemanticField> fields) {
    List<SemanticField> ofTexts = fields.stream().filter(each -> each.image().isEmpty()).toList();
    List<SemanticField> ofImages =
        fields.stream().filter(each -> each.image().isPresent()).toList();
    if (ofImages.isEmpty()) {
      return encode(ofTexts, "text", this::texts);
    }
    if (ofTexts.isEmpty()) {
      return encode(ofImages, "image", this::images);
    }
    Iterator<float[]> texts = encode(ofTexts, "text", this::texts).iterator();
    Iterator<float[]> images = encode(ofImages, "image", this::images).iterator();
    List<float[]> inOrder = new ArrayList<>();
    for (SemanticField field : fields) {
      inOrder.add(field.image().isPresent() ? images.next() : texts.next());
    }
    return inOrder;
  }

  private List<float[]> texts(List<SemanticField> fields) {
    return embedder.embedDocuments(
        fields.stream().map(field -> TextHash.wellFormed(field.text())).toList(),
        (text, seen, read) -> fields.get(text).setTokens(seen, read));
  }

  private List<float[]> images(List<SemanticField> fields) {
    // A field of an image has checked that there is such an embedder.
    return ((ImageEmbedder) embedder)
        .embedImages(fields.stream().map(field -> field.image().orElseThrow()).toList());
  }

  private List<float[]> encode(
      List<SemanticField> fields, String kind, Function<List<SemanticField>, List<float[]>> embed) {
    List<float[]> vectors;
    try {
      List<float[]> given = embed.apply(fields);
      // A list of somebody else's may compute its elements when it is read.
      vectors = given == null ? null : new ArrayList<>(given);
    } catch (Throwable e) {
      // An error may be one text's as well, and others can still be encoded after it.
      throw new EncodingException(
          "Cannot encode " + contentOf(fields, kind) + " with model " + model() + ": " + e, e);
    }
    if (vectors == null || vectors.size() != fields.size()) {
      throw new EncodingException(
          "Cannot encode "
              + contentOf(fields, kind)
              + ": model "
              + model()
              + " gave "
              + (vectors == null ? "null" : vectors.size() + " vectors")
              + " for "
              + fields.size(),
          null);
    }
    return vectors;
  }

  private static String contentOf(List<SemanticField> fields, String kind) {
    String names =
        fields.stream()
            .map(field -> "'" + field.name() + "'")
            .distinct()
            .collect(Collectors.joining(", "));
    return fields.size() == 1
        ? "the " + kind + " of field " + names
        : fields.size() + " " + kind + "s of " + names;
  }

  /** The model's name and fingerprint, as messages put them. */
  String model() {
    return FieldModels.describe(modelName, fingerprint);
  }

  /** A vector of the right dimension that only fills a place; never indexed. */
  float[] placeholder() {
    return placeholder;
  }

  /** Two types are equal if their vectors can be compared: Lucene's own equals ignores vectors. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SemanticFieldType type
        && fingerprint.equals(type.fingerprint)
        && vectorDimension() == type.vectorDimension();
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }
}
