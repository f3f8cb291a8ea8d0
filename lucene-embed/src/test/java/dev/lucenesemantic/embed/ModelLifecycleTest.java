package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.InferenceInterruptedException;
import dev.lucenesemantic.inference.ModelClosedException;
import dev.lucenesemantic.inference.NativeHandles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Opening, using, interrupting and closing a model, also all at once. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ModelLifecycleTest {
  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = ModelFolder.variant("saved-by-version-6", temp.resolve("model"));
  }

  @Test
  void useAfterCloseIsRefused() {
    SentenceTransformer model = SentenceTransformer.load(folder);
    model.close();
    model.close();
    String message = assertThrows(ModelClosedException.class, () -> model.encode("a")).getMessage();
    assertTrue(message.contains(folder.resolve("onnx/model.onnx").toString()), message);
    assertTrue(message.contains("load it again"), message);
    assertThrows(ModelClosedException.class, () -> model.encode(List.of()));
    assertThrows(ModelClosedException.class, () -> model.embedQuery("a"));
    assertThrows(ModelClosedException.class, () -> model.embedDocuments(List.of("a")));
    assertThrows(ModelClosedException.class, () -> model.tokenize("a"));
    // What the model is can still be asked.
    assertEquals(48, model.dimension());
    assertEquals(32, model.fingerprint().length());
  }

  @Test
  void closeDuringUseWaitsOrRefuses() throws Exception {
    List<String> texts = Collections.nCopies(3_000, "a text that takes a moment to encode");
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 8; round++) {
        SentenceTransformer model =
            SentenceTransformer.load(folder, EncoderOptions.defaults().withThreads(3));
        CountDownLatch started = new CountDownLatch(4);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          calls.add(
              callers.submit(
                  () -> {
                    started.countDown();
                    while (true) {
                      assertEquals(texts.size(), model.encode(texts).size());
                    }
                  }));
        }
        started.await();
        Thread.sleep(20L * round);
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
  void interruptedThreadGetsAnErrorAndKeepsItsFlag() throws Exception {
    try (SentenceTransformer model = SentenceTransformer.load(folder)) {
      Thread.currentThread().interrupt();
      String message =
          assertThrows(InferenceInterruptedException.class, () -> model.encode("a")).getMessage();
      assertTrue(Thread.interrupted(), "the flag was kept");
      assertTrue(message.contains(folder.toString()), message);
      assertEquals(model.dimension(), model.encode("a").length);

      List<String> endless = Collections.nCopies(1_000_000, "a text");
      List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
      Thread caller =
          new Thread(
              () -> {
                try {
                  model.encode(endless);
                } catch (Throwable t) {
                  thrown.add(t);
                  thrown.add(Thread.currentThread().isInterrupted() ? null : t);
                }
              });
      caller.start();
      Thread.sleep(100);
      caller.interrupt();
      caller.join();
      assertEquals(InferenceInterruptedException.class, thrown.get(0).getClass());
      assertEquals(null, thrown.get(1), "the flag was kept");
      assertEquals(model.dimension(), model.encode("the model goes on working").length);
    }
  }

  @Test
  void everyNativeObjectIsFreed() {
    assertEquals(0, NativeHandles.open());
    for (int round = 0; round < 5; round++) {
      try (SentenceTransformer model = SentenceTransformer.load(folder)) {
        assertEquals(2, NativeHandles.open(), "a session and a tokenizer");
        for (int i = 0; i < 20; i++) {
          model.encode(List.of("a", "some words", "more words ".repeat(50)));
          model.embedQuery("a question");
        }
        assertEquals(2, NativeHandles.open(), "no more after use");
      }
      assertEquals(0, NativeHandles.open());
    }
  }

  @Test
  void fingerprintTellsModelsApartAndCopiesNot() {
    String original = fingerprint(folder, EncoderOptions.defaults());
    Path copy = ModelFolder.variant("saved-by-version-6", temp.resolve("copy-under-another-name"));
    assertEquals(original, fingerprint(copy, EncoderOptions.defaults()));
    assertEquals(original, fingerprint(folder, EncoderOptions.defaults().withThreads(1)));

    List<String> others = new ArrayList<>();
    others.add(original);
    others.add(fingerprint(folder, EncoderOptions.defaults().withMaxSequenceLength(20)));
    for (String variant :
        List.of(
            "pooling-mean",
            "pooling-cls",
            "pooling-list",
            "prompts",
            "exclude-prompt-mean",
            "lower-case",
            "truncate-dim",
            "truncation-left")) {
      Path other = ModelFolder.variant(variant, temp.resolve(variant));
      others.add(fingerprint(other, EncoderOptions.defaults()));
    }
    assertEquals(others.size(), others.stream().distinct().count(), others.toString());
  }

  private static String fingerprint(Path folder, EncoderOptions options) {
    try (SentenceTransformer model = SentenceTransformer.load(folder, options)) {
      return model.fingerprint();
    }
  }
}
