package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.InferenceInterruptedException;
import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.ModelClosedException;
import dev.lucenesemantic.inference.NativeHandles;
import dev.lucenesemantic.inference.TextTooLongException;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.Activation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a cross-encoder does with lists, threads and texts of all kinds. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CrossEncoderTest {
  private static final float TOLERANCE = 1e-5f;

  @TempDir private Path temp;

  private Path folder(String variant) {
    return Reference.folder(variant, temp.resolve(variant));
  }

  private CrossEncoder load(String variant) {
    return CrossEncoder.load(folder(variant));
  }

  // ---- batches and threads ----------------------------------------------------------------------

  @Test
  void scoreDoesNotDependOnTheCompany() throws Exception {
    List<TextPair> pairs = Reference.pairs().subList(0, 200);
    CrossEncoderOptions options = CrossEncoderOptions.defaults().withThreads(3);
    float[] alone = new float[pairs.size()];
    Path folder = folder("folder-of-version-2");
    try (CrossEncoder model = CrossEncoder.load(folder, options)) {
      for (int i = 0; i < alone.length; i++) {
        alone[i] = model.predict(List.of(pairs.get(i)))[0];
      }
      assertArrayEquals(alone, model.predict(pairs), TOLERANCE, "all together");

      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < alone.length; i++) {
        order.add(i);
      }
      Collections.shuffle(order, new Random(3));
      float[] shuffled = model.predict(order.stream().map(pairs::get).toList());
      for (int i = 0; i < alone.length; i++) {
        assertEquals(alone[order.get(i)], shuffled[i], TOLERANCE, "in another order");
      }

      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<float[]>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          calls.add(threads.submit(() -> model.predict(pairs)));
        }
        for (Future<float[]> call : calls) {
          assertArrayEquals(alone, call.get(), TOLERANCE, "from several threads");
        }
      } finally {
        threads.shutdown();
      }
    }
    for (int budget : new int[] {1, 100_000}) {
      try (CrossEncoder model = CrossEncoder.load(folder, options.withTokenBudget(budget))) {
        assertArrayEquals(alone, model.predict(pairs), TOLERANCE, "with another token budget");
      }
    }
  }

  @Test
  void dynamicallyQuantisedModelReadsOnePairAtATime() {
    List<TextPair> pairs = Reference.pairs().subList(0, 100);
    CrossEncoderOptions options = CrossEncoderOptions.defaults().withModelFile("model_quantized");
    try (CrossEncoder model = CrossEncoder.load(folder("folder-of-version-2"), options)) {
      float[] together = model.predict(pairs);
      for (int i = 0; i < together.length; i++) {
        assertEquals(model.predict(List.of(pairs.get(i)))[0], together[i], "pair " + i);
      }
    }
  }

  @Test
  void moreThanAWindowOfPairsKeepsItsOrder() {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      pairs.add(new TextPair("query " + i % 7, "document " + i % 11));
    }
    try (CrossEncoder model = load("folder-of-version-2")) {
      float[] scores = model.predict(pairs);
      assertEquals(2500, scores.length);
      for (int i = 77; i < scores.length; i++) {
        assertEquals(scores[i - 77], scores[i], TOLERANCE, "pair " + i);
      }
      assertEquals(2500, model.scoredPairs());
    }
  }

  @Test
  void segmentsTellTheQueryFromTheDocument() {
    try (CrossEncoder model = load("folder-of-version-2")) {
      float there = model.predict(List.of(new TextPair("a river", "the library")))[0];
      float back = model.predict(List.of(new TextPair("the library", "a river")))[0];
      assertNotEquals(there, back, 1e-3f);
    }
  }

  // ---- rank -------------------------------------------------------------------------------------

  @Test
  void documentsOfOneScoreStayInTheirOrder() {
    List<String> documents = List.of("b", "a", "b", "a", "b", "a");
    try (CrossEncoder model = load("folder-of-version-2")) {
      List<RankedDocument> ranked = model.rank("which", documents);
      List<Integer> order = ranked.stream().map(RankedDocument::corpusIndex).toList();
      assertTrue(
          order.equals(List.of(0, 2, 4, 1, 3, 5)) || order.equals(List.of(1, 3, 5, 0, 2, 4)),
          order.toString());
      for (int i = 1; i < ranked.size(); i++) {
        assertTrue(ranked.get(i - 1).score() >= ranked.get(i).score());
      }
      assertEquals(ranked.subList(0, 2), model.rank("which", documents, 2));
      assertEquals(ranked, model.rank("which", documents, 100));
      assertEquals(List.of(), model.rank("which", documents, 0));
      assertEquals(List.of(), model.rank("which", List.of()));
      assertThrows(IllegalArgumentException.class, () -> model.rank("which", documents, -1));
    }
  }

  // ---- several labels ---------------------------------------------------------------------------

  @Test
  void severalLabelsHaveNoSingleScore() {
    List<TextPair> pairs = List.of(new TextPair("a", "b"));
    try (CrossEncoder model = load("roberta-softmax")) {
      String message =
          assertThrows(IllegalStateException.class, () -> model.predict(pairs)).getMessage();
      assertTrue(message.contains("predictLabels") && message.contains("entailment"), message);
      assertThrows(IllegalStateException.class, () -> model.predict(List.of()));
      assertThrows(IllegalStateException.class, () -> model.rank("a", List.of("b")));
      assertThrows(IllegalStateException.class, () -> model.score("a", List.of("b")));
      assertEquals(List.of("contradiction", "entailment", "neutral"), model.labelNames());
      float[] scores = model.predictLabels(pairs)[0];
      assertEquals(1f, scores[0] + scores[1] + scores[2], 1e-6f);
    }
  }

  @Test
  void activationCanBeChosen() {
    List<TextPair> pairs = Reference.pairs();
    Path folder = folder("bert");
    float[] logits;
    try (CrossEncoder model =
        CrossEncoder.load(
            folder, CrossEncoderOptions.defaults().withActivation(Activation.IDENTITY))) {
      logits = model.predict(pairs);
    }
    try (CrossEncoder model = CrossEncoder.load(folder)) {
      float[] scores = model.predict(pairs);
      for (int i = 0; i < scores.length; i++) {
        assertEquals(1 / (1 + Math.exp(-logits[i])), scores[i], TOLERANCE);
      }
    }
  }

  // ---- texts of all kinds -----------------------------------------------------------------------

  @Test
  void nothingGivesNothing() {
    try (CrossEncoder model = load("bert")) {
      assertEquals(0, model.predict(List.of()).length);
      assertEquals(0, model.predictLabels(List.of()).length);
      assertEquals(0, model.score("a", List.of()).length);
      assertEquals(1, model.predict(List.of(new TextPair("", ""))).length);
      assertEquals(1, model.score("", List.of("")).length);
    }
  }

  @Test
  void nullIsRefusedWithItsPlace() {
    try (CrossEncoder model = load("bert")) {
      assertInvalid("list of pairs", () -> model.predict(null));
      assertInvalid("list of pairs", () -> model.predictLabels(null));
      List<TextPair> pairs = new ArrayList<>(List.of(new TextPair("a", "b")));
      pairs.add(null);
      assertInvalid("pair 1 of 2", () -> model.predict(pairs));
      assertInvalid("list of documents", () -> model.rank("a", null));
      assertInvalid("query", () -> model.rank(null, List.of("b")));
      assertInvalid("query", () -> model.score(null, List.of("b")));
      List<String> documents = new ArrayList<>(List.of("b", "c"));
      documents.add(null);
      assertInvalid("document 2 of 3", () -> model.rank("a", documents));
      assertInvalid("document 2 of 3", () -> model.score("a", documents));
      assertThrows(
          IllegalArgumentException.class, () -> model.predict(pairs.subList(0, 1), "nothing"));
    }
  }

  private static void assertInvalid(String expected, Runnable call) {
    String message = assertThrows(InvalidTextException.class, call::run).getMessage();
    assertTrue(message.contains(expected), message);
    assertTrue(message.contains("model bert"), message);
  }

  @Test
  void loneSurrogatesAreReplaced() {
    try (CrossEncoder model = load("folder-of-version-2")) {
      float[] scores =
          model.predict(
              List.of(
                  new TextPair("a \ud83d b", "c \ude00"), new TextPair("a \ufffd b", "c \ufffd")));
      assertEquals(scores[1], scores[0], TOLERANCE);
    }
  }

  @Test
  void megabytesCostNoMoreThanWhatIsRead() {
    String megabytes = "the library of the river ".repeat(800_000);
    String beginning = "the library of the river ".repeat(40);
    try (CrossEncoder model = load("folder-of-version-2")) {
      List<TextPair> pairs = new ArrayList<>();
      List<TextPair> short40 = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        pairs.add(new TextPair("query " + i, megabytes));
        pairs.add(new TextPair(megabytes, "document " + i));
        pairs.add(new TextPair(megabytes, megabytes));
        short40.add(new TextPair("query " + i, beginning));
        short40.add(new TextPair(beginning, "document " + i));
        short40.add(new TextPair(beginning, beginning));
      }
      assertArrayEquals(model.predict(short40), model.predict(pairs), TOLERANCE);
      assertEquals(model.scoredPairs(), model.truncatedPairs());
    }
  }

  // ---- truncation -------------------------------------------------------------------------------

  @Test
  void pairsThatAreTooLongAreCountedOrRefused() {
    TextPair fits = new TextPair("a", "b");
    TextPair longer = new TextPair("a", "of ".repeat(70));
    try (CrossEncoder model = load("folder-of-version-2")) {
      model.predict(List.of(fits, longer, fits));
      assertEquals(3, model.scoredPairs());
      assertEquals(1, model.truncatedPairs());
      assertEquals(64, model.tokenize(longer).length());
      assertTrue(model.tokenize(longer).truncated());
    }
    try (CrossEncoder model =
        CrossEncoder.load(
            temp.resolve("folder-of-version-2"),
            CrossEncoderOptions.defaults()
                .withTruncation(TruncationPolicy.FAIL)
                .withMaxLength(30))) {
      assertEquals(30, model.maxLength());
      assertEquals(1, model.predict(List.of(fits)).length);
      assertThrows(TextTooLongException.class, () -> model.predict(List.of(fits, longer)));
      assertThrows(TextTooLongException.class, () -> model.score("a", List.of("of ".repeat(70))));
      assertEquals(2, model.truncatedPairs());
    }
  }

  @Test
  void scoreNeverCutsTheQuery() {
    try (CrossEncoder model = load("folder-of-version-2")) {
      // 64 tokens less 3 special ones: one is left for the document.
      String query = "of ".repeat(60);
      float one = model.score(query, List.of("a"))[0];
      assertEquals(one, model.score(query, List.of("a river of the library"))[0], TOLERANCE);
      assertNotEquals(one, model.score(query, List.of("of"))[0], 1e-6f);
      for (int words : new int[] {61, 64, 1000}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.score("of ".repeat(words), List.of("a")))
                .getMessage();
        assertTrue(message.contains("64 tokens") && message.contains("3 are special"), message);
        assertTrue(message.contains("shorten the query"), message);
      }
      // Where Python's rank cuts both.
      assertEquals(1, model.rank("of ".repeat(61), List.of("a")).size());
    }
  }

  // ---- opening and closing ----------------------------------------------------------------------

  @Test
  void useAfterCloseIsRefused() {
    CrossEncoder model = load("bert");
    DocumentSplitter splitter = model.splitter(2, 3);
    model.close();
    model.close();
    TextPair pair = new TextPair("a", "b");
    assertThrows(ModelClosedException.class, () -> model.predict(List.of(pair)));
    assertThrows(ModelClosedException.class, () -> model.predict(List.of()));
    assertThrows(ModelClosedException.class, () -> model.predictLabels(List.of(pair)));
    assertThrows(ModelClosedException.class, () -> model.rank("a", List.of("b")));
    assertThrows(ModelClosedException.class, () -> model.score("a", List.of("b")));
    assertThrows(ModelClosedException.class, () -> model.tokenize(pair));
    assertThrows(ModelClosedException.class, () -> splitter.split("a", "b"));
    assertEquals(1, model.labels());
    assertEquals(64, model.maxLength());
    assertEquals("bert", model.modelName());
  }

  @Test
  void closeDuringUseWaitsOrRefuses() throws Exception {
    List<TextPair> pairs = Collections.nCopies(3_000, new TextPair("a river", "the library"));
    ExecutorService callers = Executors.newFixedThreadPool(3);
    Path folder = folder("bert");
    try {
      for (int round = 0; round < 4; round++) {
        CrossEncoder model = CrossEncoder.load(folder);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          calls.add(
              callers.submit(
                  () -> {
                    while (true) {
                      assertEquals(pairs.size(), model.predict(pairs).length);
                    }
                  }));
        }
        Thread.sleep(15L * round);
        model.close();
        for (Future<?> call : calls) {
          ExecutionException e = assertThrows(ExecutionException.class, call::get);
          assertEquals(ModelClosedException.class, e.getCause().getClass(), e.toString());
        }
      }
    } finally {
      callers.shutdownNow();
    }
    assertEquals(0, NativeHandles.open());
  }

  @Test
  void interruptedThreadGetsAnErrorAndKeepsItsFlag() {
    try (CrossEncoder model = load("bert")) {
      Thread.currentThread().interrupt();
      assertThrows(
          InferenceInterruptedException.class,
          () -> model.predict(List.of(new TextPair("a", "b"))));
      assertTrue(Thread.interrupted(), "the flag was kept");
      assertEquals(1, model.predict(List.of(new TextPair("a", "b"))).length);
    }
  }

  @Test
  void everyNativeObjectIsFreed() {
    assertEquals(0, NativeHandles.open());
    try (CrossEncoder model = load("bert")) {
      assertEquals(2, NativeHandles.open(), "a session and a tokenizer");
      for (int i = 0; i < 10; i++) {
        model.predict(Reference.pairs().subList(0, 30));
        model.splitter(3, 9).split("a", "b ".repeat(500));
      }
      assertEquals(2, NativeHandles.open(), "no more after use");
    }
    assertEquals(0, NativeHandles.open());
  }

  @Test
  void fingerprintTellsModelsApartAndCopiesNot() {
    String original = fingerprint(folder("folder-of-version-2"), CrossEncoderOptions.defaults());
    assertEquals(32, original.length());
    Path copy = Reference.folder("folder-of-version-4", temp.resolve("copy-under-another-name"));
    assertEquals(original, fingerprint(copy, CrossEncoderOptions.defaults()), "same model");
    List<String> all = new ArrayList<>();
    all.add(original);
    all.add(fingerprint(copy, CrossEncoderOptions.defaults().withMaxLength(20)));
    for (String variant :
        List.of(
            "bert",
            "truncation-left",
            "length-24",
            "no-segments",
            "prompts",
            "prompts-default",
            "roberta",
            "roberta-softmax",
            "electra")) {
      all.add(fingerprint(folder(variant), CrossEncoderOptions.defaults()));
    }
    assertEquals(all.size(), all.stream().distinct().count(), all.toString());
  }

  private static String fingerprint(Path folder, CrossEncoderOptions options) {
    try (CrossEncoder model = CrossEncoder.load(folder, options)) {
      return model.fingerprint();
    }
  }
}
