package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.document.PassageParents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.HitQueue;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.Bits;

/**
 * The passages of a block that Lucene's diversified search gave up for another one of the same
 * parent. Where it compares estimates, the better passage can be among them, and a parent with it.
 *
 * <p>All passages of the best parents are estimated once more, which needs what the search has read
 * anyway, and the exact score is computed of those few of each parent that seem the best.
 */
final class RunnersUp {
  /** Parents whose best passage seemed so bad that this many others were better are left alone. */
  private static final int PARENTS = 50;

  private static final int PARENTS_TIMES_K = 3;

  /** Of how many passages the exact score is computed, where estimates are good and where not. */
  private static final int OF_EACH = 8;

  private static final int OF_EACH_IN_FEW_BITS = 32;
  private static final int ENOUGH_BITS = 4;

  /** With more passages than so many a parent, on average, large ones are left out. */
  private static final int PASSAGES = 1_000;

  private final String field;
  private final float[] query;
  private final ExactScores exact;

  RunnersUp(String field, float[] query, ExactScores exact) {
    this.field = field;
    this.query = query;
    this.exact = exact;
  }

  /** The passages from the first to before the last document of a segment. */
  private record Block(LeafReaderContext leaf, int from, int to) {}

  /**
   * Adds the runners-up of the best parents. Segments without estimates have none.
   *
   * @param hits one passage of each parent, with exact scores and global document ids, best first
   * @param k how many parents are wanted
   * @return the hits and others, best first
   */
  ScoreDoc[] addedTo(IndexReader reader, ScoreDoc[] hits, int k) throws IOException {
    List<Block> blocks = blocks(reader.leaves(), hits, k);
    if (blocks.isEmpty()) {
      return hits;
    }
    List<ScoreDoc> all = new ArrayList<>(Arrays.asList(hits));
    for (int i = 0; i < blocks.size(); ) {
      LeafReaderContext leaf = blocks.get(i).leaf();
      int first = i;
      while (i < blocks.size() && blocks.get(i).leaf() == leaf) {
        i++;
      }
      addSegment(leaf, blocks.subList(first, i), all);
    }
    all.sort(ExactScores.BEST_FIRST);
    return all.toArray(ScoreDoc[]::new);
  }

  /** The blocks to look into, in the order in which they lie in the index. */
  private List<Block> blocks(List<LeafReaderContext> leaves, ScoreDoc[] hits, int k)
      throws IOException {
    boolean[] estimated = new boolean[leaves.size()];
    for (int i = 0; i < estimated.length; i++) {
      estimated[i] = exact.areEstimated(leaves.get(i).reader());
    }
    long parents = Math.max(PARENTS, (long) PARENTS_TIMES_K * k);
    long room = PASSAGES * parents;
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < Math.min(parents, hits.length); i++) {
      LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(hits[i].doc, leaves));
      if (estimated[leaf.ord]) {
        Block block = block(leaf, hits[i].doc - leaf.docBase);
        int passages = block.to() - block.from();
        if (passages > 1 && passages <= room) {
          blocks.add(block);
          room -= passages;
        }
      }
    }
    blocks.sort(Comparator.comparingInt(block -> block.leaf().docBase + block.from()));
    return blocks;
  }

  private static Block block(LeafReaderContext leaf, int doc) throws IOException {
    BitSet parents = PassageParents.get().getBitSet(leaf);
    int before = doc == 0 ? -1 : parents.prevSetBit(doc - 1);
    return new Block(leaf, before + 1, Math.min(parents.nextSetBit(doc), leaf.reader().maxDoc()));
  }

  private void addSegment(LeafReaderContext leaf, List<Block> blocks, List<ScoreDoc> hits)
      throws IOException {
    LeafReader reader = leaf.reader();
    FloatVectorValues values = reader.getFloatVectorValues(field);
    VectorScorer estimates = values.scorer(query);
    DocIdSetIterator vectors = estimates.iterator();
    Bits live = reader.getLiveDocs();
    ExactScores.Segment scores = exact.segment(reader);
    int ofEach =
        StoredVectors.of(reader, field).bits() < ENOUGH_BITS ? OF_EACH_IN_FEW_BITS : OF_EACH;
    HitQueue best = new HitQueue(ofEach, false);
    for (Block block : blocks) {
      int doc = vectors.docID() < block.from() ? vectors.advance(block.from()) : vectors.docID();
      for (; doc < block.to(); doc = vectors.nextDoc()) {
        if (live == null || live.get(doc)) {
          best.insertWithOverflow(new ScoreDoc(doc, estimates.score()));
        }
      }
      ScoreDoc[] chosen = new ScoreDoc[best.size()];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = best.pop();
      }
      Arrays.sort(chosen, Comparator.comparingInt(hit -> hit.doc));
      for (ScoreDoc hit : chosen) {
        if (scores.advance(hit.doc)) {
          hits.add(new ScoreDoc(leaf.docBase + hit.doc, scores.score()));
        }
      }
    }
  }
}
