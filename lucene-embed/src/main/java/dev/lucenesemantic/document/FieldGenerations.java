package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Which field of an index holds a model's vectors of a semantic field.
 *
 * <p>An application names a field, {@code body_vector}, and a model. Vectors of two models cannot
 * stand in one Lucene field, so a {@link dev.lucenesemantic.maintenance.ModelMigration} puts those
 * of the new model into a field of its own, {@code body_vector@<fingerprint>}. Queries and {@link
 * SemanticIndexWriter} go by the fingerprint of their embedder and find the right one; so the
 * application changes the model in one place, and the name of the field stays.
 */
public final class FieldGenerations {
  private static final String SEPARATOR = "@";

  private FieldGenerations() {}

  /**
   * The field into which a migration puts the vectors of a new model.
   *
   * @param field the field by the application's name
   * @param fingerprint the fingerprint of the new model
   * @return the name of the Lucene field
   */
  public static String name(String field, String fingerprint) {
    return field + SEPARATOR + fingerprint;
  }

  /**
   * The application's name of a field.
   *
   * @param luceneField the name of a Lucene field
   * @param fingerprint the fingerprint of the model whose vectors it holds
   * @return the name without the fingerprint; the same name if it has none
   */
  public static String baseName(String luceneField, String fingerprint) {
    String suffix = SEPARATOR + fingerprint;
    return luceneField.endsWith(suffix)
        ? luceneField.substring(0, luceneField.length() - suffix.length())
        : luceneField;
  }

  /**
   * Finds the field that a query with this embedder must search.
   *
   * @param reader the index
   * @param field the field by the application's name
   * @param embedder the embedder of the query
   * @return the Lucene field with its models; empty if there are no vectors of the field at all
   * @throws ModelMismatchException if there are only vectors of other models, or not yet all of
   *     this one
   * @throws IOException if the index cannot be read
   */
  public static FieldModels searchable(IndexReader reader, String field, TextEmbedder embedder)
      throws IOException {
    String fingerprint = embedder.fingerprint();
    FieldModels first = FieldModels.of(reader, field);
    if (first.isOnly(fingerprint)) {
      return first;
    }
    FieldModels second = FieldModels.of(reader, name(field, fingerprint));
    if (second.isEmpty()) {
      if (first.isEmpty()) {
        requireNoOther(reader, field, embedder);
      }
      first.requireSearchable(embedder);
      return first;
    }
    second.requireSearchable(embedder);
    requireComplete(reader, first, second, embedder);
    return second;
  }

  /** A field that is empty because its vectors have moved must not look like one without hits. */
  private static void requireNoOther(IndexReader reader, String field, TextEmbedder embedder)
      throws IOException {
    for (String other : generations(reader, field)) {
      FieldModels models = FieldModels.of(reader, other);
      if (!models.isEmpty()) {
        models.requireSearchable(embedder);
      }
    }
  }

  /** The Lucene fields into which migrations of a field have put vectors. */
  static Set<String> generations(IndexReader reader, String field) {
    Set<String> names = new TreeSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        if (info.hasVectorValues()
            && FieldModels.of(info).names().keySet().stream()
                .anyMatch(fingerprint -> info.name.equals(name(field, fingerprint)))) {
          names.add(info.name);
        }
      }
    }
    return names;
  }

  private static void requireComplete(
      IndexReader reader, FieldModels first, FieldModels second, TextEmbedder embedder)
      throws IOException {
    long all = 0;
    long done = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      int vectors = size(leaf.reader(), first.field());
      all += vectors;
      done += Math.min(vectors, size(leaf.reader(), second.field()));
    }
    if (done < all) {
      throw new ModelMismatchException(
          first.field(),
          "Cannot search field '"
              + first.field()
              + "' with model "
              + FieldModels.describe(embedder.modelName(), embedder.fingerprint())
              + " yet: its migration has filled "
              + done
              + " of "
              + all
              + " documents. Search with the model of the other vectors ("
              + first.describe()
              + ") until ModelMigration.fill has come to its end.");
    }
  }

  private static int size(LeafReader reader, String field) throws IOException {
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    if (info == null || !info.hasVectorValues()) {
      return 0;
    }
    FloatVectorValues values = reader.getFloatVectorValues(field);
    return values == null ? 0 : values.size();
  }
}
