package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;

/**
 * How the answers of two models to the same queries differ, while an index has the vectors of both.
 *
 * @param queries how many queries were asked
 * @param overlapAt10 how many of the ten best documents are the same, as a share, in the mean
 * @param oldNdcgAt10 nDCG@10 of the old model; empty without judgements
 * @param newNdcgAt10 nDCG@10 of the new model; empty without judgements
 */
public record MigrationComparison(
    int queries, double overlapAt10, OptionalDouble oldNdcgAt10, OptionalDouble newNdcgAt10) {
  private static final int DEPTH = 10;

  /**
   * Compares the answers to queries.
   *
   * @param searcher the index
   * @param field the field by the application's name
   * @param oldModel the one model
   * @param newModel the other model
   * @param queries the queries; at least one
   * @return how much they differ
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
    double overlap = 0;
    for (String query : queries) {
      overlap +=
          overlap(
              search(searcher, field, oldModel, query), search(searcher, field, newModel, query));
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
   * @param idField the stored field with a document's id
   * @return how much they differ, and which is better
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
    double overlap = 0;
    double oldNdcg = 0;
    double newNdcg = 0;
    for (Map.Entry<String, Map<String, Integer>> judged : judgements.entrySet()) {
      ScoreDoc[] oldHits = search(searcher, field, oldModel, judged.getKey());
      ScoreDoc[] newHits = search(searcher, field, newModel, judged.getKey());
      overlap += overlap(oldHits, newHits);
      oldNdcg += ndcg(ids(searcher, oldHits, idField), judged.getValue());
      newNdcg += ndcg(ids(searcher, newHits, idField), judged.getValue());
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

  private static ScoreDoc[] search(
      IndexSearcher searcher, String field, TextEmbedder model, String query) throws IOException {
    return searcher.search(new SemanticQuery(field, query, DEPTH, model), DEPTH).scoreDocs;
  }

  private static double overlap(ScoreDoc[] a, ScoreDoc[] b) {
    Set<Integer> documents = new HashSet<>();
    for (ScoreDoc hit : a) {
      documents.add(hit.doc);
    }
    int most = Math.max(a.length, b.length);
    int common = 0;
    for (ScoreDoc hit : b) {
      common += documents.contains(hit.doc) ? 1 : 0;
    }
    return most == 0 ? 1 : (double) common / most;
  }

  private static List<String> ids(IndexSearcher searcher, ScoreDoc[] hits, String idField)
      throws IOException {
    List<String> ids = new ArrayList<>();
    for (ScoreDoc hit : hits) {
      String id = searcher.storedFields().document(hit.doc, Set.of(idField)).get(idField);
      if (id == null) {
        throw new IllegalArgumentException(
            "document " + hit.doc + " has no stored field '" + idField + "' with its id");
      }
      // The passages of one document count once, where the best of them stands.
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static double ndcg(List<String> ids, Map<String, Integer> grades) {
    List<Integer> best = grades.values().stream().sorted(Comparator.reverseOrder()).toList();
    double ideal = gain(best);
    return ideal == 0
        ? 0
        : gain(ids.stream().map(id -> grades.getOrDefault(id, 0)).toList()) / ideal;
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
        String.format(Locale.ROOT, "%d queries: overlap at 10 %.3f", queries, overlapAt10);
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
