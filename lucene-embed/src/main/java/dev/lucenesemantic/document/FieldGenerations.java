package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
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
    List<FieldModels> all = withVectors(reader, field);
    if (all.isEmpty()) {
      return FieldModels.of(reader, field);
    }
    List<FieldModels> own =
        all.stream().filter(models -> models.isOnly(embedder.fingerprint())).toList();
    if (own.isEmpty()) {
      // A field that is empty because its vectors have moved must not look like one without hits.
      all.getFirst().requireSearchable(embedder);
    }
    long missing = 0;
    for (FieldModels candidate : own) {
      missing = missing(reader, candidate, all);
      if (missing == 0) {
        return candidate;
      }
    }
    if (own.size() > 1) {
      throw new ModelMismatchException(
          field,
          "Cannot search field '"
              + field
              + "': "
              + describe(own)
              + ", each of a part of the documents. They are in one field if an index is migrated,"
              + " and in another if it is made with the model from the beginning: before the first"
              + " document of that one call ModelMigration.fill, and it is made as the migrated.");
    }
    throw new ModelMismatchException(
        field,
        "Cannot search field '"
            + field
            + "' with model "
            + FieldModels.describe(embedder.modelName(), embedder.fingerprint())
            + ": "
            + missing
            + " documents have none of its vectors where the others have them, but "
            + describe(all)
            + ". A migration to this model (ModelMigration.fill) gives it to them; until then"
            + " search with a model that has them all.");
  }

  /**
   * Finds a field with a vector of every document that has one at all, of whatever model: for what
   * compares documents with each other, and needs no embedder.
   *
   * @param reader the index
   * @param field the field by the application's name
   * @return the name of the Lucene field: that of the field itself, if it is one of them or there
   *     are no vectors
   * @throws ModelMismatchException if there is none, as in the midst of two migrations
   * @throws IOException if the index cannot be read
   */
  public static String complete(IndexReader reader, String field) throws IOException {
    List<FieldModels> all = withVectors(reader, field);
    for (FieldModels candidate : all) {
      if (missing(reader, candidate, all) == 0) {
        return candidate.field();
      }
    }
    if (all.isEmpty()) {
      return field;
    }
    throw new ModelMismatchException(
        field,
        "No model has a vector of every document in field '"
            + field
            + "', but "
            + describe(all)
            + " have some each. A migration (ModelMigration.fill) gives one of them all.");
  }

  /** The Lucene fields of a field that have vectors; first the field itself. */
  private static List<FieldModels> withVectors(IndexReader reader, String field)
      throws IOException {
    Set<String> names = generations(reader, field);
    names.add(field);
    List<FieldModels> all = new ArrayList<>();
    for (String name : names) {
      FieldModels models = FieldModels.of(reader, name);
      if (!models.isEmpty()) {
        all.add(models);
      }
    }
    return all;
  }

  private static long missing(IndexReader reader, FieldModels candidate, List<FieldModels> all)
      throws IOException {
    return VectorCoverage.missing(
        reader, candidate.field(), all.stream().map(FieldModels::field).toList());
  }

  private static String describe(List<FieldModels> all) {
    return all.stream()
        .map(models -> models.describe() + " in '" + models.field() + "'")
        .collect(Collectors.joining(", "));
  }

  /**
   * Where the vectors of a field stand, seen from one model.
   *
   * @param own the Lucene field with the vectors of this model, or for them if there are none yet
   * @param others the Lucene fields that may have vectors of other models
   */
  record Places(String own, Set<String> others) {}

  /** Where the vectors of a model of a field stand or will stand, and where those of others do. */
  static Places places(IndexReader reader, String field, String fingerprint) throws IOException {
    String own =
        FieldModels.of(reader, field).isOnly(fingerprint) ? field : name(field, fingerprint);
    Set<String> others = generations(reader, field);
    others.add(field);
    others.remove(own);
    return new Places(own, others);
  }

  /**
   * Checks that no other migration of a field waits for its end: the documents to come would have
   * no vectors of its model any more, by which searches may go. If they can go by none of its
   * models, because none is known to have all documents, it is not waited for.
   *
   * @param fingerprint of the model to which the field is to be led
   * @throws IndexStateException if one is
   */
  static void requireEnded(IndexReader reader, String field, String fingerprint)
      throws IOException {
    List<FieldModels> all = withVectors(reader, field);
    List<FieldModels> others = all.stream().filter(models -> !models.isOnly(fingerprint)).toList();
    if (others.size() < 2) {
      return;
    }
    for (FieldModels models : others) {
      if (!models.unnamed() && models.isUniform() && missing(reader, models, all) == 0) {
        throw new IndexStateException(
            "Field '"
                + field
                + "' is in the midst of another migration: it has "
                + describe(others)
                + ". End that first, with ModelMigration.finish of the model that stays.");
      }
    }
  }

  /**
   * Checks a field's name, so that a misspelt one does not pass for one in which all is well.
   *
   * @param reader the index
   * @param field the field by the application's name
   * @throws IllegalArgumentException if the index has documents, but no such field
   */
  public static void requireField(IndexReader reader, String field) {
    SortedSet<String> fields = fieldNames(reader);
    if (reader.numDocs() > 0 && !fields.contains(field)) {
      throw new IllegalArgumentException(
          "the index has no semantic field '" + field + "'; it has " + fields);
    }
  }

  /**
   * The fields of vectors, and those of which only texts wait. Reads no documents.
   *
   * @param reader the index
   * @return the fields by the application's name
   */
  public static SortedSet<String> fieldNames(IndexReader reader) {
    String pending = CompanionFields.pending("");
    SortedSet<String> fields = new TreeSet<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        if (info.hasVectorValues()) {
          fields.add(FieldModels.of(info).baseField());
        } else if (info.name.endsWith(pending)) {
          fields.add(info.name.substring(0, info.name.length() - pending.length()));
        }
      }
    }
    return fields;
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
}
