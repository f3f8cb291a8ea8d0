package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSetsTest {
  @TempDir Path folder;

  @Test
  void generatedTextsAreTheSameInEveryRun() {
    assertEquals(TextSets.generated(20), TextSets.generated(20));
  }

  @Test
  void generatedTextsDifferFromEachOther() {
    for (TextSet set : TextSets.generated(200)) {
      assertEquals(200, new HashSet<>(set.texts()).size(), set.name());
    }
  }

  @Test
  void generatedTextsHaveNoSlotLeftOpen() {
    for (TextSet set : TextSets.generated(50)) {
      for (String text : set.texts()) {
        assertFalse(text.contains("{"), text);
      }
    }
  }

  @Test
  void theSetsGrowInLength() {
    List<TextSet> sets = TextSets.generated(100);
    assertEquals(List.of("short", "medium", "long"), sets.stream().map(TextSet::name).toList());
    assertTrue(words(sets.get(0)) * 3 < words(sets.get(1)));
    assertTrue(words(sets.get(1)) * 2 < words(sets.get(2)));
  }

  @Test
  void textsOfACollectionAreItsFirstDocumentsCutToTheLengthOfTheSet() throws IOException {
    collection(
        """
        {"_id": "0", "title": "no text", "text": ""}
        {"_id": "1", "title": "one two three four five six seven eight", "text": "%s"}
        {"_id": "2", "title": "second", "text": "text"}
        {"_id": "3", "title": "third", "text": "text"}
        """
            .replace("%s", "word ".repeat(100).strip()));
    List<TextSet> sets = TextSets.from(BeirFolder.open(folder), 2);
    assertEquals(List.of("one two three four five six seven", "second"), sets.get(0).texts());
    assertEquals(60, sets.get(1).texts().get(0).split(" ").length);
    assertEquals(108, sets.get(2).texts().get(0).split(" ").length);
    assertEquals("second text", sets.get(2).texts().get(1));
  }

  @Test
  void aCollectionWithoutTitlesIsAnError() throws IOException {
    collection("{\"_id\": \"1\", \"text\": \"text\"}\n");
    BeirFolder collection = BeirFolder.open(folder);
    assertThrows(BeirFormatException.class, () -> TextSets.from(collection, 2));
  }

  @Test
  void thePeerGetsOneJsonObjectPerText() throws IOException {
    Path file = folder.resolve("texts.jsonl");
    TextSets.write(
        List.of(new TextSet("short", List.of("a \"b\"\n", "c")), new TextSet("long", List.of("d"))),
        file);
    assertEquals(
        """
        {"set":"short","text":"a \\"b\\"\\n"}
        {"set":"short","text":"c"}
        {"set":"long","text":"d"}
        """,
        Files.readString(file));
  }

  private void collection(String corpus) throws IOException {
    Files.writeString(folder.resolve("corpus.jsonl"), corpus);
    Files.writeString(folder.resolve("queries.jsonl"), "");
  }

  private static int words(TextSet set) {
    return set.texts().stream().mapToInt(text -> text.split(" ").length).sum();
  }
}
