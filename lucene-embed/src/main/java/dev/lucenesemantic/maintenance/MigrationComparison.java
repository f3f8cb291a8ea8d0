package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.PassageNames;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;

/**
 * How the answers of two models to the same queries differ, while an index has the vectors of both.
 * Of the passages of a document only the best counts.
 *
 * @param queries how many queries were asked
 * @param overlapAt10 how many of the ten best documents are the same, as a share, in the mean
 * @param oldNdcgAt10 nDCG@10 of the old model; empty without judgements
 * @param newNdcgAt10 nDCG@10 of the new model; empty without judgements
 */
public record MigrationComparison(
    int queries, double overlapAt10, OptionalDouble oldNdcgAt10, OptionalDouble newNdcgAt10) {
  private static final int DEPTH = 10;

  /** So many times as many hits are asked for if they are of too few documents. */
  private static final long MORE = 8;

  /**
   * Compares the answers to queries.
   *
   * @param searcher the index
   * @param field the field by the application's name
   * @param oldModel the one model
   * @param newModel the other model
   * @param queries the queries; at least one
   * @return how much they differ
   * @throws IllegalArgumentException if there are no queries, or the index has no such field
   * @throws dev.lucenesemantic.document.ModelMismatchException if one of the models has not a
   *     vector of every document
   * @throws dev.lucenesemantic.document.EncodingException if a query cannot be encoded
   * @throws IOException if the index cannot be read
   */
  public static MigrationComparison of(
      IndexSearcher searcher,
      String field,
      TextEmbedder oldModel,
      TextEmbedder newModel,
      Collection<String> queries)
      throws IOException {
    requireSome(queries);
    FieldGenerations.requireField(searcher.getIndexReader(), field);
    double overlap = 0;
    for (String query : queries) {
      overlap +=
          overlap(
              search(searcher, field, oldModel, query).keySet(),
              search(searcher, field, newModel, query).keySet());
    }
    return new MigrationComparison(
        queries.size(), overlap / queries.size(), OptionalDouble.empty(), OptionalDouble.empty());
  }

  /**
   * Compares the answers to queries whose right answers are known. nDCG is that of trec_eval: the
   * gain of a document is its grade, divided by log2(rank + 1).
   *
   * @param searcher the index
   * @param field the field by the application's name
   * @param oldModel the one model
   * @param newModel the other model
   * @param judgements for each query the grades of documents by their id; at least one query
   * @param idField the stored field with a document's id; where it is not in a passage, the id of
   *     the passage's document counts
   * @return how much they differ, and which is better
   * @throws IllegalArgumentException if there are no judgements, the index has no such field, or a
   *     document that was found has no id
   * @throws dev.lucenesemantic.document.ModelMismatchException if one of the models has not a
   *     vector of every document
   * @throws dev.lucenesemantic.document.EncodingException if a query cannot be encoded
   * @throws IOException if the index cannot be read
   */
  public static MigrationComparison of(
      IndexSearcher searcher,
      String field,
      TextEmbedder oldModel,
      TextEmbedder newModel,
      Map<String, Map<String, Integer>> judgements,
      String idField)
      throws IOException {
    requireSome(judgements.keySet());
    FieldGenerations.requireField(searcher.getIndexReader(), field);
    double overlap = 0;
    double oldNdcg = 0;
    double newNdcg = 0;
    for (Map.Entry<String, Map<String, Integer>> judged : judgements.entrySet()) {
      Map<String, Integer> oldHits = search(searcher, field, oldModel, judged.getKey());
      Map<String, Integer> newHits = search(searcher, field, newModel, judged.getKey());
      overlap += overlap(oldHits.keySet(), newHits.keySet());
      oldNdcg += ndcg(ids(searcher, field, oldHits, idField), judged.getValue());
      newNdcg += ndcg(ids(searcher, field, newHits, idField), judged.getValue());
    }
    int queries = judgements.size();
    return new MigrationComparison(
        queries,
        overlap / queries,
        OptionalDouble.of(oldNdcg / queries),
        OptionalDouble.of(newNdcg / queries));
  }

  private static void requireSome(Collection<String> queries) {
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("there are no queries to compare the models with");
    }
  }

  /** The best documents, best first, with the best hit of each: itself, or one of its passages. */
  private static Map<String, Integer> search(
      IndexSearcher searcher, String field, TextEmbedder model, String query) throws IOException {
    int most = Math.max(1, searcher.getIndexReader().maxDoc());
    // All hits may be passages of one document: then it takes more of them.
    for (int depth = Math.min(DEPTH, most); ; depth = (int) Math.min(most, depth * MORE)) {
      ScoreDoc[] hits =
          searcher.search(new SemanticQuery(field, query, depth, model), depth).scoreDocs;
      Map<String, Integer> best = new LinkedHashMap<>();
      for (ScoreDoc hit : hits) {
        if (best.size() < DEPTH) {
          String parent = stored(searcher, hit.doc, new PassageNames(field).parent());
          best.putIfAbsent(parent == null ? "document " + hit.doc : "of " + parent, hit.doc);
        }
      }
      if (best.size() == DEPTH || hits.length < depth || depth == most) {
        return best;
      }
    }
  }

  private static double overlap(Set<String> a, Set<String> b) {
    int most = Math.max(a.size(), b.size());
    return most == 0 ? 1 : (double) b.stream().filter(a::contains).count() / most;
  }

  private static List<String> ids(
      IndexSearcher searcher, String field, Map<String, Integer> hits, String idField)
      throws IOException {
    List<String> ids = new ArrayList<>();
    for (int doc : hits.values()) {
      String id = stored(searcher, doc, idField);
      if (id == null) {
        id = stored(searcher, doc, new PassageNames(field).parent());
      }
      if (id == null) {
        throw new IllegalArgumentException(
            "document " + doc + " has no stored field '" + idField + "' with its id");
      }
      ids.add(id);
    }
    return ids;
  }

  private static String stored(IndexSearcher searcher, int doc, String field) throws IOException {
    return searcher.storedFields().document(doc, Set.of(field)).get(field);
  }

  private static double ndcg(List<String> ids, Map<String, Integer> grades) {
    List<Integer> best = grades.values().stream().sorted(Comparator.reverseOrder()).toList();
    double ideal = gain(best);
    return ideal == 0
        ? 0
        : gain(ids.stream().distinct().map(id -> grades.getOrDefault(id, 0)).toList()) / ideal;
  }

  private static double gain(List<Integer> grades) {
    double sum = 0;
    for (int i = 0; i < Math.min(DEPTH, grades.size()); i++) {
      sum += Math.max(0, grades.get(i)) * Math.log(2) / Math.log(i + 2.0);
    }
    return sum;
  }

  @Override
  public String toString() {
    String text =
        String.format(
            Locale.ROOT,
            "%d %s: overlap at 10 %.3f",
            queries,
            queries == 1 ? "query" : "queries",
            overlapAt10);
    return oldNdcgAt10.isEmpty()
        ? text
        : text
            + String.format(
                Locale.ROOT,
                ", nDCG@10 %.4f -> %.4f",
                oldNdcgAt10.getAsDouble(),
                newNdcgAt10.getAsDouble());
  }
}
