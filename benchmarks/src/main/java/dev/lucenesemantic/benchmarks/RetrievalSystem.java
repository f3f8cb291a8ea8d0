package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;

/** A way to index documents and to find them again: what an evaluation compares. */
interface RetrievalSystem extends AutoCloseable {

  /** The field that holds the document's id in the judgements. */
  String ID_FIELD = "id";

  /** A short name without white space. */
  String name();

  /** What the figures depend on, in one line for the report. */
  String settings();

  /**
   * Indexes the whole collection and commits.
   *
   * @return how many documents there are
   */
  long index(BeirFolder collection, Directory directory) throws IOException;

  /** A query for the best {@code k} documents. */
  Query query(String text, int k);

  /** How the searcher has to score. */
  default Similarity similarity() {
    return new BM25Similarity();
  }

  /** The part of a document that every system has. */
  static Document withId(BeirDocument document) {
    Document fields = new Document();
    fields.add(new StoredField(ID_FIELD, document.id()));
    return fields;
  }

  @Override
  default void close() {}
}
