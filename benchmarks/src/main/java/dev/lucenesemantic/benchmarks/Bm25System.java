package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.QueryBuilder;

/**
 * BM25 over title and text in one field, analysed by {@link EnglishAnalyzer}; a query is the bag of
 * its words. This is what Anserini calls the flat index.
 */
final class Bm25System implements RetrievalSystem {
  static final String FIELD = "contents";

  private final String name;
  private final float k1;
  private final float b;
  private final Analyzer analyzer = new EnglishAnalyzer();

  private Bm25System(String name, float k1, float b) {
    this.name = name;
    this.k1 = k1;
    this.b = b;
  }

  /** With Anserini's parameters, with which the published figures were measured. */
  static Bm25System withAnseriniParameters() {
    return new Bm25System("bm25", 0.9f, 0.4f);
  }

  /** With Lucene's own defaults. */
  static Bm25System withLuceneParameters() {
    return new Bm25System("bm25-lucene", 1.2f, 0.75f);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    return String.format(
        Locale.ROOT, "BM25, k1=%.2f b=%.2f, EnglishAnalyzer, title and text", k1, b);
  }

  @Override
  public Similarity similarity() {
    return new BM25Similarity(k1, b);
  }

  @Override
  public long index(BeirFolder collection, Directory directory) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, writerConfig());
        BeirFolder.DocumentReader documents = collection.documents()) {
      while (documents.hasNext()) {
        BeirDocument document = documents.next();
        Document fields = RetrievalSystem.withId(document);
        fields.add(field(document, Field.Store.NO));
        writer.addDocument(fields);
      }
      writer.commit();
      return documents.count();
    }
  }

  /** How an index has to be written that has the field. */
  IndexWriterConfig writerConfig() {
    return new IndexWriterConfig(analyzer).setSimilarity(similarity());
  }

  /** The field of a document. */
  static TextField field(BeirDocument document, Field.Store store) {
    return new TextField(FIELD, document.contents(), store);
  }

  @Override
  public Query query(String text, int k) {
    Query query = new QueryBuilder(analyzer).createBooleanQuery(FIELD, text);
    return query == null ? new MatchNoDocsQuery("no word in '" + text + "'") : query;
  }

  @Override
  public void close() {
    analyzer.close();
  }
}
