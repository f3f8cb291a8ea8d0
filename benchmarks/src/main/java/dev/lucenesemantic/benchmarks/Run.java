package dev.lucenesemantic.benchmarks;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one system returned for the queries of a collection. */
final class Run {
  private final String tag;
  private final Map<String, List<RankedDocument>> rankings = new LinkedHashMap<>();

  /**
   * Starts an empty run.
   *
   * @param tag the name of the system, without white space
   */
  Run(String tag) {
    if (tag.isEmpty() || tag.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("a run's tag is a word, not '" + tag + "'");
    }
    this.tag = tag;
  }

  /**
   * Adds the answer to a query. It is ranked by trec_eval's order, so that the figures and the file
   * agree with what trec_eval makes of the file.
   *
   * @throws IllegalArgumentException if the query has an answer already, a document comes twice, or
   *     a score is not a number
   */
  void add(String queryId, List<RankedDocument> documents) {
    Set<String> ids = new HashSet<>();
    for (RankedDocument document : documents) {
      if (!ids.add(document.id())) {
        throw new IllegalArgumentException(
            "document '" + document.id() + "' twice in the answer to query '" + queryId + "'");
      }
      if (Float.isNaN(document.score())) {
        throw new IllegalArgumentException(
            "document '" + document.id() + "' has the score NaN for query '" + queryId + "'");
      }
    }
    List<RankedDocument> ranking =
        documents.stream().sorted(RankedDocument.TREC_EVAL_ORDER).toList();
    if (rankings.putIfAbsent(queryId, ranking) != null) {
      throw new IllegalArgumentException("query '" + queryId + "' has an answer already");
    }
  }

  /** The answer to a query, best first; empty if there is none. */
  List<RankedDocument> ranking(String queryId) {
    return rankings.getOrDefault(queryId, List.of());
  }

  /**
   * Writes the run in the format of TREC: {@code query-id Q0 document-id rank score tag}, ranks
   * from 1. The scores have all digits, so that trec_eval sees the same ties.
   */
  void write(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Map.Entry<String, List<RankedDocument>> entry : rankings.entrySet()) {
        int rank = 1;
        for (RankedDocument document : entry.getValue()) {
          out.write(entry.getKey() + " Q0 " + document.id() + " " + rank + " ");
          out.write(document.score() + " " + tag + "\n");
          rank++;
        }
      }
    }
  }
}
