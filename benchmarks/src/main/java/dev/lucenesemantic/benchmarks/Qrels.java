package dev.lucenesemantic.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  /**
   * The judgements of some of the queries, drawn by chance.
   *
   * @param queries how many; all where there are not more
   * @param random makes the choice
   * @return new judgements, the queries in the order in which they came
   */
  Qrels sample(int queries, Random random) {
    List<String> ids = new ArrayList<>(grades.keySet());
    Collections.shuffle(ids, random);
    Set<String> drawn = new HashSet<>(ids.subList(0, Math.min(queries, ids.size())));
    Qrels sample = new Qrels();
    grades.forEach(
        (id, judged) -> {
          if (drawn.contains(id)) {
            sample.grades.put(id, new LinkedHashMap<>(judged));
          }
        });
    return sample;
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
