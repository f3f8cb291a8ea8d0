package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageTextsTest {
  @TempDir private Path folder;

  @Test
  void passagesAreWholeSentencesOfAtLeastTheLength() throws IOException {
    write("a.txt", "One sentence here. Another one there. A third. And a last one for the end.");
    PassageTexts texts = new PassageTexts(30);
    texts.addAll(folder.resolve("a.txt"));
    assertEquals(
        List.of("One sentence here. Another one there.", "A third. And a last one for the end."),
        texts.passages());
  }

  @Test
  void aRestOfAFewWordsIsLeftOut() throws IOException {
    write("a.txt", "One sentence here, long enough. Rest.");
    PassageTexts texts = new PassageTexts(30);
    texts.addAll(folder);
    assertEquals(List.of("One sentence here, long enough."), texts.passages());
  }

  @Test
  void aFolderGivesThePassagesAndQuestionsOfItsFilesEachOnce() throws IOException {
    write(
        "corpus.jsonl", "{\"_id\": \"1\", \"title\": \"T\", \"text\": \"A text of the corpus.\"}");
    write("queries.jsonl", "{\"_id\": \"1\", \"text\": \"A question?\"}");
    write(
        "pairs.jsonl",
        "{\"query\": \"Another question?\", \"passage\": \"A text of the pairs.\"}\n\n"
            + "{\"query\": \"A question?\", \"passage\": \"A text of the corpus.\"}");
    write("other.csv", "not,read");
    PassageTexts texts = new PassageTexts(10);
    texts.addAll(folder);
    assertEquals(List.of("A text of the corpus.", "A text of the pairs."), texts.passages());
    assertEquals(List.of("Another question?", "A question?"), texts.questions(10));
  }

  @Test
  void aFewQuestionsAreTakenFromAllPartsOfTheData() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      lines.append("{\"text\": \"question ").append(i).append("\"}\n");
    }
    write("queries.jsonl", lines.toString());
    PassageTexts texts = new PassageTexts(10);
    texts.addAll(folder);
    assertEquals(
        List.of("question 0", "question 25", "question 50", "question 75"), texts.questions(4));
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    PassageTexts texts = new PassageTexts(10);
    assertThrows(UsageException.class, () -> texts.addAll(folder));
    assertThrows(UsageException.class, () -> texts.addAll(folder.resolve("missing")));
    for (String line : List.of("{", "[]")) {
      write("a.jsonl", "{\"text\": \"A text of the corpus.\"}\n" + line);
      BeirFormatException e =
          assertThrows(BeirFormatException.class, () -> new PassageTexts(10).addAll(folder));
      assertTrue(e.getMessage().contains("a.jsonl"), e.getMessage());
      assertTrue(e.getMessage().contains("2"), e.getMessage());
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
