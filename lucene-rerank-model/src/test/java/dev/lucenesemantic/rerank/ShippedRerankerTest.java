package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The weights in this jar: what was trained is what is loaded. */
class ShippedRerankerTest {
  /** The scores go from about 0 to 9. */
  private static final float COST_OF_INT8 = 0.35f;

  /**
   * Another version of ONNX Runtime, or another processor, rounds otherwise, and may take an
   * activation to the next of its 256 steps.
   */
  private static final float OTHER_KERNELS = 0.2f;

  private static CrossEncoder model;

  /** A pair with the scores that the training recipe's export wrote down. */
  private record Probe(TextPair pair, float fp32, float int8) {}

  @BeforeAll
  static void load() {
    model = CrossEncoder.load(BundledReranker.DEFAULT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<Probe> probes() throws IOException {
    List<Probe> probes = new ArrayList<>();
    try (InputStream stream = ShippedRerankerTest.class.getResourceAsStream("probes.json");
        Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      JsonArray array = JsonParser.parseReader(reader).getAsJsonArray();
      for (JsonElement element : array) {
        var probe = element.getAsJsonObject();
        probes.add(
            new Probe(
                new TextPair(probe.get("query").getAsString(), probe.get("document").getAsString()),
                probe.get("fp32").getAsFloat(),
                probe.get("int8").getAsFloat()));
      }
    }
    return probes;
  }

  private static List<TextPair> pairs() throws IOException {
    return probes().stream().map(Probe::pair).toList();
  }

  @Test
  void scoresAreThoseOfTheExportedFileAndNearTheOnesOfTheTrainedNetwork() throws IOException {
    for (Probe probe : probes()) {
      float score = model.score(probe.pair().query(), List.of(probe.pair().document()))[0];
      assertEquals(probe.int8(), score, OTHER_KERNELS, probe.toString());
      assertEquals(probe.fp32(), score, COST_OF_INT8, probe.toString());
    }
  }

  @Test
  void aScoreDoesNotDependOnTheBatch() throws IOException {
    List<TextPair> pairs = pairs();
    float[] together = model.predict(pairs);
    for (int i = 0; i < pairs.size(); i++) {
      assertEquals(
          together[i], model.predict(List.of(pairs.get(i)))[0], 1e-6f, pairs.get(i)::query);
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(7));
    float[] shuffled = model.predict(order.stream().map(pairs::get).toList());
    for (int i = 0; i < order.size(); i++) {
      assertEquals(together[order.get(i)], shuffled[i], 1e-6f);
    }
  }

  @Test
  void aScoreDoesNotDependOnTheThread() throws Exception {
    List<TextPair> pairs = pairs();
    float[] alone = model.predict(pairs);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Callable<float[]> call = () -> model.predict(pairs);
      for (Future<float[]> future : threads.invokeAll(Collections.nCopies(8, call))) {
        assertArrayEquals(alone, future.get(), 1e-6f);
      }
    }
  }

  @Test
  void anAnswerComesBeforeWhatOnlySharesItsSubject() {
    List<RankedDocument> ranked =
        model.rank(
            "how many people live in London?",
            List.of(
                "London is known for its financial district.",
                "The boundary layer separates behind the shock.",
                "Around 9 million people live in London."),
            2);
    assertEquals(List.of(2, 0), ranked.stream().map(RankedDocument::corpusIndex).toList());
    assertTrue(ranked.get(0).score() > ranked.get(1).score());
  }

  @Test
  void itIsBestTogetherWithTheFirstStage() {
    assertEquals(ScoreFusion.weightedSum(0.5f), model.fusion());
  }

  @Test
  void itReadsFiveHundredAndTwelveTokensAndTellsTheTwoTextsApart() {
    assertEquals(512, model.maxLength());
    assertEquals(1, model.labels());
    int[] types = model.tokenize(new TextPair("one", "two")).typeIds();
    assertArrayEquals(new int[] {0, 0, 0, 1, 1}, types);
  }
}
