package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lucenesemantic.model.CpuInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pieces of a report: the table, the summary of a sample, the machine, published figures. */
class ReportTest {

  @Test
  void namesStandLeftAndFiguresRight() {
    TextTable table = new TextTable(1, "system", "nDCG@10");
    table.add(List.of("a-long-name", ".645"));
    table.add(List.of("b", "1"));
    assertEquals(
        """
        system       nDCG@10
        a-long-name     .645
        b                  1
        """,
        table.toString());
  }

  @Test
  void severalColumnsCanHoldNames() {
    TextTable table = new TextTable(2, "a", "b", "c");
    table.add(List.of("long", "x", "1"));
    table.add(List.of("y", "long", "22"));
    assertEquals(
        """
        a     b      c
        long  x      1
        y     long  22
        """,
        table.toString());
  }

  @Test
  void aRowOfAnotherWidthIsAnError() {
    TextTable table = new TextTable(1, "system", "nDCG@10");
    assertThrows(IllegalArgumentException.class, () -> table.add(List.of("a")));
  }

  @Test
  void theMedianIsTheMiddleWhateverTheOrder() {
    assertEquals(3, sample(9, 1, 3).median());
    assertEquals(2.5, sample(4, 1, 2, 3).median());
  }

  @Test
  void aPercentileIsAValueThatWasMeasured() {
    Sample sample = new Sample();
    for (int i = 100; i >= 1; i--) {
      sample.add(i);
    }
    assertEquals(50, sample.percentile(50));
    assertEquals(95, sample.percentile(95));
    assertEquals(100, sample.percentile(100));
    assertEquals(1, sample.percentile(0));
    assertEquals(7, sample(7).percentile(95));
  }

  @Test
  void nothingMeasuredIsAnError() {
    assertThrows(IllegalStateException.class, () -> new Sample().median());
    assertThrows(IllegalStateException.class, () -> new Sample().percentile(50));
  }

  @Test
  void theMachineIsNamedWithTheInstructionSetsThatMatter() {
    Machine machine =
        Machine.of(
            CpuInfo.parse(
                List.of(
                    "processor\t: 0",
                    "model name\t: Some Processor @ 2.40GHz",
                    "flags\t\t: fpu avx2 avx512f avx512_vnni amx_bf16 not_avx_vnni")),
            2);
    assertEquals(
        new Machine(
            "Some Processor @ 2.40GHz", 2, List.of("avx2", "avx512f", "avx512_vnni", "amx_bf16")),
        machine);
  }

  @Test
  void anArmProcessorIsReadByItsFeatures() {
    Machine machine = Machine.of(CpuInfo.parse(List.of("Features\t: fp asimd asimddp i8mm")), 4);
    assertEquals(List.of("asimddp", "i8mm"), machine.flags());
  }

  @Test
  void publishedFiguresAreFoundByCollectionAndSystem() {
    assertEquals(".645", PublishedFigures.ndcgAt10("scifact", "ALL_MINILM_L6_V2"));
    assertEquals(".713", PublishedFigures.ndcgAt10("SciFact", "BGE_SMALL_EN_V15"));
    assertEquals(".322", PublishedFigures.ndcgAt10("nfcorpus", "bm25"));
  }

  @Test
  void aQuantisedModelHasNoPublishedFigure() {
    assertEquals("-", PublishedFigures.ndcgAt10("scifact", "ALL_MINILM_L6_V2_INT8"));
  }

  private static Sample sample(double... values) {
    Sample sample = new Sample();
    for (double value : values) {
      sample.add(value);
    }
    return sample;
  }
}
