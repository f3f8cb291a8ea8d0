package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryHitsTest {
  @TempDir Path folder;
  private BeirFolder collection;

  @BeforeEach
  void aCollectionWithDocumentsOfManyLengths() throws IOException {
    StringBuilder corpus = new StringBuilder();
    for (int words : new int[] {59, 60, 300, 301, 100}) {
      corpus.append(
          String.format(
              Locale.ROOT,
              "{\"_id\": \"%d\", \"title\": \"\", \"text\": \"%s\"}\n",
              words,
              "word ".repeat(words).strip()));
    }
    Files.writeString(folder.resolve("corpus.jsonl"), corpus);
    Files.writeString(
        folder.resolve("queries.jsonl"),
        "{\"_id\": \"1\", \"text\": \"first\"}\n{\"_id\": \"2\", \"text\": \"second\"}\n");
    collection = BeirFolder.open(folder);
  }

  @Test
  void textsOfACollectionAreItsFirstDocumentsOfTheRightLength() throws IOException {
    QueryHits hits = QueryHits.from(collection, 2, QueryHitsTest::words);
    assertEquals("first", hits.query());
    assertEquals(List.of(60, 300), hits.hits().stream().map(QueryHitsTest::words).toList());
  }

  @Test
  void tooFewTextsAreAnErrorThatSaysHowManyThereAre() {
    UsageException error =
        assertThrows(
            UsageException.class, () -> QueryHits.from(collection, 4, QueryHitsTest::words));
    assertTrue(error.getMessage().contains("there are 3"), error.getMessage());
  }

  @Test
  void generatedTextsHaveTheRightLengthToo() {
    QueryHits hits = QueryHits.generated(50, QueryHitsTest::words);
    for (String hit : hits.hits()) {
      assertTrue(words(hit) >= 60 && words(hit) <= 300, hit);
    }
    assertEquals(50, new HashSet<>(hits.hits()).size());
    assertEquals(hits, QueryHits.generated(50, QueryHitsTest::words));
  }

  @Test
  void aTokenizerThatFindsNothingIsAnErrorAndNoEndlessLoop() {
    assertThrows(UsageException.class, () -> QueryHits.generated(1, text -> 0));
  }

  private static int words(String text) {
    return text.split(" ").length;
  }
}
