package dev.lucenesemantic.rerank;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.lucene.search.ScoreDoc;

/**
 * The order of the hits after rescoring, and a score for each that fits it. See {@link
 * CrossEncoderRescorer} for the rules.
 *
 * @param order the hits' places in the first stage, from 0, best hit first
 * @param scores the hits' scores, by place in the first stage; 0 for hits that are left out
 */
record FinalRanking(int[] order, float[] scores) {

  /** The first stage's own. */
  static FinalRanking firstStage(ScoreDoc[] hits, int length) {
    int[] order = new int[length];
    float[] scores = new float[hits.length];
    for (int i = 0; i < length; i++) {
      order[i] = i;
      scores[i] = hits[i].score;
    }
    return new FinalRanking(order, scores);
  }

  /**
   * @param states what became of each hit; at least one is SCORED
   * @param fused the final scores of those; others are ignored
   */
  static FinalRanking of(
      ScoreDoc[] hits, HitState[] states, float[] fused, MissingText missingText, Tail tail) {
    boolean keepPlace = missingText == MissingText.KEEP_PLACE;
    Deque<Integer> ranked = new ArrayDeque<>();
    with(states, HitState.SCORED).stream()
        .sorted(
            Comparator.comparing((Integer i) -> -fused[i])
                .thenComparing(i -> hits[i].doc)
                .thenComparing(i -> i))
        .forEach(ranked::add);
    ranked.addAll(with(states, HitState.OUT_OF_TIME));
    for (int i = 0; i < states.length; i++) {
      if (states[i] == HitState.NOT_A_NUMBER || (states[i] == HitState.NO_TEXT && !keepPlace)) {
        ranked.add(i);
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < states.length && states[i] != HitState.BELOW_WINDOW; i++) {
      order.add(states[i] == HitState.NO_TEXT && keepPlace ? Integer.valueOf(i) : ranked.remove());
    }
    if (tail == Tail.KEEP) {
      order.addAll(with(states, HitState.BELOW_WINDOW));
    }
    int[] array = order.stream().mapToInt(Integer::intValue).toArray();
    return new FinalRanking(array, scores(array, states, fused));
  }

  private static List<Integer> with(HitState[] states, HitState state) {
    List<Integer> hits = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      if (states[i] == state) {
        hits.add(i);
      }
    }
    return hits;
  }

  /** A hit without a score of its own gets the next float below the hit before it. */
  private static float[] scores(int[] order, HitState[] states, float[] fused) {
    float[] scores = new float[states.length];
    int first = 0;
    while (states[order[first]] != HitState.SCORED) {
      first++;
    }
    scores[order[first]] = fused[order[first]];
    for (int at = first - 1; at >= 0; at--) {
      scores[order[at]] = Math.nextUp(scores[order[at + 1]]);
    }
    // From the end: the best own score below each hit, which it must not fall under.
    float[] below = new float[order.length];
    float next = Float.NEGATIVE_INFINITY;
    for (int at = order.length - 1; at > first; at--) {
      below[at] = next;
      if (states[order[at]] == HitState.SCORED) {
        next = fused[order[at]];
      }
    }
    for (int at = first + 1; at < order.length; at++) {
      scores[order[at]] =
          states[order[at]] == HitState.SCORED
              ? fused[order[at]]
              : Math.max(below[at], Math.nextDown(scores[order[at - 1]]));
    }
    return scores;
  }
}
