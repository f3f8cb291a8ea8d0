package dev.lucenesemantic.mining;

import dev.lucenesemantic.embed.Similarity;
import java.util.Objects;

/**
 * How paraphrases are mined in a list. Names and defaults are those of Python's {@code
 * paraphrase_mining}.
 *
 * @param topK how many others are retrieved for each vector, at most
 * @param maxPairs bounds the number of pairs, and the memory that they take. As in Python a pair
 *     counts twice if each of the two is among the nearest of the other, as is the rule, and one
 *     fewer than {@code maxPairs} is kept: about {@code maxPairs / 2} different pairs come back,
 *     none at all for 1
 * @param similarity what the score is: {@link Similarity#COSINE} or {@link Similarity#DOT}
 * @param corpusChunkSize the list is divided into chunks of this size, and {@code topK} counts anew
 *     in each of them, as in Python
 */
public record ParaphraseOptions(
    int topK, int maxPairs, Similarity similarity, int corpusChunkSize) {

  /** Checks that the numbers are positive, and the similarity one of the two. */
  public ParaphraseOptions {
    Checks.positive("topK", topK);
    Checks.positive("maxPairs", maxPairs);
    Checks.positive("corpusChunkSize", corpusChunkSize);
    Checks.cosineOrDot(Objects.requireNonNull(similarity, "similarity"));
  }

  /**
   * Python's defaults: 100 others for each vector, {@code maxPairs} 500,000, cosine, chunks of
   * 100,000.
   *
   * @return the options
   */
  public static ParaphraseOptions defaults() {
    return new ParaphraseOptions(100, 500_000, Similarity.COSINE, 100_000);
  }

  /**
   * The same with another {@link #topK}.
   *
   * @param count at least 1
   * @return new options
   */
  public ParaphraseOptions withTopK(int count) {
    return new ParaphraseOptions(count, maxPairs, similarity, corpusChunkSize);
  }

  /**
   * The same with another {@link #maxPairs}.
   *
   * @param count at least 1
   * @return new options
   */
  public ParaphraseOptions withMaxPairs(int count) {
    return new ParaphraseOptions(topK, count, similarity, corpusChunkSize);
  }

  /**
   * The same with another {@link #similarity}.
   *
   * @param function cosine or dot
   * @return new options
   */
  public ParaphraseOptions withSimilarity(Similarity function) {
    return new ParaphraseOptions(topK, maxPairs, function, corpusChunkSize);
  }

  /**
   * The same with another {@link #corpusChunkSize}.
   *
   * @param vectors at least 1
   * @return new options
   */
  public ParaphraseOptions withCorpusChunkSize(int vectors) {
    return new ParaphraseOptions(topK, maxPairs, similarity, vectors);
  }
}
