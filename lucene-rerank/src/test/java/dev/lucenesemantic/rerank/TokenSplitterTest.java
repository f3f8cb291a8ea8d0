package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents are divided where a reader would not mind, into what the model reads to its end. */
class TokenSplitterTest {
  @TempDir private Path temp;

  private CrossEncoder load(String variant) {
    return CrossEncoder.load(Reference.folder(variant, temp.resolve(variant)));
  }

  @Test
  void documentThatFitsIsOnePassage() {
    try (CrossEncoder model = load("bert")) {
      DocumentSplitter splitter = model.splitter(5, 10);
      for (String document : List.of("", " ", "a", "of ".repeat(60), "  a river  ")) {
        assertEquals(
            List.of(new DocumentSpan(0, document.length())), splitter.split("a", document));
      }
    }
  }

  @Test
  void passagesFillTheRoomAndOverlap() {
    // 64 tokens less three special ones and the query's two: 59 for the document.
    String document = "of ".repeat(150).strip();
    try (CrossEncoder model = load("bert")) {
      assertEquals(
          List.of(span(0, 59), span(59, 118), span(118, 150)),
          model.splitter(0, 10).split("a the", document));
      assertEquals(
          List.of(span(0, 59), span(49, 108), span(98, 150)),
          model.splitter(10, 10).split("a the", document));
      assertEquals(
          List.of(span(0, 59), span(49, 108)), model.splitter(10, 2).split("a the", document));
      assertEquals(List.of(span(0, 59)), model.splitter(10, 1).split("a the", document));
    }
  }

  /** The words {@code from} to {@code to} of a document of words of two letters. */
  private static DocumentSpan span(int from, int to) {
    return new DocumentSpan(3 * from, 3 * to - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "xlm-roberta", "cased", "truncation-left"})
  void passagesAreReadToTheirEndAndLeaveNothingOut(String variant) {
    String query = "how many";
    try (CrossEncoder model = load(variant)) {
      for (int overlap : new int[] {0, 3, 1000}) {
        DocumentSplitter splitter = model.splitter(overlap, Integer.MAX_VALUE);
        for (String unit :
            List.of(
                "The population of London grew quickly. ",
                "internationalization",
                "水を飲む。",
                "\ud83d\udc68\u200D\ud83d\udc69\u200D\ud83d\udc67\u200D\ud83d\udc66 ",
                "\ud83c\udde9\ud83c\uddea",
                "Cafe\u0301 Zoe\u0308 nai\u0308ve ",
                "a\u0301\u0308\u0323",
                "한국어 \u1112\u1161\u11ab ",
                "\n\n   \t x",
                "a\u200b\u0001b \ud83d c ",
                "क्षत्रिय ज्ञान ")) {
          String document = unit.repeat(1200 / unit.length());
          assertPassages(model, query, document, splitter.split(query, document));
        }
      }
    }
  }

  private static void assertPassages(
      CrossEncoder model, String query, String document, List<DocumentSpan> passages) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(document);
    int covered = 0;
    for (int i = 0; i < passages.size(); i++) {
      DocumentSpan span = passages.get(i);
      String where = span + " of " + document.substring(0, 20);
      assertTrue(characters.isBoundary(span.start()), where);
      assertTrue(characters.isBoundary(span.end()), where);
      assertTrue(span.start() < span.end(), where);
      assertTrue(i == 0 || span.start() > passages.get(i - 1).start(), where);
      // Between two passages there is nothing but space.
      assertTrue(
          span.start() <= covered || document.substring(covered, span.start()).isBlank(), where);
      covered = span.end();
      String passage = document.substring(span.start(), span.end());
      if (document.codePointCount(span.start(), span.end()) > 30) {
        // Blanks at the end of a document may be tokens, of which it does not matter if one is cut.
        TextPair pair = new TextPair(query, passage.stripTrailing());
        assertTrue(!model.tokenize(pair).truncated(), where);
      }
    }
    assertEquals(0, passages.get(0).start());
    assertEquals(document.length(), covered);
  }

  @Test
  void aSpanIsWhatTheTokensSayItIs() {
    // Characters of one, two and three UTF-8 bytes, and of two chars: every word is one token.
    String document = "of \ud83d\ude00 é 水 a ".repeat(40);
    try (CrossEncoder model = load("bert")) {
      for (DocumentSpan span : model.splitter(7, 100).split("of", document)) {
        String passage = document.substring(span.start(), span.end());
        assertEquals(passage.strip(), span.end() == document.length() ? passage.strip() : passage);
        assertTrue(
            "of \ud83d\ude00 é 水 a".contains(passage.strip().split(" ")[0]), "cut in a word");
      }
    }
  }

  @Test
  void megabytesCostNoMoreThanThePassages() {
    String megabytes = "the library of the river ".repeat(800_000);
    try (CrossEncoder model = load("bert")) {
      DocumentSplitter splitter = model.splitter(10, 5);
      List<DocumentSpan> passages = List.of();
      for (int i = 0; i < 50; i++) {
        passages = splitter.split("a river", megabytes);
      }
      assertEquals(5, passages.size());
      assertTrue(passages.get(4).end() < 5 * 64 * 10);
      // One word, and for this model one token.
      assertEquals(1, model.splitter(0, 5).split("a", "x".repeat(5_000_000)).size());
      assertEquals(1, model.splitter(0, 5).split("a", " ".repeat(5_000_000)).size());
    }
    try (CrossEncoder model = load("roberta")) {
      assertEquals(5, model.splitter(0, 5).split("a", "x".repeat(5_000_000)).size());
      assertEquals(1, model.splitter(0, 5).split("a", " ".repeat(1_000)).size());
    }
  }

  @Test
  void whatCannotBeSplitIsRefused() {
    try (CrossEncoder model = load("bert")) {
      assertThrows(IllegalArgumentException.class, () -> model.splitter(-1, 5));
      assertThrows(IllegalArgumentException.class, () -> model.splitter(0, 0));
      DocumentSplitter splitter = model.splitter(0, 5);
      String message =
          assertThrows(IllegalArgumentException.class, () -> splitter.split("of ".repeat(61), "a"))
              .getMessage();
      assertTrue(message.contains("shorten the query"), message);
      assertThrows(IllegalArgumentException.class, () -> splitter.split(null, "a"));
      assertThrows(NullPointerException.class, () -> splitter.split("a", null));
    }
  }
}
