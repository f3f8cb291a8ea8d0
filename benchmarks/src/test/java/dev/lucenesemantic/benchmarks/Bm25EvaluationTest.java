package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** A whole evaluation, with BM25, on a collection small enough to see the answers. */
public class Bm25EvaluationTest extends LuceneTestCase {
  private Path folder;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    folder = createTempDir();
    Files.createDirectories(folder.resolve("qrels"));
    write(
        "corpus.jsonl",
        """
        {"_id": "d1", "title": "Cats", "text": "A cat sleeps on the mat."}
        {"_id": "d2", "title": "Dogs", "text": "The dog barks at night, a long night, all night."}
        {"_id": "d3", "title": "Night sky", "text": "Stars."}
        """);
    write(
        "queries.jsonl",
        """
        {"_id": "cats", "text": "sleeping cats"}
        {"_id": "night", "text": "at night"}
        {"_id": "stop-words", "text": "the and of"}
        {"_id": "not-judged", "text": "dogs"}
        """);
    write(
        "qrels/test.tsv",
        "query-id\tcorpus-id\tscore\ncats\td1\t1\nnight\td3\t1\nstop-words\td1\t1\n");
  }

  public void testWordsAreStemmedAndTheTitleIsSearchedToo() throws IOException {
    assertEquals(List.of("d1"), ids(evaluate(Bm25System.withAnseriniParameters()), "cats"));
    assertEquals(2, ids(evaluate(Bm25System.withAnseriniParameters()), "night").size());
  }

  public void testAQueryOfStopWordsFindsNothing() throws IOException {
    assertEquals(List.of(), ids(evaluate(Bm25System.withAnseriniParameters()), "stop-words"));
  }

  public void testOnlyJudgedQueriesAreAnswered() throws IOException {
    assertEquals(List.of(), ids(evaluate(Bm25System.withAnseriniParameters()), "not-judged"));
  }

  public void testTheMeasuresAreThoseOfTheAnswers() throws IOException {
    Evaluation evaluation = evaluate(Bm25System.withAnseriniParameters());
    assertEquals(3, evaluation.documents());
    assertEquals(2 / 3.0, evaluation.metrics().recallAt100(), 1e-9);
    // First for "cats"; second for "night", behind the document that has the word three times;
    // nothing for the stop words.
    assertEquals(List.of("d2", "d3"), ids(evaluation, "night"));
    assertEquals((1 + 0.5 + 0) / 3, evaluation.metrics().mrrAt10(), 1e-9);
  }

  public void testTheParametersChangeTheScores() throws IOException {
    List<RankedDocument> anserini =
        evaluate(Bm25System.withAnseriniParameters()).run().ranking("cats");
    List<RankedDocument> lucene = evaluate(Bm25System.withLuceneParameters()).run().ranking("cats");
    assertEquals(anserini.get(0).id(), lucene.get(0).id());
    assertNotEquals(anserini.get(0).score(), lucene.get(0).score(), 1e-4f);
  }

  public void testTheDepthLimitsTheAnswers() throws IOException {
    assertEquals(1, ids(evaluate(Bm25System.withAnseriniParameters(), 1), "night").size());
  }

  public void testAJudgedQueryWithoutATextIsAnError() throws IOException {
    write("qrels/test.tsv", "query-id\tcorpus-id\tscore\nunknown\td1\t1\n");
    BeirFormatException error =
        expectThrows(
            BeirFormatException.class, () -> evaluate(Bm25System.withAnseriniParameters()));
    assertTrue(error.getMessage(), error.getMessage().contains("no query 'unknown'"));
  }

  private Evaluation evaluate(RetrievalSystem system) throws IOException {
    return evaluate(system, 1000);
  }

  private Evaluation evaluate(RetrievalSystem system, int depth) throws IOException {
    BeirFolder collection = BeirFolder.open(folder);
    try (system;
        Directory directory = newDirectory()) {
      return Evaluation.of(system, collection, collection.qrels("test"), depth, directory);
    }
  }

  private static List<String> ids(Evaluation evaluation, String query) {
    return evaluation.run().ranking(query).stream().map(RankedDocument::id).toList();
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }
}
