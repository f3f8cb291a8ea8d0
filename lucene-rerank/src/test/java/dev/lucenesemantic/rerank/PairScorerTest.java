package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairScorerTest {

  /** The simplest scorer there can be: how long the document is. */
  private static final class LengthScorer implements PairScorer {
    @Override
    public float[] predict(List<TextPair> pairs) {
      float[] scores = new float[pairs.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = pairs.get(i).document().length();
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  @Test
  void scoresComeInTheOrderOfThePairs() {
    try (PairScorer scorer = new LengthScorer()) {
      assertArrayEquals(
          new float[] {3, 0, 5},
          scorer.predict(
              List.of(new TextPair("q", "abc"), new TextPair("q", ""), new TextPair("", "abcde"))));
    }
  }

  @Test
  void pairNeedsBothTexts() {
    assertThrows(NullPointerException.class, () -> new TextPair(null, "d"));
    assertThrows(NullPointerException.class, () -> new TextPair("q", null));
  }
}
