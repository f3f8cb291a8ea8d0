package dev.lucenesemantic.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.MicroBatches.MicroBatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {

  @Test
  void everyTextIsInOneBatchAndNoBatchIsOverTheBudget() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      List<TokenIds> texts = texts(random.nextInt(200), random);
      int budget = 1 + random.nextInt(300);
      BitSet seen = new BitSet();
      int previous = Integer.MAX_VALUE;
      for (MicroBatch batch : MicroBatches.divide(texts, budget, false)) {
        int length = batch.tokens().length();
        assertTrue(length <= previous, "the longest come first");
        previous = length;
        assertTrue(
            batch.positions().length == 1 || batch.positions().length * length <= budget, "budget");
        for (int row = 0; row < batch.positions().length; row++) {
          int position = batch.positions()[row];
          assertEquals(texts.get(position), batch.tokens().rows().get(row));
          assertTrue(!seen.get(position), "once");
          seen.set(position);
        }
      }
      assertEquals(texts.size(), seen.cardinality());
    }
  }

  @Test
  void textsOfVeryDifferentLengthsAreNotPaddedToOneLength() {
    assertEquals(
        List.of(List.of(100), List.of(60, 50), List.of(20, 18, 16)),
        lengths(List.of(18, 100, 50, 16, 60, 20), 300));
  }

  @Test
  void paddingIsBoundedForAllRowsTogether() {
    assertEquals(
        List.of(List.of(24, 22, 20, 18, 16), List.of(14, 12, 10)),
        lengths(List.of(24, 22, 20, 18, 16, 14, 12, 10), 300));
  }

  @Test
  void textsOfOneLengthFillTheBudget() {
    assertEquals(
        List.of(List.of(50, 50, 50, 50, 50, 50), List.of(50)),
        lengths(List.of(50, 50, 50, 50, 50, 50, 50), 300));
  }

  private static List<List<Integer>> lengths(List<Integer> lengths, int budget) {
    List<TokenIds> texts =
        lengths.stream()
            .map(length -> new TokenIds(new int[length], new int[length], false))
            .toList();
    return MicroBatches.divide(texts, budget, false).stream()
        .map(batch -> batch.tokens().rows().stream().map(TokenIds::length).toList())
        .toList();
  }

  @Test
  void oneByOneMeansOneByOne() {
    List<TokenIds> texts = texts(20, new Random(1));
    List<MicroBatch> batches = MicroBatches.divide(texts, 1_000, true);
    assertEquals(20, batches.size());
    batches.forEach(batch -> assertEquals(1, batch.positions().length));
  }

  private static List<TokenIds> texts(int count, Random random) {
    List<TokenIds> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(60);
      int[] ids = random.ints(length, 0, 100).toArray();
      texts.add(new TokenIds(ids, new int[length], false));
    }
    return texts;
  }
}
