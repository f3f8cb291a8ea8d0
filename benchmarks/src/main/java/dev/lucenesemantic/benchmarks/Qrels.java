package dev.lucenesemantic.benchmarks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Relevance judgements: for each query the documents that were judged, each with its grade. */
final class Qrels {
  private final Map<String, Map<String, Integer>> grades = new LinkedHashMap<>();

  /**
   * Adds a judgement.
   *
   * @param grade 1 or more for a relevant document, 0 for one that is not; negative for one that
   *     was not judged after all
   * @return false if that document was judged for that query before; nothing is changed then
   */
  boolean add(String queryId, String documentId, int grade) {
    return grades
            .computeIfAbsent(queryId, id -> new LinkedHashMap<>())
            .putIfAbsent(documentId, grade)
        == null;
  }

  /** The ids of all queries with a judgement, in the order in which they came. */
  Set<String> queryIds() {
    return Collections.unmodifiableSet(grades.keySet());
  }

  /** The grade of each document that was judged for a query; empty for an unknown query. */
  Map<String, Integer> grades(String queryId) {
    return Collections.unmodifiableMap(grades.getOrDefault(queryId, Map.of()));
  }
}
