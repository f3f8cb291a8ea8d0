package dev.lucenesemantic.embed;

import static dev.lucenesemantic.embed.Reference.maxDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.TextTooLongException;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that nobody wrote to be read. */
class HostileTextTest {
  @TempDir private Path temp;
  private Path folder;
  private SentenceTransformer model;

  @BeforeEach
  void load() {
    folder = ModelFolder.variant("saved-by-version-6", temp.resolve("model"));
    model =
        SentenceTransformer.load(
            folder, EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void nullIsRefusedByName() {
    assertTrue(
        assertThrows(InvalidTextException.class, () -> model.encode((String) null))
            .getMessage()
            .contains(model.modelName()));
    assertThrows(InvalidTextException.class, () -> model.encode((List<String>) null));
    assertThrows(InvalidTextException.class, () -> model.embedQuery(null));
    InvalidTextException e =
        assertThrows(
            InvalidTextException.class, () -> model.embedDocuments(Arrays.asList("a", null)));
    assertTrue(e.getMessage().contains("text 1 of 2"), e.getMessage());
  }

  @Test
  void noTextsGiveNoVectors() {
    assertEquals(List.of(), model.encode(List.of()));
    assertEquals(List.of(), model.embedDocuments(List.of()));
  }

  @Test
  void promptThatIsNotThereIsRefusedWithThoseThatAre() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> model.encode("a", "no-such-prompt"));
    assertTrue(e.getMessage().contains("no-such-prompt"), e.getMessage());
    assertTrue(e.getMessage().contains("query"), e.getMessage());
  }

  @Test
  void halfSurrogatesAreReadAsReplacementCharacters() {
    for (String broken : new String[] {"\uD83D", "\uDE00", "a\uD83Db", "\uDE00\uD83D", "x\uDE00"}) {
      String repaired = broken.replaceAll("[\uD83D\uDE00]", "\uFFFD");
      assertArrayEquals(model.tokenize(repaired).ids(), model.tokenize(broken).ids());
      assertArrayEquals(model.encode(repaired), model.encode(broken), 1e-6f);
    }
    String whole = "smile \uD83D\uDE00 please";
    assertEquals(whole, new String(whole.toCharArray()));
    assertTrue(model.tokenize(whole).length() > 2);
  }

  @Test
  void longTextsAreReadToTheLimitOnly() {
    String words = "semantic search with vectors in the index ".repeat(2_000);
    float[] expected = model.encode(words.substring(0, 4_000));
    assertEquals(0f, maxDifference(expected, model.encode(words)), 1e-6f);
  }

  @Test
  void fiftyMegabytesAreReadAsTheirBeginning() {
    for (String unit : new String[] {"many words ", "x", "\u6587", "\uD83D\uDE00", "\u0000"}) {
      String text = unit.repeat(50_000_000 / unit.length());
      float[] beginning = model.encode(unit.repeat(5_000));
      assertEquals(0f, maxDifference(beginning, model.encode(text)), 1e-6f, unit);
      assertTrue(model.tokenize(text).truncated(), unit);
    }
  }

  @Test
  void fiftyMegabytesOfBlanksAreNoText() {
    String blanks = " \n".repeat(25_000_000);
    assertArrayEquals(model.tokenize("").ids(), model.tokenize(blanks).ids());
    assertTrue(!model.tokenize(blanks).truncated());
    assertArrayEquals(
        model.tokenize("hello").ids(), model.tokenize(blanks + "hello" + blanks).ids());
    assertTrue(!model.tokenize(blanks + "hello" + blanks).truncated());
  }

  @Test
  void promptStandsBeforeFiftyMegabytesToo() {
    String text = "many words ".repeat(5_000_000);
    String prompt = model.prompts().get("query");
    assertTrue(!prompt.isEmpty());
    assertEquals(
        0f,
        maxDifference(model.encode(prompt + text.substring(0, 5_500)), model.embedQuery(text)),
        1e-6f);
  }

  @Test
  void theExcerptOfALongTextHasTheTokensOfTheWhole() {
    // Words of a few hundred letters, so that the sixteen tokens reach to the end of an excerpt and
    // it must be taken again, twice as long.
    Random random = new Random(7);
    String[] units = {
      "tree".repeat(90) + " ", "a".repeat(700) + "\n", " ".repeat(900), "b".repeat(5_000)
    };
    EncoderOptions roomy = EncoderOptions.defaults().withMaxSequenceLength(16);
    try (SentenceTransformer small = SentenceTransformer.load(folder, roomy)) {
      for (int round = 0; round < 50; round++) {
        StringBuilder text = new StringBuilder();
        while (text.length() < 40_000) {
          text.append(units[random.nextInt(units.length)]);
        }
        // The same words with single blanks between them fit into the first excerpt.
        String squeezed = text.toString().replaceAll("\\s+", " ");
        String[] words = squeezed.trim().split(" ");
        String short16 = String.join(" ", Arrays.copyOf(words, Math.min(words.length, 16)));
        assertArrayEquals(
            small.tokenize(short16).ids(), small.tokenize(text.toString()).ids(), "round " + round);
      }
    }
  }

  @Test
  void modelThatCutsTheBeginningReadsTheEndOfALongText() {
    Path left = ModelFolder.variant("truncation-left", temp.resolve("left"));
    try (SentenceTransformer fromTheEnd = SentenceTransformer.load(left)) {
      String end = "the last words of a text are the ones that count here ".repeat(50);
      for (String beginning : new String[] {"other words ", "x", "\u6587"}) {
        String text = beginning.repeat(100_000) + " " + end;
        assertArrayEquals(fromTheEnd.tokenize(end).ids(), fromTheEnd.tokenize(text).ids());
        assertTrue(fromTheEnd.tokenize(text).truncated());
      }
      String unbroken = "y".repeat(90) + "\u6587".repeat(100_000);
      assertArrayEquals(
          fromTheEnd.tokenize("\u6587".repeat(100)).ids(), fromTheEnd.tokenize(unbroken).ids());
    }
  }

  @Test
  void longTextsAreCounted() {
    String longText = "word ".repeat(200);
    model.encode(List.of("short", longText, longText));
    assertEquals(3, model.encodedTexts());
    assertEquals(2, model.truncatedTexts());
  }

  @Test
  void textOfExactlyTheLimitIsNotTruncated() {
    int limit = model.maxSequenceLength();
    String fits = ". ".repeat(limit - 2);
    assertEquals(limit, model.tokenize(fits).length());
    assertTrue(!model.tokenize(fits).truncated());
    assertEquals(limit, model.tokenize(fits + ".").length());
    assertTrue(model.tokenize(fits + ".").truncated());
  }

  @Test
  void longTextFailsWhereTheCallerWantsThat() {
    EncoderOptions fail = EncoderOptions.defaults().withTruncation(TruncationPolicy.FAIL);
    try (SentenceTransformer strict = SentenceTransformer.load(folder, fail)) {
      TextTooLongException e =
          assertThrows(
              TextTooLongException.class,
              () -> strict.encode(List.of("short", "lengthy ".repeat(500))));
      assertTrue(e.getMessage().contains("lengthy"), e.getMessage());
      assertTrue(e.getMessage().contains(strict.modelName()), e.getMessage());
      assertEquals(1, strict.truncatedTexts());
      // The model goes on working.
      assertEquals(strict.dimension(), strict.encode("short").length);
    }
  }

  @Test
  void aListIsReadOnceInItsOrderByTheCallingThread() {
    // As many texts as one likes, without all of them in memory at once.
    int size = 5_000;
    Thread caller = Thread.currentThread();
    AtomicInteger next = new AtomicInteger();
    List<String> texts =
        new AbstractList<>() {
          @Override
          public String get(int index) {
            assertEquals(caller, Thread.currentThread());
            next.compareAndSet(index, index + 1);
            return "text number " + index;
          }

          @Override
          public int size() {
            return size;
          }
        };
    List<float[]> vectors = model.encode(texts);
    assertEquals(size, vectors.size());
    assertEquals(size, next.get());
    for (int i : new int[] {0, 1023, 1024, 1025, 2047, 2048, 4999}) {
      assertEquals(0f, maxDifference(model.encode(texts.get(i)), vectors.get(i)), 1e-6f);
    }
  }
}
