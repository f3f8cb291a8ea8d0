package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** Removes the vectors of a field that were made by other models than a certain one. */
final class VectorRemoval {
  private final IndexWriter writer;
  private final String field;
  private final SemanticFieldType kept;
  private final BooleanSupplier stop;

  VectorRemoval(IndexWriter writer, String field, SemanticFieldType kept, BooleanSupplier stop) {
    this.writer = writer;
    this.field = field;
    this.kept = kept;
    this.stop = stop;
  }

  /**
   * Checks that all documents have a vector of the model that is kept.
   *
   * @throws IllegalStateException if not
   */
  void requireComplete() throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      requireComplete(reader, places(reader));
    }
  }

  private FieldGenerations.Places places(DirectoryReader reader) throws IOException {
    return FieldGenerations.places(reader, field, kept.embedder().fingerprint());
  }

  /** The segments with other vectors. */
  private List<String> requireComplete(DirectoryReader reader, FieldGenerations.Places places)
      throws IOException {
    OtherModelsVectors lacking =
        new OtherModelsVectors(field, places.others(), places.own(), (segment, document) -> null);
    List<String> segments = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      if (hasAny(leaf.reader(), places.others())) {
        requireComplete(leaf.reader(), lacking);
        segments.add(SegmentRewriter.name(leaf.reader()));
      }
    }
    return segments;
  }

  /**
   * Goes over the segments once.
   *
   * @return whether one of them had such vectors; it may be another one by now that has them
   */
  boolean run() throws IOException {
    Set<String> others;
    List<String> segments;
    // Closed before the first is written, or what was removed would stay on disk.
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      FieldGenerations.Places places = places(reader);
      others = places.others();
      // Of all segments: half removed, no model could search.
      segments = requireComplete(reader, places);
    }
    for (String segment : segments) {
      if (stop.getAsBoolean()) {
        return false;
      }
      new SegmentRewriter(writer, stop)
          .rewrite(segment, in -> new WithoutVectorsReader(in, others));
    }
    return !segments.isEmpty();
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
              + "' yet, so the others' are not removed from it. Let ModelMigration.fill give them theirs first, and all writers"
              + " write with the new model");
    }
  }
}
