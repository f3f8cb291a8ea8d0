package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  private static final String TEXT =
      "Deletes the document(s) matching any of the provided queries. All given deletes are applied"
          + " and flushed atomically at the same time.";

  @Test
  void showsTwoAnswersAtOneHundredColumns() {
    Answer left =
        new Answer(
            "BM25",
            1.26,
            List.of(new Answer.Hit(9.1f, "IndexWriter#deleteDocuments(Query...)", TEXT)),
            "none");
    Answer right =
        new Answer(
            "Semantic",
            12,
            List.of(
                new Answer.Hit(0.71f, "Short", "Few words."),
                new Answer.Hit(
                    0.5f, "IndexWriterConfig#setIndexDeletionPolicy(IndexDeletionPolicy)", "x")),
            "none");
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
        String.join("\n", new SideBySide(2).lines("how?", List.of(left, right))) + "\n");
  }

  @Test
  void showsThreeAnswersAtOneHundredAndTwentyColumns() {
    Answer two =
        new Answer(
            "BM25",
            1,
            List.of(
                new Answer.Hit(9.1f, "IndexWriter#deleteDocuments(Query...)", TEXT),
                new Answer.Hit(2, "Short", "Few words.")),
            "none");
    Answer none = new Answer("Semantic", 2, List.of(), "there is no passage");
    Answer one =
        new Answer("Both", 3_000, List.of(new Answer.Hit(1, "Short", "Few words.")), "none");
    assertEquals(
        """
        ? how?

        BM25  (1.0 ms)                         | Semantic  (2.0 ms)                     | Both  (3000.0 ms)
        ---------------------------------------+----------------------------------------+---------------------------------------
        1. IndexWriter#deleteDocument... 9.100 | there is no passage                    | 1. Short                         1.000
           Deletes the document(s) matching    |                                        |    Few words.
           any of the provided queries. ...    |                                        |
        2. Short                         2.000 |                                        |
           Few words.                          |                                        |
        """,
        String.join("\n", new SideBySide(2).lines("how?", List.of(two, none, one))) + "\n");
  }

  @Test
  void nothingIsWiderThanOneHundredAndTwentyColumns() {
    for (String text :
        List.of(
            "x".repeat(5_000),
            "\u6771\u4eac".repeat(300),
            "\ud83d\ude00".repeat(300),
            "e\u0301 ".repeat(300),
            "\u001b[2J\u0007".repeat(50),
            "")) {
      Answer answer = new Answer("Any", 1e7, List.of(new Answer.Hit(1e9f, text, text)), text);
      Answer nothing = new Answer("Any method of all", 1e20, List.of(), text);
      for (int columns = 1; columns <= 4; columns++) {
        List<Answer> answers = new ArrayList<>(Collections.nCopies(columns - 1, answer));
        answers.add(nothing);
        for (String line : new SideBySide(3).lines(text, answers)) {
          assertTrue(SideBySide.width(line) <= 120, line);
        }
      }
    }
  }

  @Test
  void saysWhereNothingWasFound() {
    Answer nothing =
        new Answer("BM25", 0, List.of(), "no passage has any of these words, which are all rare");
    assertEquals(
        List.of("no passage has any of these words, which are all", "rare"),
        new SideBySide(1).lines("?", List.of(nothing)).subList(4, 6));
  }

  @Test
  void wrapsBetweenWords() {
    assertEquals(List.of("one two", "three"), SideBySide.wrap("one two three", 8, 3));
    assertEquals(List.of("one two", "four ..."), SideBySide.wrap("one two four five", 8, 2));
    assertEquals(List.of("aaaa", "aa"), SideBySide.wrap("aaaaaa", 4, 3));
    assertEquals(List.of(), SideBySide.wrap("", 4, 3));
  }
}
