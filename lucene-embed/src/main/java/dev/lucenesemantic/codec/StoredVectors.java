package dev.lucenesemantic.codec;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;

/**
 * What the float vectors of a field take up, as Lucene accounts for its files.
 *
 * @param count how many vectors there are, those of deleted documents included
 * @param rawBytes the vectors as they were indexed
 * @param quantizedBytes the vectors in fewer bits
 * @param graphBytes the graphs
 * @param hotBytes what every search reads at random, and should therefore fit into memory beside
 *     the heap: the graphs, and of each segment the quantised vectors, or the raw ones if there are
 *     no others
 * @param bits the least number of bits in which a segment's search sees a component: 32 if no
 *     segment is quantised, 0 if one does not say, as those of a reader that is not Lucene's own
 */
public record StoredVectors(
    long count, long rawBytes, long quantizedBytes, long graphBytes, long hotBytes, int bits) {
  // The names of files as Lucene's formats have had them since vectors were first quantised.
  private static final String RAW = "vec";
  private static final String GRAPH = "vex";

  /** What stands beside each quantised vector in Lucene's format; older ones have less. */
  private static final int CORRECTION_BYTES = 16;

  private static final StoredVectors NOTHING =
      new StoredVectors(0, 0, 0, 0, 0, VectorStorage.FLOAT32.bits());

  /**
   * Adds up what the segments of an index say.
   *
   * @param reader the index
   * @param field the name of the Lucene field; of one that a migration has led to another model it
   *     is the one that {@code IndexModels} names
   * @return the sums; zeros and 32 bits if the field has no float vectors
   * @throws IOException if the index cannot be read
   */
  public static StoredVectors of(IndexReader reader, String field) throws IOException {
    StoredVectors all = NOTHING;
    for (LeafReaderContext leaf : reader.leaves()) {
      all = all.plus(of(leaf.reader(), field));
    }
    return all;
  }

  /**
   * Reads what one segment says.
   *
   * @param segment the segment
   * @param field the name of the Lucene field
   * @return its values; zeros and 32 bits if the field has no float vectors
   * @throws IOException if the index cannot be read
   */
  public static StoredVectors of(LeafReader segment, String field) throws IOException {
    FieldInfo info = segment.getFieldInfos().fieldInfo(field);
    if (info == null
        || !info.hasVectorValues()
        || info.getVectorEncoding() != VectorEncoding.FLOAT32) {
      return NOTHING;
    }
    FloatVectorValues values = segment.getFloatVectorValues(field);
    if (values == null || values.size() == 0) {
      return NOTHING;
    }
    return of(info, values.size(), sizes(segment, field));
  }

  private static Map<String, Long> sizes(LeafReader segment, String field) {
    if (!(FilterLeafReader.unwrap(segment) instanceof CodecReader filtered)) {
      return Map.of();
    }
    CodecReader reader = FilterCodecReader.unwrap(filtered);
    // A wrapper may number fields its own way; the sizes are found by the segment's numbers.
    FieldInfo info = reader.getFieldInfos().fieldInfo(field);
    KnnVectorsReader vectors = reader.getVectorReader();
    return info == null || vectors == null ? Map.of() : vectors.getOffHeapByteSize(info);
  }

  private static StoredVectors of(FieldInfo info, int count, Map<String, Long> sizes) {
    long raw = sizes.getOrDefault(RAW, 0L);
    long graph = sizes.getOrDefault(GRAPH, 0L);
    long quantized = sizes.values().stream().mapToLong(Long::longValue).sum() - raw - graph;
    if (quantized == 0) {
      int bits = raw == 0 ? 0 : VectorStorage.FLOAT32.bits();
      return new StoredVectors(count, raw, 0, graph, raw + graph, bits);
    }
    long bits = (quantized / count - CORRECTION_BYTES) * 8 / info.getVectorDimension();
    return new StoredVectors(
        count, raw, quantized, graph, quantized + graph, Math.toIntExact(Math.max(1, bits)));
  }

  private StoredVectors plus(StoredVectors other) {
    return new StoredVectors(
        count + other.count,
        rawBytes + other.rawBytes,
        quantizedBytes + other.quantizedBytes,
        graphBytes + other.graphBytes,
        hotBytes + other.hotBytes,
        Math.min(bits, other.bits));
  }
}
