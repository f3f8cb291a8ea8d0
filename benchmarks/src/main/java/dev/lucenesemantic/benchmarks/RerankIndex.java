package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.SemanticFieldType;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;

/** One index for all stages: title and text as words, stored, and as a vector of each model. */
final class RerankIndex {
  private RerankIndex() {}

  /**
   * Indexes and commits a collection.
   *
   * @return how many documents there are
   */
  static long build(
      BeirFolder collection,
      Directory directory,
      Bm25System bm25,
      Collection<SemanticSystem> biEncoders)
      throws IOException {
    Map<SemanticSystem, SemanticFieldType> types = new LinkedHashMap<>();
    for (SemanticSystem biEncoder : biEncoders) {
      types.put(biEncoder, new SemanticFieldType(biEncoder.embedder()));
    }
    return SemanticSystem.index(
        collection.name(),
        collection,
        new IndexWriter(directory, bm25.writerConfig()),
        document -> {
          Document fields = RetrievalSystem.withId(document);
          fields.add(Bm25System.field(document, Field.Store.YES));
          types.forEach((biEncoder, type) -> fields.add(biEncoder.field(document, type)));
          return fields;
        });
  }
}
