package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lucenesemantic.rerank.TextPair;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachingScorerTest {
  private final FakeScorer model =
      new FakeScorer(pair -> pair.query().length() * 100 + pair.document().length());
  private final CachingScorer scorer = new CachingScorer(model);

  @Test
  void aPairIsScoredOnce() {
    assertArrayEquals(new float[] {101, 103}, scorer.score("q", List.of("a", "bcd")));
    assertArrayEquals(
        new float[] {103, 102, 101, 102}, scorer.score("q", List.of("bcd", "xy", "a", "xy")));
    assertEquals(
        List.of(new TextPair("q", "a"), new TextPair("q", "bcd"), new TextPair("q", "xy")),
        model.asked);
  }

  @Test
  void whatIsKnownNeedsNoCall() {
    scorer.score("q", List.of("a", "b"));
    scorer.score("q", List.of("b"));
    assertEquals(1, model.calls);
  }

  @Test
  void theSameDocumentHasAnotherScoreForAnotherQuery() {
    scorer.score("q", List.of("a"));
    assertArrayEquals(new float[] {201}, scorer.score("qq", List.of("a")));
  }

  @Test
  void aScoreThatIsNotANumberIsRememberedToo() {
    FakeScorer broken = new FakeScorer(pair -> Double.NaN);
    CachingScorer caching = new CachingScorer(broken);
    caching.score("q", List.of("a"));
    assertArrayEquals(new float[] {Float.NaN}, caching.score("q", List.of("a")));
    assertEquals(1, broken.calls);
  }
}
