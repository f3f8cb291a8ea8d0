package dev.lucenesemantic.rerank;

import java.util.Optional;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;

/**
 * What a {@link CrossEncoderRescorer} gives: hits, each of them a {@link RescoredDoc}, and how
 * complete their rescoring was.
 */
public final class RescoredTopDocs extends TopDocs {
  private final int windowHits;
  private final int scoredHits;
  private final int missingTexts;
  private final boolean timedOut;
  private final RuntimeException failure;
  private final String warning;

  RescoredTopDocs(TotalHits totalHits, RescoredDoc[] hits, Rescoring rescoring) {
    super(totalHits, hits);
    windowHits = rescoring.windowHits();
    scoredHits = rescoring.scoredHits();
    missingTexts = rescoring.missingTexts();
    timedOut = rescoring.timedOut();
    failure = rescoring.failure();
    warning = rescoring.warning();
  }

  /** Of a rescoring that nobody asked any hit of. */
  RescoredTopDocs(TotalHits totalHits) {
    super(totalHits, new RescoredDoc[0]);
    windowHits = 0;
    scoredHits = 0;
    missingTexts = 0;
    timedOut = false;
    failure = null;
    warning = null;
  }

  /**
   * Whether hits of the window were left unscored although they have a text: because the time was
   * over, or because the model failed. If not one was scored, this is the first stage's ranking,
   * with its scores.
   *
   * @return whether the ranking is not what it would have been with enough time
   */
  public boolean partial() {
    return timedOut || failure != null;
  }

  /**
   * How many hits were to be scored: the window, or fewer if there were fewer hits.
   *
   * @return the number of hits, those without text included
   */
  public int windowHits() {
    return windowHits;
  }

  /**
   * How many hits of the window were scored and ranked by it. They need not all be among the hits
   * here.
   *
   * @return the number of hits; 0 if the model failed
   */
  public int scoredHits() {
    return scoredHits;
  }

  /**
   * How many hits of the window had no text. They need not be among the hits here.
   *
   * @return the number of hits; if the time was over before all texts were read, of those read
   */
  public int missingTexts() {
    return missingTexts;
  }

  /**
   * Why the model failed, if it did and the first stage's order stands in for its ranking.
   *
   * @return what was thrown
   * @see OnFailure#FIRST_STAGE
   */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * What is probably wrong with the text source, where not one hit of the window had a text.
   *
   * @return a sentence for a log
   */
  public Optional<String> warning() {
    return Optional.ofNullable(warning);
  }
}
