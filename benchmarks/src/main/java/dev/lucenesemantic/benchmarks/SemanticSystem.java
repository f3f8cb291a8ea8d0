package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.Directory;

/**
 * A model over title and text, on the library's own road: a semantic field, a writer that encodes
 * in batches, a graph, a semantic query. Everything is at its default.
 */
final class SemanticSystem implements RetrievalSystem {
  static final String FIELD = "contents_vector";

  private final String name;
  private final String field;
  private final TextEmbedder embedder;

  /** Takes the embedder over: it is closed with the system. */
  SemanticSystem(String name, TextEmbedder embedder) {
    this(name, FIELD, embedder);
  }

  /** The same in a field of its own, for an index with the vectors of several models. */
  SemanticSystem(String name, String field, TextEmbedder embedder) {
    this.name = name;
    this.field = field;
    this.embedder = embedder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    return embedder.modelName()
        + ", "
        + embedder.dimension()
        + " dimensions, fingerprint "
        + embedder.fingerprint()
        + ", title and text";
  }

  @Override
  public long index(BeirFolder collection, Directory directory) throws IOException {
    SemanticFieldType type = new SemanticFieldType(embedder);
    return index(
        name,
        collection,
        new IndexWriter(directory, new IndexWriterConfig()),
        document -> {
          Document fields = RetrievalSystem.withId(document);
          fields.add(field(document, type));
          return fields;
        });
  }

  /**
   * Indexes and commits a collection with semantic fields, and closes the writer.
   *
   * @param name what the progress is called by
   * @param fields what is indexed of a document
   * @return how many documents there are
   */
  static long index(
      String name,
      BeirFolder collection,
      IndexWriter indexWriter,
      Function<BeirDocument, Document> fields)
      throws IOException {
    try (SemanticIndexWriter writer = new SemanticIndexWriter(indexWriter);
        BeirFolder.DocumentReader documents = collection.documents()) {
      Progress progress = new Progress(name + ": documents", System.err);
      Iterator<Document> encoded =
          documents.stream().peek(each -> progress.step()).map(fields).iterator();
      Iterable<Document> all = () -> encoded;
      writer.addEach(all);
      writer.commit();
      return documents.count();
    }
  }

  /** The field that holds the vectors. */
  String field() {
    return field;
  }

  TextEmbedder embedder() {
    return embedder;
  }

  /** The field of a document. */
  SemanticField field(BeirDocument document, SemanticFieldType type) {
    return new SemanticField(field, document.contents(), type);
  }

  @Override
  public Query query(String text, int k) {
    return new SemanticQuery(field, text, k, embedder);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
