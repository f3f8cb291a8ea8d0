package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableFieldType;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;

/**
 * The models that made the vectors of a field, as the segments of an index record them.
 *
 * @param field the name of the field
 * @param names the model's name for each fingerprint; unmodifiable
 * @param unnamed whether there are vectors that do not say which model made them
 */
public record FieldModels(String field, SortedMap<String, String> names, boolean unnamed) {

  /**
   * Makes a value.
   *
   * @param field the name of the field
   * @param names the model's name for each fingerprint; copied
   * @param unnamed whether there are vectors that do not say which model made them
   */
  public FieldModels {
    Objects.requireNonNull(field, "field");
    names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
  }

  /**
   * Reads the models of a field from all segments that hold a vector of it.
   *
   * @param reader the index
   * @param field the name of the field
   * @return its models; empty if the field does not exist or has no vectors
   * @throws IOException if the index cannot be read
   */
  public static FieldModels of(IndexReader reader, String field) throws IOException {
    Collector models = new Collector(field);
    for (LeafReaderContext leaf : reader.leaves()) {
      FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(field);
      if (info != null && hasVectors(leaf.reader(), info)) {
        models.add(info);
      }
    }
    return models.toFieldModels();
  }

  /**
   * The models that segments declare for a field, with or without vectors: a merge would unite them
   * all.
   */
  static FieldModels declared(Iterable<FieldInfos> segments, String field) {
    Collector models = new Collector(field);
    for (FieldInfos infos : segments) {
      FieldInfo info = infos.fieldInfo(field);
      if (info != null && info.hasVectorValues()) {
        models.add(info);
      }
    }
    return models.toFieldModels();
  }

  /** The model that the type of a vector field names. */
  static FieldModels of(String field, IndexableFieldType type) {
    Collector models = new Collector(field);
    models.add(type.getAttributes());
    return models.toFieldModels();
  }

  /**
   * The models that a segment declares for one of its fields, with or without vectors.
   *
   * @param info the field
   * @return its models
   */
  public static FieldModels of(FieldInfo info) {
    Collector models = new Collector(info.name);
    models.add(info);
    return models.toFieldModels();
  }

  private static boolean hasVectors(LeafReader reader, FieldInfo info) throws IOException {
    KnnVectorValues values = vectors(reader, info);
    return values != null && values.size() > 0;
  }

  /** The vectors of a field in a segment, of floats or of bytes; null if it has none. */
  static KnnVectorValues vectors(LeafReader segment, FieldInfo info) throws IOException {
    if (!info.hasVectorValues()) {
      return null;
    }
    return info.getVectorEncoding() == VectorEncoding.BYTE
        ? segment.getByteVectorValues(info.name)
        : segment.getFloatVectorValues(info.name);
  }

  /**
   * The field by the application's name.
   *
   * @return the name of the field, without the fingerprint that a migration has put behind it
   */
  public String baseField() {
    String base = field;
    for (String fingerprint : names.keySet()) {
      base = FieldGenerations.baseName(base, fingerprint);
    }
    return base;
  }

  /** Whether a migration has put the vectors into a field of their own. */
  boolean isGeneration() {
    return !baseField().equals(field);
  }

  /**
   * Whether there is no vector at all.
   *
   * @return true if the field has no vectors
   */
  public boolean isEmpty() {
    return names.isEmpty() && !unnamed;
  }

  /**
   * Checks that an embedder's queries may be compared with every vector of the field.
   *
   * @param embedder the embedder of the query
   * @throws ModelMismatchException if the vectors were made by another model, by several, or do not
   *     say by which
   */
  public void requireSearchable(TextEmbedder embedder) {
    if (isEmpty() || isOnly(embedder.fingerprint())) {
      return;
    }
    throw new ModelMismatchException(
        baseField(),
        "Cannot search field '"
            + baseField()
            + "' with model "
            + describe(embedder.modelName(), embedder.fingerprint())
            + ": it holds "
            + describe()
            + ". "
            + remedy());
  }

  private String remedy() {
    if (names.isEmpty()) {
      return "If this model made them elsewhere, index them with new KnnFloatVectorField(name,"
          + " vector, new SemanticFieldType(embedder)), which records the model.";
    }
    if (isUniform()) {
      return "Search with the model that made them, lead the field to this one (ModelMigration), or"
          + " index the texts again with it, into an empty index or another field.";
    }
    return "Index the texts again with one model, into an empty index or another field.";
  }

  /** Whether vectors of these models may join those of {@code others} in the field. */
  boolean accepts(FieldModels others) {
    return isEmpty() || (names.keySet().equals(others.names.keySet()) && unnamed == others.unnamed);
  }

  /** Whether all vectors come from one source, as far as the index can tell. */
  boolean isUniform() {
    return names.size() + (unnamed ? 1 : 0) <= 1;
  }

  /** Whether all vectors come from this model. */
  boolean isOnly(String fingerprint) {
    return !unnamed && names.size() == 1 && names.containsKey(fingerprint);
  }

  /** The vectors and the models that made them, as messages put it. */
  String describe() {
    if (names.isEmpty()) {
      return unnamed ? "vectors that do not say which model made them" : "no vectors";
    }
    String models =
        names.entrySet().stream()
            .map(model -> describe(model.getValue(), model.getKey()))
            .collect(Collectors.joining(" and "));
    return (names.size() == 1 ? "vectors of model " : "vectors of several models, ")
        + models
        + (unnamed ? ", and vectors that do not say which model made them" : "");
  }

  /** A model's name and fingerprint, as messages put them. */
  static String describe(String modelName, String fingerprint) {
    return modelName + " (fingerprint " + fingerprint + ")";
  }

  private static final class Collector {
    private final String field;
    private final SortedMap<String, String> names = new TreeMap<>();
    private boolean unnamed;

    Collector(String field) {
      this.field = field;
    }

    void add(FieldInfo info) {
      add(info.attributes());
    }

    void add(Map<String, String> attributes) {
      boolean named = false;
      if (attributes != null) {
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
          if (attribute.getKey().startsWith(SemanticFieldType.MODEL_ATTRIBUTE_PREFIX)) {
            names.put(
                attribute.getKey().substring(SemanticFieldType.MODEL_ATTRIBUTE_PREFIX.length()),
                attribute.getValue());
            named = true;
          }
        }
      }
      unnamed |= !named;
    }

    FieldModels toFieldModels() {
      return new FieldModels(field, names, unnamed);
    }
  }
}
