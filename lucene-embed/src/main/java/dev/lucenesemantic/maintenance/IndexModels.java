package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.CompanionFields;
import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.FieldModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;

/**
 * What an index knows of its vectors.
 *
 * @param fields one entry for each Lucene field with vectors, and for each semantic field that has
 *     none, as only texts of it wait, or all its documents were deleted; by name
 */
public record IndexModels(List<Entry> fields) {
  /** Copies the list. */
  public IndexModels {
    fields = List.copyOf(fields);
  }

  /**
   * A field of vectors.
   *
   * @param field the field by the application's name
   * @param luceneField the Lucene field, which has another name if a migration has made it
   * @param models the models that made the vectors
   * @param dimension the number of components; 0 if there is no vector yet
   * @param documents documents with a vector
   * @param passages how many of them are passages of longer documents
   * @param pending documents of the field whose vector is still missing
   * @param truncated documents of the field of which the model has not read everything
   */
  public record Entry(
      String field,
      String luceneField,
      FieldModels models,
      int dimension,
      int documents,
      int passages,
      int pending,
      int truncated) {

    /**
     * The one model that made the vectors.
     *
     * @return its fingerprint; empty if it is not known, or there are several
     */
    public Optional<String> fingerprint() {
      return models.unnamed() || models.names().size() != 1
          ? Optional.empty()
          : Optional.of(models.names().firstKey());
    }

    private String modelNames() {
      if (models.isEmpty()) {
        return "no vectors";
      }
      return models.names().isEmpty() ? "model not recorded" : "models " + models.names();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %d documents, %d dimensions, %s%s%s%s%s",
          field,
          documents,
          dimension,
          modelNames(),
          field.equals(luceneField) ? "" : ", in Lucene field " + luceneField,
          passages == 0 ? "" : ", " + passages + " passages",
          pending == 0 ? "" : ", " + pending + " waiting for their vector",
          truncated == 0 ? "" : ", " + truncated + " truncated");
    }
  }

  /**
   * Looks into an index.
   *
   * @param reader the index
   * @return what it knows of its vectors
   * @throws IOException if the index cannot be read
   */
  public static IndexModels inspect(IndexReader reader) throws IOException {
    List<Entry> entries = new ArrayList<>();
    IndexSearcher searcher = new IndexSearcher(reader);
    FieldInfos fields = FieldInfos.getMergedFieldInfos(reader);
    for (Map.Entry<String, String> field : baseFields(reader, fields).entrySet()) {
      entries.add(entry(searcher, fields, field.getKey(), field.getValue()));
    }
    return new IndexModels(entries);
  }

  /**
   * The names of all fields that {@link #inspect} has an entry for. Reads no documents.
   *
   * @param reader the index
   * @return the fields by the application's name, in order
   */
  public static SortedSet<String> fieldNames(IndexReader reader) {
    return FieldGenerations.fieldNames(reader);
  }

  /** The Lucene fields with vectors, and the fields that have none, with their base names. */
  private static SortedMap<String, String> baseFields(IndexReader reader, FieldInfos infos)
      throws IOException {
    SortedMap<String, String> fields = new TreeMap<>();
    for (FieldInfo info : infos) {
      if (info.hasVectorValues()) {
        FieldModels models = FieldModels.of(reader, info.name);
        if (!models.isEmpty()) {
          fields.put(info.name, models.baseField());
        }
      }
    }
    for (String field : FieldGenerations.fieldNames(reader)) {
      if (!fields.containsKey(field) && !fields.containsValue(field)) {
        fields.put(field, field);
      }
    }
    return fields;
  }

  private static Entry entry(
      IndexSearcher searcher, FieldInfos fields, String luceneField, String field)
      throws IOException {
    FieldModels models = FieldModels.of(searcher.getIndexReader(), luceneField);
    FieldInfo info = fields.fieldInfo(luceneField);
    boolean vectors = info != null && info.hasVectorValues();
    return new Entry(
        field,
        luceneField,
        models,
        vectors ? info.getVectorDimension() : 0,
        vectors ? searcher.count(new FieldExistsQuery(luceneField)) : 0,
        vectors ? passages(searcher, luceneField, field) : 0,
        searcher.count(CompanionFields.pendingQuery(field)),
        searcher.count(CompanionFields.truncatedQuery(field)));
  }

  private static int passages(IndexSearcher searcher, String luceneField, String field)
      throws IOException {
    return searcher.count(
        new BooleanQuery.Builder()
            .add(new FieldExistsQuery(luceneField), Occur.FILTER)
            .add(new FieldExistsQuery(CompanionFields.passage(field)), Occur.FILTER)
            .build());
  }
}
