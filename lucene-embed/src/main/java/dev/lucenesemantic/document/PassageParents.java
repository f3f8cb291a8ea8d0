package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.FixedBitSet;

/**
 * The documents that can be the parent of passages in {@link PassageLayout#BLOCK}: all that are not
 * such passages themselves. Documents that have nothing to do with passages may stand in the same
 * index; they are parents of none. For Lucene's joins.
 *
 * <p>The documents of a segment are kept, a bit for each, for as long as the segment is open.
 */
public final class PassageParents implements BitSetProducer {
  private static final PassageParents INSTANCE = new PassageParents();

  private final Map<IndexReader.CacheKey, BitSet> cache =
      Collections.synchronizedMap(new WeakHashMap<>());

  private PassageParents() {}

  /**
   * The only one there is.
   *
   * @return parents of any index
   */
  public static PassageParents get() {
    return INSTANCE;
  }

  /**
   * The same documents as a query, with constant scores. What else a join's parents are to match is
   * combined with it, so that no passage is among them.
   *
   * @return a query that matches every document that is not a passage of a block
   */
  public static Query query() {
    return new ParentsQuery();
  }

  /**
   * The parents of a segment, deleted ones included.
   *
   * @param context the segment
   * @return a bit for each document that is not a passage; never null, for which Lucene's search
   *     for children is not prepared
   * @throws IOException if the index cannot be read
   */
  @Override
  public BitSet getBitSet(LeafReaderContext context) throws IOException {
    IndexReader.CacheHelper helper = context.reader().getCoreCacheHelper();
    if (helper == null) {
      return find(context.reader());
    }
    BitSet parents = cache.get(helper.getKey());
    if (parents == null) {
      parents = find(context.reader());
      cache.put(helper.getKey(), parents);
    }
    return parents;
  }

  private static BitSet find(LeafReader reader) throws IOException {
    FixedBitSet parents = new FixedBitSet(reader.maxDoc());
    parents.set(0, reader.maxDoc());
    for (FieldInfo info : reader.getFieldInfos()) {
      NumericDocValues passages =
          PassageLayout.BLOCK.isDeclaredBy(info)
              ? reader.getNumericDocValues(info.getName())
              : null;
      while (passages != null && passages.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        parents.clear(passages.docID());
      }
    }
    return parents;
  }

  @Override
  public String toString() {
    return "PassageParents";
  }
}
