package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final String TEXT =
      "Deletes the document(s) matching any of the provided queries. All given deletes are applied"
          + " and flushed atomically at the same time.";

  @Test
  void showsBothAnswersAtOneHundredColumns() {
    Answer left =
        new Answer(
            "BM25",
            1.26,
            List.of(new Answer.Hit(9.1f, "IndexWriter#deleteDocuments(Query...)", TEXT)));
    Answer right =
        new Answer(
            "Semantic",
            12,
            List.of(
                new Answer.Hit(0.71f, "Short", "Few words."),
                new Answer.Hit(
                    0.5f, "IndexWriterConfig#setIndexDeletionPolicy(IndexDeletionPolicy)", "x")));
    assertEquals(
        """
        ? how?

        BM25  (1.3 ms)                                   | Semantic  (12.0 ms)
        -------------------------------------------------+-------------------------------------------------
        1. IndexWriter#deleteDocuments(Query...)   9.100 | 1. Short                                   0.710
           Deletes the document(s) matching any of the   |    Few words.
           provided queries. All given deletes are ...   | 2. IndexWriterConfig#setIndexDeletionPo... 0.500
                                                         |    x
        """,
        String.join("\n", new SideBySide(2).lines("how?", left, right)) + "\n");
  }

  @Test
  void nothingIsWiderThanOneHundredColumns() {
    for (String text :
        List.of(
            "x".repeat(5_000),
            "\u6771\u4eac".repeat(300),
            "\ud83d\ude00".repeat(300),
            "e\u0301 ".repeat(300),
            "\u001b[2J\u0007".repeat(50),
            "")) {
      Answer answer = new Answer("Any", 1e7, List.of(new Answer.Hit(1e9f, text, text)));
      for (String line : new SideBySide(3).lines(text, answer, answer)) {
        assertTrue(SideBySide.width(line) <= 100, line);
      }
    }
  }

  @Test
  void saysWhereNothingWasFound() {
    Answer nothing = new Answer("BM25", 0, List.of());
    String lines = String.join("\n", new SideBySide(1).lines("?", nothing, nothing));
    assertTrue(lines.contains("no passage"), lines);
  }

  @Test
  void wrapsBetweenWords() {
    assertEquals(List.of("one two", "three"), SideBySide.wrap("one two three", 8, 3));
    assertEquals(List.of("one two", "four ..."), SideBySide.wrap("one two four five", 8, 2));
    assertEquals(List.of("aaaa", "aa"), SideBySide.wrap("aaaaaa", 4, 3));
    assertEquals(List.of(), SideBySide.wrap("", 4, 3));
  }
}
