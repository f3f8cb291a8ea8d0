package dev.lucenesemantic.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.IOSupplier;

/** What is true of a vector field of a segment for as long as there is the segment. */
final class SegmentFacts {

  private final Map<Object, Map<String, Boolean>> known = new ConcurrentHashMap<>();

  /**
   * What is known, or what a look says, which is then remembered.
   *
   * @param look reads it in the segment; deleted documents do not count as deleted
   */
  boolean get(LeafReader segment, String vectorField, IOSupplier<Boolean> look) throws IOException {
    IndexReader.CacheHelper cache = segment.getCoreCacheHelper();
    if (cache == null) {
      return look.get();
    }
    Map<String, Boolean> facts = known.get(cache.getKey());
    if (facts == null) {
      facts = new ConcurrentHashMap<>();
      if (known.putIfAbsent(cache.getKey(), facts) == null) {
        cache.addClosedListener(known::remove);
      }
    }
    try {
      return facts.computeIfAbsent(
          vectorField,
          asked -> {
            try {
              return look.get();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
