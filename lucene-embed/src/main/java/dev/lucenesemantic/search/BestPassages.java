package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.FieldModels;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageNames;
import dev.lucenesemantic.document.PassageParents;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.util.Bits;

/** The search for the nearest passages, of which each parent has only its best. */
final class BestPassages {
  private static final int NO_DOCUMENT = -1;

  /**
   * How many times as many candidates as precede the last parent. Those at the end of a search are
   * the ones of which it misses others.
   */
  private static final int SAFE = 3;

  /** Whether all vectors are those of passages. */
  private static final SegmentFacts PASSAGES_ONLY = new SegmentFacts();

  private final IndexSearcher searcher;
  private final IndexReader reader;
  private final PassageNames names;
  private final TextEmbedder embedder;

  /**
   * @param embedder the model of the question
   */
  BestPassages(IndexSearcher searcher, String field, TextEmbedder embedder) {
    this.searcher = searcher;
    this.reader = searcher.getIndexReader();
    this.names = new PassageNames(field);
    this.embedder = embedder;
  }

  /**
   * A passage that was found.
   *
   * @param parentDoc the parent; -1 where it is no document
   */
  record Found(int doc, int parentDoc, float score) {}

  /**
   * Searches.
   *
   * @param vector the question; not asked for if there is nothing to find
   * @param k how many parents to find
   * @param filter what the parents must match; null for all
   * @return the best passage of each parent, best first
   */
  List<Found> find(Supplier<float[]> vector, int k, Query filter) throws IOException {
    FieldModels models = FieldGenerations.searchable(reader, names.field(), embedder);
    if (models.isEmpty()) {
      return List.of();
    }
    return switch (layout()) {
      case BLOCK -> block(models.field(), vector.get(), k, filter);
      case FLAT -> flat(models.field(), vector.get(), k, filter);
    };
  }

  private PassageLayout layout() {
    Set<PassageLayout> layouts = PassageLayout.of(reader, names.field());
    if (layouts.size() != 1) {
      throw new IllegalStateException(
          layouts.isEmpty()
              ? "Field '"
                  + names.field()
                  + "' has vectors, but none of passages: search it with a SemanticQuery, or index"
                  + " its texts as PassageField"
              : "Field '"
                  + names.field()
                  + "' has passages of the layouts "
                  + layouts
                  + ", which cannot be searched together: index one of the two parts again");
    }
    return layouts.iterator().next();
  }

  private List<Found> block(String vectors, float[] vector, int k, Query filter)
      throws IOException {
    PassageParents parents = PassageParents.get();
    Query children =
        filter == null
            ? null
            : new ToChildBlockJoinQuery(both(filter, PassageParents.query()), parents);
    ExactScores exact = new ExactScores(vectors, vector);
    Query allowed = both(children, marked(vectors));
    int beam =
        Math.min(DefaultBeam.of(k, StoredVectors.of(reader, vectors), vector.length), maxDoc());
    ScoreDoc[] hits =
        new NearestPassages(names.field(), vectors, vector, allowed, beam, parents)
            .search(searcher);
    hits = new RunnersUp(vectors, vector, exact).addedTo(reader, exact.of(reader, hits), k);
    List<Found> found = bestOfEach(hits, PassageLayout.BLOCK);
    return best(
        k,
        found.size() < k && !isOutOfTime()
            ? ofAll(vectors, exact, allowed, PassageLayout.BLOCK, hits)
            : found);
  }

  private List<Found> flat(String vectors, float[] vector, int k, Query filter) throws IOException {
    ExactScores exact = new ExactScores(vectors, vector);
    Query allowed = both(filter, marked(vectors));
    int beam = DefaultBeam.of(k, StoredVectors.of(reader, vectors), vector.length);
    // What fewer find is never safe.
    long wanted = Math.max(beam, (long) SAFE * k);
    ScoreDoc[] before = new ScoreDoc[0];
    while (wanted < maxDoc()) {
      ScoreDoc[] hits =
          new NearestVectors(names.field(), vectors, vector, (int) wanted, allowed)
              .search(searcher);
      hits = exact.of(reader, hits);
      if (isOutOfTime()) {
        return best(k, bestOfEach(united(hits, before), PassageLayout.FLAT));
      }
      before = hits;
      List<Found> found = bestOfEach(hits, PassageLayout.FLAT);
      boolean all = hits.length < wanted;
      long safe = found.size() < k ? 4 * wanted : SAFE * (1L + indexOf(found.get(k - 1), hits));
      if (found.size() >= k && (all || safe <= hits.length)) {
        return best(k, found);
      }
      if (all) {
        break;
      }
      wanted = Math.max(2 * wanted, safe);
    }
    return best(k, ofAll(vectors, exact, allowed, PassageLayout.FLAT, before));
  }

  /** The hits of a search whose time has run out, with those of the one before, best first. */
  private static ScoreDoc[] united(ScoreDoc[] hits, ScoreDoc[] before) {
    List<ScoreDoc> all = new ArrayList<>(Arrays.asList(hits));
    // A document that is there twice is its parent's best only once.
    all.addAll(Arrays.asList(before));
    all.sort(ExactScores.BEST_FIRST);
    return all.toArray(ScoreDoc[]::new);
  }

  /** Whether the searcher's timeout is over: then what was found has to do. */
  private boolean isOutOfTime() {
    QueryTimeout timeout = searcher.getTimeout();
    return timeout != null && timeout.shouldExit();
  }

  private static int indexOf(Found passage, ScoreDoc[] hits) {
    int index = 0;
    while (hits[index].doc != passage.doc()) {
      index++;
    }
    return index;
  }

  private static List<Found> best(int k, List<Found> found) {
    return found.subList(0, Math.min(k, found.size()));
  }

  /** The first hit of each parent. */
  private List<Found> bestOfEach(ScoreDoc[] hits, PassageLayout layout) throws IOException {
    List<Found> found = new ArrayList<>();
    Set<Object> met = new HashSet<>();
    for (ScoreDoc hit : hits) {
      int parent = layout == PassageLayout.BLOCK ? parentDoc(hit.doc) : NO_DOCUMENT;
      boolean orphan = layout == PassageLayout.BLOCK && parent == NO_DOCUMENT;
      if (!orphan && met.add(layout == PassageLayout.BLOCK ? parent : parent(hit.doc))) {
        found.add(new Found(hit.doc, parent, hit.score));
      }
    }
    return found;
  }

  /** The parent in a block; none if it was deleted without its passages. */
  private int parentDoc(int doc) throws IOException {
    LeafReaderContext leaf = leaf(doc);
    int parent = PassageParents.get().getBitSet(leaf).nextSetBit(doc - leaf.docBase);
    Bits live = leaf.reader().getLiveDocs();
    boolean exists = parent < leaf.reader().maxDoc() && (live == null || live.get(parent));
    return exists ? leaf.docBase + parent : NO_DOCUMENT;
  }

  /**
   * Compares all passages. A graph whose vectors are mostly the same can keep others from being
   * found; and where there are not enough parents, or a search would want all passages, there is
   * not much to compare.
   *
   * @param before what was found before; it counts where time runs out
   */
  private List<Found> ofAll(
      String field, ExactScores exact, Query allowed, PassageLayout layout, ScoreDoc[] before)
      throws IOException {
    Query passages = both(allowed, new FieldExistsQuery(field));
    Weight weight =
        searcher.createWeight(searcher.rewrite(passages), ScoreMode.COMPLETE_NO_SCORES, 1);
    List<ScoreDoc> hits = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      Scorer scorer = weight.scorer(leaf);
      Bits live = leaf.reader().getLiveDocs();
      ExactScores.Segment scores = exact.segment(leaf.reader());
      DocIdSetIterator documents = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      for (int doc = documents.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS && !isOutOfTime();
          doc = documents.nextDoc()) {
        if ((live == null || live.get(doc)) && scores.advance(doc)) {
          hits.add(new ScoreDoc(leaf.docBase + doc, scores.score()));
        }
      }
    }
    return bestOfEach(
        united(hits.toArray(ScoreDoc[]::new), isOutOfTime() ? before : new ScoreDoc[0]), layout);
  }

  /** Lucene allocates the whole beam, which no index can fill beyond its size. */
  private int maxDoc() {
    return Math.max(1, reader.maxDoc());
  }

  /** The id of the parent of a passage. */
  String parent(int doc) throws IOException {
    LeafReaderContext leaf = leaf(doc);
    SortedDocValues ids = leaf.reader().getSortedDocValues(names.parent());
    if (ids == null || !ids.advanceExact(doc - leaf.docBase)) {
      throw new IllegalStateException(
          "passage " + doc + " has no doc values in field '" + names.parent() + "'");
    }
    return ids.lookupOrd(ids.ordValue()).utf8ToString();
  }

  /** The segment of a document. */
  LeafReaderContext leaf(int doc) {
    return reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
  }

  /** Restricts a search to passages; null where all vectors are those of passages. */
  private Query marked(String field) throws IOException {
    Term marked = new Term(names.marker(), PassageNames.MARKER_TERM);
    for (LeafReaderContext context : reader.leaves()) {
      if (!hasPassagesOnly(context.reader(), field, marked)) {
        return new TermQuery(marked);
      }
    }
    return null;
  }

  /** Looked at once for each segment: which of its documents are deleted does not count. */
  private static boolean hasPassagesOnly(LeafReader segment, String field, Term marked)
      throws IOException {
    FloatVectorValues vectors = segment.getFloatVectorValues(field);
    if (vectors == null || vectors.size() == 0) {
      return true;
    }
    if (vectors.size() > segment.docFreq(marked)) {
      return false;
    }
    return PASSAGES_ONLY.get(
        segment, field, () -> areAllMarked(vectors, segment.postings(marked, PostingsEnum.NONE)));
  }

  private static boolean areAllMarked(FloatVectorValues vectors, DocIdSetIterator passages)
      throws IOException {
    DocIdSetIterator documents = vectors.iterator();
    for (int doc = documents.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = documents.nextDoc()) {
      if (passages.docID() < doc && passages.advance(doc) != doc) {
        return false;
      }
    }
    return true;
  }

  private static Query both(Query first, Query second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return new BooleanQuery.Builder().add(first, Occur.FILTER).add(second, Occur.FILTER).build();
  }
}
