package dev.lucenesemantic.search;

import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.TextEmbedder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;

/**
 * The semantic fields of an application with the model of each, so that a model is named in one
 * place. Fields, queries and parsers are made from it:
 *
 * <pre>{@code
 * SemanticFields fields = SemanticFields.of("body_vector", model);
 * document.add(fields.field("body_vector", text));
 * searcher.search(fields.query("body_vector", "how many people live in London?", 10), 10);
 * }</pre>
 *
 * <p>An application that goes over to another model changes it here and nowhere else: what is made
 * from this finds the vectors of its model in the index, see {@link
 * dev.lucenesemantic.document.FieldGenerations}. Instances are immutable and safe for use by
 * several threads. Embedders are not closed.
 */
public final class SemanticFields {
  private final Map<String, SemanticFieldType> types;
  private final Map<String, PassageFieldType> passageTypes;

  private SemanticFields(
      Map<String, SemanticFieldType> types, Map<String, PassageFieldType> passageTypes) {
    this.types = Map.copyOf(types);
    this.passageTypes = Map.copyOf(passageTypes);
  }

  /**
   * One field.
   *
   * @param field its name
   * @param embedder its model
   * @return the fields
   * @throws IllegalArgumentException if the model's vectors cannot stand in an index
   */
  public static SemanticFields of(String field, TextEmbedder embedder) {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(embedder, "embedder");
    return of(Map.of(field, embedder));
  }

  /**
   * One field of long texts.
   *
   * @param field its name
   * @param type how its texts become passages, and its model
   * @return the fields
   */
  public static SemanticFields of(String field, PassageFieldType type) {
    Objects.requireNonNull(field, "field");
    Objects.requireNonNull(type, "type");
    return new SemanticFields(Map.of(field, type.vectorType()), Map.of(field, type));
  }

  /**
   * Several fields.
   *
   * @param embedders the model of each by the field's name
   * @return the fields
   * @throws IllegalArgumentException if a model's vectors cannot stand in an index
   */
  public static SemanticFields of(Map<String, ? extends TextEmbedder> embedders) {
    Map<String, SemanticFieldType> types = new HashMap<>();
    embedders.forEach((field, embedder) -> types.put(field, new SemanticFieldType(embedder)));
    return new SemanticFields(types, Map.of());
  }

  /**
   * These fields and others.
   *
   * @param others the other fields
   * @return all of them
   * @throws IllegalArgumentException if a field is among both
   */
  public SemanticFields and(SemanticFields others) {
    Map<String, SemanticFieldType> all = new HashMap<>(types);
    others.types.forEach(
        (field, type) -> {
          if (all.put(field, type) != null) {
            throw new IllegalArgumentException("field '" + field + "' is there twice");
          }
        });
    Map<String, PassageFieldType> allPassages = new HashMap<>(passageTypes);
    allPassages.putAll(others.passageTypes);
    return new SemanticFields(all, allPassages);
  }

  /**
   * The names of the fields.
   *
   * @return an unmodifiable set
   */
  public Set<String> names() {
    return types.keySet();
  }

  /**
   * The type of a field.
   *
   * @param field its name
   * @return its type, the same each time
   * @throws IllegalArgumentException if it is none of these fields
   */
  public SemanticFieldType type(String field) {
    SemanticFieldType type = types.get(field);
    if (type == null) {
      throw new IllegalArgumentException(
          "there is no semantic field '" + field + "'; there are " + names());
    }
    return type;
  }

  /**
   * Makes a field of a document.
   *
   * @param field its name
   * @param text the text to encode
   * @return a new field
   * @throws IllegalArgumentException if it is none of these fields
   */
  public SemanticField field(String field, String text) {
    return new SemanticField(field, text, type(field));
  }

  /**
   * How the long texts of a field become passages.
   *
   * @param field its name
   * @return its type
   * @throws IllegalArgumentException if it is none of these fields, or has no passages
   */
  public PassageFieldType passageType(String field) {
    type(field);
    PassageFieldType type = passageTypes.get(field);
    if (type == null) {
      throw new IllegalArgumentException(
          "field '" + field + "' has no passages; those that have are " + passageTypes.keySet());
    }
    return type;
  }

  /**
   * Makes a field of a document with a long text.
   *
   * @param field its name
   * @param title stands in front of each passage when it is encoded; empty for none
   * @param text the text, of any length
   * @return a new field
   * @throws IllegalArgumentException if it is none of these fields, or has no passages
   */
  public PassageField passageField(String field, String title, String text) {
    return new PassageField(field, title, text, passageType(field));
  }

  /**
   * Makes a query for the documents with the nearest passages.
   *
   * @param field the field to search
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @return a new query
   * @throws IllegalArgumentException if it is none of these fields, or has no passages
   */
  public PassageQuery passageQuery(String field, String text, int k) {
    return new PassageQuery(field, text, k, passageType(field).splitter().embedder());
  }

  /**
   * Makes a search for the nearest passages, which gives their texts and offsets.
   *
   * @param searcher searches the index
   * @param field the field to search
   * @return a new search
   * @throws IllegalArgumentException if it is none of these fields, or has no passages
   */
  public PassageSearch passageSearch(IndexSearcher searcher, String field) {
    return new PassageSearch(searcher, field, passageType(field).splitter().embedder());
  }

  /**
   * Makes a query. In a field of long texts it matches passages, several of a document.
   *
   * @param field the field to search
   * @param text the question, in plain words
   * @param k how many documents match, at most
   * @return a new query
   * @throws IllegalArgumentException if it is none of these fields
   */
  public SemanticQuery query(String field, String text, int k) {
    return new SemanticQuery(field, text, k, type(field).embedder());
  }

  /**
   * Makes a parser that knows these fields as semantic ones. A clause on a field of long texts is a
   * {@link PassageQuery}, so that it matches documents as the other clauses do; on any other field
   * it is a {@link SemanticQuery}.
   *
   * @param defaultField the field of text that names none; may be a semantic one
   * @param analyzer analyzes the text of all other fields
   * @return a new parser, for one thread
   */
  public SemanticQueryParser parser(String defaultField, Analyzer analyzer) {
    Map<String, TextEmbedder> embedders = new HashMap<>();
    types.forEach((field, type) -> embedders.put(field, type.embedder()));
    return new PassageQueryParser(defaultField, analyzer, embedders, passageTypes.keySet());
  }

  /** A parser whose clauses find documents by their passages where a field has such. */
  private static final class PassageQueryParser extends SemanticQueryParser {
    private final Set<String> passageFields;

    PassageQueryParser(
        String defaultField,
        Analyzer analyzer,
        Map<String, TextEmbedder> embedders,
        Set<String> passageFields) {
      super(defaultField, analyzer, embedders);
      this.passageFields = passageFields;
    }

    @Override
    protected Query newSemanticQuery(String field, String text, TextEmbedder embedder) {
      return passageFields.contains(field)
          ? new PassageQuery(field, text, getK(), embedder)
          : super.newSemanticQuery(field, text, embedder);
    }
  }
}
