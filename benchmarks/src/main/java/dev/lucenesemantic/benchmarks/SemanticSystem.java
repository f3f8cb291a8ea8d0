package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.Iterator;
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
  private final TextEmbedder embedder;

  /** Takes the embedder over: it is closed with the system. */
  SemanticSystem(String name, TextEmbedder embedder) {
    this.name = name;
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
    try (SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()));
        BeirFolder.DocumentReader documents = collection.documents()) {
      Progress progress = new Progress(name + ": documents", System.err);
      Iterator<Document> fields =
          documents.stream()
              .peek(each -> progress.step())
              .map(each -> fields(each, type))
              .iterator();
      Iterable<Document> all = () -> fields;
      writer.addEach(all);
      writer.commit();
      return documents.count();
    }
  }

  private static Document fields(BeirDocument document, SemanticFieldType type) {
    Document fields = RetrievalSystem.withId(document);
    fields.add(new SemanticField(FIELD, document.contents(), type));
    return fields;
  }

  @Override
  public Query query(String text, int k) {
    return new SemanticQuery(FIELD, text, k, embedder);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
