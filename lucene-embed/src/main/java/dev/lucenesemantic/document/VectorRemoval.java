package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** Removes the vectors of a field that were made by other models than a certain one. */
final class VectorRemoval {
  private final IndexWriter writer;
  private final DirectoryReader reader;
  private final String field;
  private final SemanticFieldType kept;
  private final BooleanSupplier stop;

  VectorRemoval(
      IndexWriter writer,
      DirectoryReader reader,
      String field,
      SemanticFieldType kept,
      BooleanSupplier stop) {
    this.writer = writer;
    this.reader = reader;
    this.field = field;
    this.kept = kept;
    this.stop = stop;
  }

  /**
   * Goes over the segments once.
   *
   * @return whether one of them had such vectors; it may be another one by now that has them
   */
  boolean run() throws IOException {
    FieldGenerations.Places places =
        FieldGenerations.places(reader, field, kept.embedder().fingerprint());
    Set<String> others = places.others();
    OtherModelsVectors lacking =
        new OtherModelsVectors(field, others, places.own(), (segment, document) -> null);
    boolean any = false;
    for (LeafReaderContext leaf : reader.leaves()) {
      LeafReader segment = leaf.reader();
      if (!hasAny(segment, others)) {
        continue;
      }
      requireComplete(segment, lacking);
      String name = ((SegmentReader) FilterLeafReader.unwrap(segment)).getSegmentName();
      if (stop.getAsBoolean()) {
        return false;
      }
      new SegmentRewriter(writer).rewrite(name, in -> new WithoutVectorsReader(in, others));
      any = true;
    }
    return any;
  }

  private static boolean hasAny(LeafReader segment, Set<String> fields) {
    for (String field : fields) {
      FieldInfo info = segment.getFieldInfos().fieldInfo(field);
      if (info != null && info.hasVectorValues()) {
        return true;
      }
    }
    return false;
  }

  private void requireComplete(LeafReader segment, OtherModelsVectors lacking) throws IOException {
    Bits live = segment.getLiveDocs();
    DocIdSetIterator docs = lacking.documents(segment);
    int missing = 0;
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (live == null || live.get(doc)) {
        missing++;
      }
    }
    if (missing > 0) {
      throw new IllegalStateException(
          missing
              + " documents of a segment have no vector of model "
              + kept.model()
              + " in field '"
              + field
              + "' yet. Fill them first (fillVectors), with all writers on the new model");
    }
  }
}
