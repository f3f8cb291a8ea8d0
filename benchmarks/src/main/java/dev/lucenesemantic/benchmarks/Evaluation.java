package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;

/**
 * One system on one collection.
 *
 * @param run what the system returned
 * @param metrics how good that is
 * @param documents how many documents were indexed
 * @param indexSeconds the time to read, encode, index and commit them, with one calling thread
 * @param millisPerQuery the mean time of a search for the best ten, from the query's text to the
 *     ids
 */
record Evaluation(
    Run run, RetrievalMetrics metrics, long documents, double indexSeconds, double millisPerQuery) {

  /** How many documents are asked for where the time of a query is measured. */
  private static final int PAGE = 10;

  double documentsPerSecond() {
    return documents / indexSeconds;
  }

  /**
   * Indexes the collection and answers its judged queries.
   *
   * @param depth how many documents each query is answered with
   */
  static Evaluation of(
      RetrievalSystem system, BeirFolder collection, Qrels qrels, int depth, Directory directory)
      throws IOException {
    Map<String, String> queries = judgedQueries(collection, qrels);
    long start = System.nanoTime();
    long documents = system.index(collection, directory);
    double indexSeconds = (System.nanoTime() - start) / 1e9;

    Run run = new Run(system.name());
    double millisPerQuery;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(system.similarity());
      for (Map.Entry<String, String> query : queries.entrySet()) {
        run.add(query.getKey(), search(searcher, system, query.getValue(), depth));
      }
      start = System.nanoTime();
      for (String query : queries.values()) {
        search(searcher, system, query, PAGE);
      }
      millisPerQuery = (System.nanoTime() - start) / 1e6 / queries.size();
    }
    return new Evaluation(
        run, RetrievalMetrics.of(run, qrels), documents, indexSeconds, millisPerQuery);
  }

  /**
   * The text of every query that has a judgement.
   *
   * @throws BeirFormatException if one has no text
   */
  static Map<String, String> judgedQueries(BeirFolder collection, Qrels qrels) throws IOException {
    Map<String, String> texts = collection.queries();
    Map<String, String> judged = new LinkedHashMap<>();
    for (String id : qrels.queryIds()) {
      String text = texts.get(id);
      if (text == null) {
        throw new BeirFormatException(
            collection.folder().resolve("queries.jsonl"),
            "no query '" + id + "', for which there are judgements");
      }
      judged.put(id, text);
    }
    return judged;
  }

  private static List<RankedDocument> search(
      IndexSearcher searcher, RetrievalSystem system, String text, int k) throws IOException {
    TopDocs hits = searcher.search(system.query(text, k), k);
    StoredFields stored = searcher.storedFields();
    List<RankedDocument> documents = new ArrayList<>(hits.scoreDocs.length);
    for (ScoreDoc hit : hits.scoreDocs) {
      String id = stored.document(hit.doc).get(RetrievalSystem.ID_FIELD);
      documents.add(new RankedDocument(id, hit.score));
    }
    return documents;
  }
}
