package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.BytesRef;

/** An index of texts in several segments, and hits in any order. */
public abstract class RescorerTestCase extends LuceneTestCase {
  static final TextSource BODY = TextSource.storedField("body");
  static final Explanation FIRST_PASS = Explanation.match(1f, "first stage");

  /** What a test does with an index. */
  interface IndexTest {
    void run(IndexSearcher searcher) throws IOException;
  }

  /** Merges only neighbours, so that document ids follow the order in which documents are added. */
  static IndexWriterConfig inOrder() {
    return newIndexWriterConfig().setMergePolicy(newLogMergePolicy());
  }

  /**
   * @param texts the bodies in the order of the documents; a document without body where it is null
   */
  void withIndex(List<String> texts, IndexTest test) throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, inOrder())) {
      for (int i = 0; i < texts.size(); i++) {
        Document document = new Document();
        document.add(new StringField("id", "" + i, Field.Store.YES));
        if (texts.get(i) != null) {
          document.add(new TextField("body", texts.get(i), Field.Store.YES));
          document.add(new BinaryDocValuesField("bytes", new BytesRef(texts.get(i))));
        }
        document.add(new StoredField("number", i));
        writer.addDocument(document);
        if (random().nextInt(5) == 0) {
          writer.flush();
        }
      }
      try (IndexReader reader = DirectoryReader.open(writer)) {
        test.run(newSearcher(reader));
      }
    }
  }

  static List<String> numbered(double... scores) {
    return Arrays.stream(scores).mapToObj(score -> "text of " + score).toList();
  }

  static List<String> randomTexts(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add("text " + random().nextInt(1_000_000) + " number " + i);
    }
    return texts;
  }

  /** Documents, best first, with scores that fall from hit to hit. */
  static TopDocs hits(int... docs) {
    ScoreDoc[] hits = new ScoreDoc[docs.length];
    for (int i = 0; i < docs.length; i++) {
      hits[i] = new ScoreDoc(docs[i], 20 - i * 0.125f, -1);
    }
    return topDocs(hits);
  }

  static TopDocs topDocs(ScoreDoc... hits) {
    return new TopDocs(new TotalHits(1234, TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO), hits);
  }

  static TopDocs shuffledHits(int count) {
    List<Integer> docs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      docs.add(i);
    }
    Collections.shuffle(docs, random());
    return hits(docs.stream().mapToInt(i -> i).toArray());
  }

  static List<Integer> docs(TopDocs topDocs) {
    return Arrays.stream(topDocs.scoreDocs).map(hit -> hit.doc).toList();
  }

  static RescoredDoc hit(TopDocs topDocs, int at) {
    return (RescoredDoc) topDocs.scoreDocs[at];
  }

  static void assertScoresNeverIncrease(TopDocs topDocs) {
    for (int i = 1; i < topDocs.scoreDocs.length; i++) {
      assertTrue(
          Arrays.toString(topDocs.scoreDocs),
          topDocs.scoreDocs[i - 1].score >= topDocs.scoreDocs[i].score);
    }
  }

  static void assertExplained(
      CrossEncoderRescorer rescorer, IndexSearcher searcher, TopDocs rescored) throws IOException {
    for (ScoreDoc hit : rescored.scoreDocs) {
      Explanation explanation = rescorer.explain(searcher, FIRST_PASS, hit.doc);
      assertTrue(explanation.isMatch());
      assertEquals(hit.score, explanation.getValue().floatValue(), 1e-5f);
    }
  }
}
