package dev.lucenesemantic.rerank;

import java.util.Optional;
import org.apache.lucene.search.ScoreDoc;

/** A hit of {@link RescoredTopDocs}: its final score, and what it is made of. */
public final class RescoredDoc extends ScoreDoc {
  private final float firstStageScore;
  private final int firstStageRank;
  private final boolean scored;
  private final float crossEncoderScore;
  private final DocumentSpan bestPassage;

  /**
   * @param scored whether the cross-encoder read the hit
   * @param crossEncoderScore NaN if it did not
   * @param bestPassage null without passages
   */
  RescoredDoc(
      ScoreDoc firstStage,
      float score,
      int firstStageRank,
      boolean scored,
      float crossEncoderScore,
      DocumentSpan bestPassage) {
    super(firstStage.doc, score, firstStage.shardIndex);
    this.firstStageScore = firstStage.score;
    this.firstStageRank = firstStageRank;
    this.scored = scored;
    this.crossEncoderScore = crossEncoderScore;
    this.bestPassage = bestPassage;
  }

  /**
   * The score that the first stage gave.
   *
   * @return the score
   */
  public float firstStageScore() {
    return firstStageScore;
  }

  /**
   * The place that the first stage gave.
   *
   * @return the rank, from 1
   */
  public int firstStageRank() {
    return firstStageRank;
  }

  /**
   * Whether the cross-encoder scored the hit. It did not if the hit is below the window or has no
   * text, if the time was over, or if the model failed.
   *
   * @return whether there is a {@link #crossEncoderScore}
   */
  public boolean scored() {
    return scored;
  }

  /**
   * The cross-encoder's score; with passages, that of the best one.
   *
   * @return the score; NaN if it was not {@link #scored}, or if that is what the model gave
   */
  public float crossEncoderScore() {
    return crossEncoderScore;
  }

  /**
   * The passage with the best score.
   *
   * @return where it stands in the text that the {@link TextSource} gave; empty if the rescorer has
   *     no splitter or the hit was not scored
   */
  public Optional<DocumentSpan> bestPassage() {
    return Optional.ofNullable(bestPassage);
  }

  @Override
  public String toString() {
    return super.toString()
        + " firstStageScore="
        + firstStageScore
        + " firstStageRank="
        + firstStageRank
        + " crossEncoderScore="
        + (scored ? crossEncoderScore : "none")
        + (bestPassage == null
            ? ""
            : " bestPassage=" + bestPassage.start() + "-" + bestPassage.end());
  }
}
