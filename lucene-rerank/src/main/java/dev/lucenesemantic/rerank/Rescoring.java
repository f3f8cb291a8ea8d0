package dev.lucenesemantic.rerank;

import java.util.Arrays;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TotalHits;

/** One rescoring: all that its result and the explanations of its hits are made of. Immutable. */
final class Rescoring {
  private final RescorerSettings settings;
  private final ScoreDoc[] hits;
  private final ScoredText[] scored;
  private final HitState[] states;
  private final boolean timedOut;
  private final RuntimeException failure;
  private final String warning;

  /** Null if not one hit was scored. */
  private final FusedScores fused;

  /** Where the scores of a hit are in {@link #fused}. */
  private final int[] fusedIndex;

  private final FinalRanking ranking;

  /**
   * @param hits the first stage's, not shared with anybody
   * @param texts what could be read of the window
   * @param scored what the model gave for them; nulls after a failure
   * @param failure null if there is none
   * @param warning null if there is none
   */
  Rescoring(
      RescorerSettings settings,
      ScoreDoc[] hits,
      WindowTexts texts,
      ScoredText[] scored,
      RuntimeException failure,
      String warning) {
    this.settings = settings;
    this.hits = hits;
    this.scored = scored;
    this.failure = failure;
    this.warning = warning;
    states = new HitState[hits.length];
    for (int i = 0; i < hits.length; i++) {
      states[i] = state(i, texts, scored);
    }
    timedOut = failure == null && Arrays.asList(states).contains(HitState.OUT_OF_TIME);
    int[] fusible = which(HitState.SCORED);
    fusedIndex = new int[hits.length];
    int[] ranks = new int[fusible.length];
    float[] firstStage = new float[fusible.length];
    float[] crossEncoder = new float[fusible.length];
    for (int i = 0; i < fusible.length; i++) {
      int hit = fusible[i];
      fusedIndex[hit] = i;
      ranks[i] = hit + 1;
      firstStage[i] = hits[hit].score;
      crossEncoder[i] = scored[hit].score();
    }
    fused =
        fusible.length == 0
            ? null
            : FusedScores.of(settings.fusion, ranks, firstStage, crossEncoder);
    ranking = fused == null ? firstStageRanking() : rescoredRanking(fusible);
  }

  private static HitState state(int hit, WindowTexts texts, ScoredText[] scored) {
    if (hit >= scored.length) {
      return HitState.BELOW_WINDOW;
    }
    if (texts.isMissing(hit)) {
      return HitState.NO_TEXT;
    }
    if (scored[hit] == null) {
      return HitState.OUT_OF_TIME;
    }
    return Float.isNaN(scored[hit].score()) ? HitState.NOT_A_NUMBER : HitState.SCORED;
  }

  private int[] which(HitState state) {
    int[] found = new int[hits.length];
    int count = 0;
    for (int i = 0; i < hits.length; i++) {
      if (states[i] == state) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private FinalRanking firstStageRanking() {
    return FinalRanking.firstStage(hits, settings.tail == Tail.DROP ? scored.length : hits.length);
  }

  private FinalRanking rescoredRanking(int[] fusible) {
    float[] scores = new float[hits.length];
    for (int i = 0; i < fusible.length; i++) {
      scores[fusible[i]] = fused.score(i);
    }
    return FinalRanking.of(hits, states, scores, settings.missingText, settings.tail);
  }

  int windowHits() {
    return scored.length;
  }

  int scoredHits() {
    return which(HitState.SCORED).length + which(HitState.NOT_A_NUMBER).length;
  }

  int missingTexts() {
    return which(HitState.NO_TEXT).length;
  }

  boolean timedOut() {
    return timedOut;
  }

  RuntimeException failure() {
    return failure;
  }

  String warning() {
    return warning;
  }

  /** The best hits, as new objects. */
  RescoredTopDocs topDocs(TotalHits totalHits, int topN) {
    RescoredDoc[] docs = new RescoredDoc[Math.min(topN, ranking.order().length)];
    for (int i = 0; i < docs.length; i++) {
      int hit = ranking.order()[i];
      ScoredText text = hit < scored.length ? scored[hit] : null;
      docs[i] =
          new RescoredDoc(
              hits[hit],
              ranking.scores()[hit],
              hit + 1,
              text != null,
              text == null ? Float.NaN : text.score(),
              text == null ? null : text.bestPassage());
    }
    return new RescoredTopDocs(totalHits, docs, this);
  }

  /**
   * The score of a document and its parts.
   *
   * @return null if the document is not in the ranking
   */
  Explanation explain(Explanation firstPass, int doc) {
    for (int hit : ranking.order()) {
      if (hits[hit].doc == doc) {
        return explainHit(firstPass, hit);
      }
    }
    return null;
  }

  int size() {
    return ranking.order().length;
  }

  private Explanation explainHit(Explanation firstPass, int hit) {
    float score = ranking.scores()[hit];
    Explanation firstStage =
        Explanation.match(
            hits[hit].score,
            "first-stage score, at rank "
                + (hit + 1)
                + " of "
                + hits.length
                + ", computed as the first stage did from:",
            firstPass);
    if (fused == null) {
      return Explanation.match(
          score,
          "first-stage score, as "
              + (failure == null ? "no hit could be scored" : "the model failed (" + failure + ")")
              + ", computed as it is from:",
          firstStage);
    }
    if (states[hit] == HitState.SCORED) {
      Explanation crossEncoder = explainScoredText(settings, scored[hit]);
      return fused.explain(fusedIndex[hit], crossEncoder, firstStage);
    }
    return Explanation.match(
        score,
        states[hit].reason()
            + (states[hit] == HitState.NO_TEXT ? noTextReason() : "")
            + ", computed as the next float beside its neighbour's score from:",
        firstStage);
  }

  private String noTextReason() {
    return settings.missingText == MissingText.KEEP_PLACE
        ? " in " + settings.textSource + ", so it keeps its first-stage place"
        : " in " + settings.textSource + ", so it is placed at the end of the window";
  }

  static Explanation explainScoredText(RescorerSettings settings, ScoredText text) {
    String passage =
        text.bestPassage() == null
            ? ""
            : ", of the best of "
                + text.passages()
                + " passages, chars "
                + text.bestPassage().start()
                + " to "
                + text.bestPassage().end();
    return Explanation.match(
        text.score(),
        "cross-encoder score of \""
            + settings.query
            + "\" with "
            + settings.textSource
            + passage
            + ", by "
            + settings.scorer);
  }
}
