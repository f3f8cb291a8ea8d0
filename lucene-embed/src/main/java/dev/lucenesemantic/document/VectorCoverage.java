package dev.lucenesemantic.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/**
 * Which documents have a vector in one of several fields and lack it in another. The numbers of a
 * segment are counted once for each of its readers.
 */
final class VectorCoverage {
  private static final Map<Object, Map<List<String>, Integer>> COUNTED = new ConcurrentHashMap<>();

  private VectorCoverage() {}

  /**
   * How many live documents have a vector in one of several fields and none in this.
   *
   * @param all the several fields; this one may be among them
   */
  static long missing(IndexReader reader, String field, Collection<String> all) throws IOException {
    List<String> others = all.stream().filter(other -> !other.equals(field)).sorted().toList();
    if (others.isEmpty()) {
      return 0;
    }
    long missing = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      missing += missing(leaf.reader(), field, others);
    }
    return missing;
  }

  private static int missing(LeafReader segment, String field, List<String> others)
      throws IOException {
    IndexReader.CacheHelper cache = segment.getReaderCacheHelper();
    if (cache == null) {
      return count(segment, field, others);
    }
    Map<List<String>, Integer> counts = COUNTED.get(cache.getKey());
    if (counts == null) {
      counts = new ConcurrentHashMap<>();
      if (COUNTED.putIfAbsent(cache.getKey(), counts) == null) {
        cache.addClosedListener(COUNTED::remove);
      }
    }
    List<String> key = List.of(field, String.join("\n", others));
    try {
      return counts.computeIfAbsent(
          key,
          asked -> {
            try {
              return count(segment, field, others);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static int count(LeafReader segment, String field, Collection<String> others)
      throws IOException {
    FixedBitSet lacking = lacking(segment, field, others);
    Bits live = segment.getLiveDocs();
    int missing = 0;
    for (int doc = next(lacking, 0); doc != DocIdSetIterator.NO_MORE_DOCS; ) {
      missing += live == null || live.get(doc) ? 1 : 0;
      doc = next(lacking, doc + 1);
    }
    return missing;
  }

  private static int next(FixedBitSet bits, int from) {
    return from >= bits.length() ? DocIdSetIterator.NO_MORE_DOCS : bits.nextSetBit(from);
  }

  /** The documents of a segment, deleted ones included. */
  static FixedBitSet lacking(LeafReader segment, String field, Collection<String> others)
      throws IOException {
    FixedBitSet lacking = new FixedBitSet(Math.max(1, segment.maxDoc()));
    for (String other : others) {
      DocIdSetIterator docs = documents(segment, other);
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        lacking.set(doc);
      }
    }
    DocIdSetIterator docs = documents(segment, field);
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      lacking.clear(doc);
    }
    return lacking;
  }

  private static DocIdSetIterator documents(LeafReader segment, String field) throws IOException {
    FieldInfo info = segment.getFieldInfos().fieldInfo(field);
    KnnVectorValues values = info == null ? null : FieldModels.vectors(segment, info);
    return values == null ? DocIdSetIterator.empty() : values.iterator();
  }
}
