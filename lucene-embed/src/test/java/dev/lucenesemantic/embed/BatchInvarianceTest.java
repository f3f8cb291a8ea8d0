package dev.lucenesemantic.embed;

import static dev.lucenesemantic.embed.Reference.maxDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lucenesemantic.embed.Reference.NamedText;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A text has one vector: alone, in any batch, in any order, from any thread. */
class BatchInvarianceTest {
  private static final float TOLERANCE = 1e-6f;

  @ParameterizedTest
  @EnumSource
  void vectorDoesNotDependOnTheCompany(BundledModel bundled) throws Exception {
    EncoderOptions options =
        EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT).withThreads(3);
    List<String> texts = new ArrayList<>();
    for (NamedText text : Reference.texts()) {
      if (texts.size() < 90 && text.text().length() < 400) {
        texts.add(text.text());
      }
    }
    texts.add("a long text among short ones ".repeat(60));
    try (SentenceTransformer model = SentenceTransformer.load(bundled, options)) {
      List<float[]> alone = texts.stream().map(model::encode).toList();
      assertSame(alone, model.encode(texts), "all together");

      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        order.add(i);
      }
      Collections.shuffle(order, new Random(20));
      List<float[]> shuffled = model.encode(order.stream().map(texts::get).toList());
      List<float[]> back = new ArrayList<>(Collections.nCopies(texts.size(), null));
      for (int i = 0; i < order.size(); i++) {
        back.set(order.get(i), shuffled.get(i));
      }
      assertSame(alone, back, "in another order");

      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<float[]>>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          calls.add(threads.submit(() -> model.encode(texts.subList(0, 40))));
        }
        for (Future<List<float[]>> call : calls) {
          assertSame(alone.subList(0, 40), call.get(), "from several threads");
        }
      } finally {
        threads.shutdown();
      }
    }
    try (SentenceTransformer large =
            SentenceTransformer.load(bundled, options.withTokenBudget(8192));
        SentenceTransformer small =
            SentenceTransformer.load(bundled, options.withTokenBudget(1).withThreads(1))) {
      assertSame(small.encode(texts), large.encode(texts), "with another token budget");
    }
  }

  private static void assertSame(List<float[]> expected, List<float[]> actual, String how) {
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(0f, maxDifference(expected.get(i), actual.get(i)), TOLERANCE, how + ": " + i);
    }
  }
}
