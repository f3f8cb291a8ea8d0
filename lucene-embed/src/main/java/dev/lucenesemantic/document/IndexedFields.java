package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * What the segments of an index declare of their fields. They are looked at before the first
 * document comes in: a reader that is opened later waits until the documents of all threads are in,
 * and what one of these waits for, as a Reader for its parser, may be the thread that asks.
 */
final class IndexedFields {
  private final WriterGate gate;

  /** What was found before the first document; null until then. */
  private volatile List<FieldInfos> earlier;

  IndexedFields(WriterGate gate) {
    this.gate = gate;
  }

  /** Looks, if nobody did. To be called before documents are changed. */
  void look() throws IOException {
    if (earlier == null) {
      synchronized (this) {
        if (earlier == null) {
          earlier = gate.writer().getDocStats().maxDoc == 0 ? List.of() : now();
        }
      }
    }
  }

  /**
   * The segments that declare a field. Those that have gone since the first look count still, if
   * the field was there at that time.
   */
  List<FieldInfos> declaring(String field) throws IOException {
    if (!gate.writer().getFieldNames().contains(field)) {
      return List.of();
    }
    look();
    List<FieldInfos> found = declaring(field, earlier);
    return found.isEmpty() ? declaring(field, now()) : found;
  }

  private static List<FieldInfos> declaring(String field, List<FieldInfos> segments) {
    return segments.stream().filter(infos -> infos.fieldInfo(field) != null).toList();
  }

  /** All segments that there are at this moment. */
  List<FieldInfos> now() throws IOException {
    return WriterSegments.fieldInfos(gate);
  }

  /** To be called when fields were taken out of the index. */
  synchronized void forget() {
    earlier = List.of();
  }

  /** What the segments of a reader declare. */
  static List<FieldInfos> of(IndexReader reader) {
    List<FieldInfos> infos = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      infos.add(leaf.reader().getFieldInfos());
    }
    return infos;
  }
}
