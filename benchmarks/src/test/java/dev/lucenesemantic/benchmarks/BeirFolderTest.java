package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeirFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void aSmallCollection() throws IOException {
    write(
        "corpus.jsonl",
        """
        {"_id": "1", "title": "A title", "text": "a text", "metadata": {"year": 2020}}
        {"_id": "2", "text": "no title"}

        {"_id": "3", "title": "", "text": ""}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "q2", "text": "second", "metadata": {}}
        {"_id": "q1", "text": "f\u00fcrst"}
        """);
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\t2\nq1\t2\t0\nq2\t3\t-1\n");
    write("qrels/train.tsv", "query-id\tcorpus-id\tscore\nq2\t1\t1\n");
  }

  @Test
  void documentsComeInOrderWithTitleAndText() throws IOException {
    assertEquals(
        List.of(
            new BeirDocument("1", "A title", "a text"),
            new BeirDocument("2", "", "no title"),
            new BeirDocument("3", "", "")),
        readDocuments());
  }

  @Test
  void theContentsAreTitleAndTextWithASpaceBetween() {
    assertEquals("A title a text", new BeirDocument("1", "A title", "a text").contents());
    assertEquals("no title", new BeirDocument("2", "", "no title").contents());
    assertEquals("only a title", new BeirDocument("2", "only a title", "").contents());
  }

  @Test
  void queriesKeepTheOrderOfTheFile() throws IOException {
    Map<String, String> queries = open().queries();
    assertEquals(List.of("q2", "q1"), List.copyOf(queries.keySet()));
    assertEquals("f\u00fcrst", queries.get("q1"));
  }

  @Test
  void judgementsAreReadForTheSplitThatIsAskedFor() throws IOException {
    Qrels test = open().qrels("test");
    assertEquals(Set.of("q1", "q2"), test.queryIds());
    assertEquals(Map.of("1", 2, "2", 0), test.grades("q1"));
    assertEquals(Map.of("3", -1), test.grades("q2"));
    assertEquals(Map.of("1", 1), open().qrels("train").grades("q2"));
  }

  @Test
  void anUnknownSplitIsAnErrorThatNamesTheOnesThereAre() {
    assertError(
        () -> open().qrels("dev"), "dev.tsv: no such file; the splits here are [test, train]");
  }

  @Test
  void aFolderWithoutACorpusIsAnErrorThatNamesTheFile() throws IOException {
    Files.delete(folder.resolve("corpus.jsonl"));
    assertError(this::open, "no corpus.jsonl in it");
  }

  @Test
  void aPathThatIsNoFolderIsAnError() {
    assertError(() -> BeirFolder.open(folder.resolve("nowhere")), "nowhere: not a folder");
  }

  @Test
  void aBrokenLineIsAnErrorWithFileAndLine() throws IOException {
    write("corpus.jsonl", "{\"_id\": \"1\", \"text\": \"\"}\n\n{\"_id\": \"2\", \"text\"\n");
    assertError(this::readDocuments, "corpus.jsonl:3: not JSON");
  }

  @Test
  void aSecondValueOnALineIsAnError() throws IOException {
    write("corpus.jsonl", "{\"_id\": \"1\", \"text\": \"\"} {\"_id\": \"2\", \"text\": \"\"}\n");
    assertError(this::readDocuments, "corpus.jsonl:1: not JSON");
  }

  @Test
  void aLineThatIsNoObjectIsAnError() throws IOException {
    write("queries.jsonl", "[1]\n");
    assertError(() -> open().queries(), "queries.jsonl:1: not a JSON object");
  }

  @Test
  void aMissingOrForeignMemberIsAnErrorThatNamesIt() throws IOException {
    write("corpus.jsonl", "{\"_id\": \"1\", \"title\": \"t\"}\n");
    assertError(this::readDocuments, "corpus.jsonl:1: no \"text\"");
    write("corpus.jsonl", "{\"_id\": \"1\", \"text\": null}\n");
    assertError(this::readDocuments, "\"text\" is not a string");
    write("corpus.jsonl", "{\"text\": \"\"}\n");
    assertError(this::readDocuments, "corpus.jsonl:1: no \"_id\"");
    write("corpus.jsonl", "{\"_id\": \"1 2\", \"text\": \"\"}\n");
    assertError(this::readDocuments, "white space");
  }

  @Test
  void bytesThatAreNotUtf8AreAnErrorWithTheFile() throws IOException {
    Files.write(folder.resolve("queries.jsonl"), new byte[] {'{', (byte) 0xff, '}', '\n'});
    assertError(() -> open().queries(), "queries.jsonl:1: not UTF-8");
  }

  @Test
  void twoQueriesWithOneIdAreAnError() throws IOException {
    write(
        "queries.jsonl", "{\"_id\": \"q\", \"text\": \"a\"}\n{\"_id\": \"q\", \"text\": \"b\"}\n");
    assertError(() -> open().queries(), "queries.jsonl:2: a second query with the _id 'q'");
  }

  @Test
  void judgementsWithoutAHeaderAreAnErrorAndTheFirstOneIsNotLost() throws IOException {
    write("qrels/test.tsv", "q1\t1\t1\n");
    assertError(() -> open().qrels("test"), "test.tsv:1: a judgement where the header should be");
  }

  @Test
  void aBrokenJudgementIsAnErrorWithFileAndLine() throws IOException {
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\n");
    assertError(() -> open().qrels("test"), "test.tsv:2: three columns");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\t1.5\n");
    assertError(() -> open().qrels("test"), "test.tsv:2: '1.5' is not a whole number");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\t1\t1\nq1\t1\t2\n");
    assertError(() -> open().qrels("test"), "test.tsv:3: document '1' is judged twice");
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\n");
    assertError(() -> open().qrels("test"), "test.tsv: no judgement after the header");
    write("qrels/test.tsv", "");
    assertError(() -> open().qrels("test"), "test.tsv: empty");
  }

  private List<BeirDocument> readDocuments() throws IOException {
    List<BeirDocument> read = new ArrayList<>();
    try (BeirFolder.DocumentReader documents = open().documents()) {
      documents.forEachRemaining(read::add);
      assertEquals(read.size(), documents.count());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return read;
  }

  private BeirFolder open() throws IOException {
    return BeirFolder.open(folder);
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static void assertError(org.junit.jupiter.api.function.Executable action, String part) {
    BeirFormatException error = assertThrows(BeirFormatException.class, action);
    assertEquals(true, error.getMessage().contains(part), error.getMessage());
  }
}
