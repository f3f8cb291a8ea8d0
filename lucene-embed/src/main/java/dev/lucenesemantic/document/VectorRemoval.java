package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** Removes the vectors of a field that were made by other models than a certain one. */
final class VectorRemoval {
  private final WriterGate gate;
  private final String field;
  private final SemanticFieldType kept;
  private final BooleanSupplier stop;

  VectorRemoval(WriterGate gate, String field, SemanticFieldType kept, BooleanSupplier stop) {
    this.gate = gate;
    this.field = field;
    this.kept = kept;
    this.stop = stop;
  }

  /**
   * Checks that all documents have a vector of the model that is kept.
   *
   * @throws IndexStateException if not
   */
  void requireComplete() throws IOException {
    try (DirectoryReader reader = gate.open()) {
      FieldGenerations.Places places = places(reader);
      requireComplete(reader, places);
      for (LeafReaderContext leaf : reader.leaves()) {
        for (String other : places.others()) {
          requireVectorsOnly(leaf.reader(), other);
        }
      }
    }
  }

  /** A merge goes by the fields of a segment: what else has the name would be lost with them. */
  private static void requireVectorsOnly(LeafReader segment, String name) throws IOException {
    if (hasMoreThanVectors(segment, name)) {
      throw new IndexStateException(
          "Field '"
              + name
              + "' has more than vectors, such as stored values, words or doc values, and Lucene can"
              + " only remove all of it. Nothing was removed: give the vectors a field of their own"
              + " and index the texts again, or leave those of both models");
    }
  }

  /** Whether a field of vectors has something else in a segment. Reads stored fields for it. */
  private static boolean hasMoreThanVectors(LeafReader segment, String name) throws IOException {
    FieldInfo info = segment.getFieldInfos().fieldInfo(name);
    return info != null
        && info.hasVectorValues()
        && (info.getIndexOptions() != IndexOptions.NONE
            || info.getDocValuesType() != DocValuesType.NONE
            || info.getPointDimensionCount() > 0
            || isStored(segment, name));
  }

  private static boolean isStored(LeafReader segment, String name) throws IOException {
    StoredFields stored = segment.storedFields();
    boolean[] found = new boolean[1];
    StoredFieldVisitor visitor =
        new StoredFieldVisitor() {
          @Override
          public Status needsField(FieldInfo info) {
            found[0] |= info.name.equals(name);
            return Status.NO;
          }
        };
    for (int doc = 0; doc < segment.maxDoc() && !found[0]; doc++) {
      stored.document(doc, visitor);
    }
    return found[0];
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
        segments.add(WriterSegments.name(leaf.reader()));
      }
    }
    return segments;
  }

  /** Removes all such vectors, unless it is to stop before. */
  void runToEnd() throws IOException {
    boolean any = true;
    while (any) {
      any = run();
    }
  }

  /**
   * Goes over the segments once.
   *
   * @return whether one of them had such vectors; it may be another one by now that has them
   */
  private boolean run() throws IOException {
    Set<String> others;
    List<String> segments;
    // Closed before the first is written, or what was removed would stay on disk.
    try (DirectoryReader reader = gate.open()) {
      FieldGenerations.Places places = places(reader);
      others = places.others();
      // Of all segments: half removed, no model could search.
      segments = requireComplete(reader, places);
    }
    for (String segment : segments) {
      if (stop.getAsBoolean()) {
        return false;
      }
      new SegmentRewriter(gate.writer(), stop)
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
      throw new IndexStateException(
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
