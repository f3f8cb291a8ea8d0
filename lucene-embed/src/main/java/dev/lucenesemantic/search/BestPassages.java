package dev.lucenesemantic.search;

import dev.lucenesemantic.document.FieldModels;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageNames;
import dev.lucenesemantic.document.PassageParents;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.util.Bits;

/** The search for the nearest passages, of which each parent has only its best. */
final class BestPassages {
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
    FieldModels models = FieldModels.of(reader, names.field());
    if (models.isEmpty()) {
      return List.of();
    }
    models.requireSearchable(embedder);
    return switch (layout()) {
      case BLOCK -> block(vector.get(), k, filter);
      case FLAT -> flat(vector.get(), k, filter);
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

  private static int beam(int k) {
    return Math.clamp(k + k / 2L, 100, Integer.MAX_VALUE);
  }

  private List<Found> block(float[] vector, int k, Query filter) throws IOException {
    PassageParents parents = PassageParents.get();
    Query children =
        filter == null
            ? null
            : new ToChildBlockJoinQuery(both(filter, PassageParents.query()), parents);
    NearestPassages nearest =
        new NearestPassages(
            names.field(), vector, both(children, marked()), Math.min(beam(k), maxDoc()), parents);
    List<Found> found = new ArrayList<>();
    for (ScoreDoc hit : exactly(nearest.search(searcher), vector)) {
      LeafReaderContext leaf = leaf(hit.doc);
      int parent = parents.getBitSet(leaf).nextSetBit(hit.doc - leaf.docBase);
      Bits live = leaf.reader().getLiveDocs();
      // Who deletes a parent and not its passages leaves them without one.
      if (parent < leaf.reader().maxDoc() && (live == null || live.get(parent))) {
        found.add(new Found(hit.doc, leaf.docBase + parent, hit.score));
      }
    }
    return found.subList(0, Math.min(k, found.size()));
  }

  private List<Found> flat(float[] vector, int k, Query filter) throws IOException {
    Query allowed = both(filter, marked());
    for (long wanted = 2L * beam(k); ; wanted *= 4) {
      int beam = (int) Math.min(wanted, maxDoc());
      ScoreDoc[] hits = new NearestVectors(names.field(), vector, beam, allowed).search(searcher);
      List<Found> found = new ArrayList<>();
      Set<String> parents = new HashSet<>();
      for (ScoreDoc hit : exactly(hits, vector)) {
        if (parents.add(parent(hit.doc))) {
          found.add(new Found(hit.doc, -1, hit.score));
        }
      }
      if (found.size() >= k || hits.length < beam || beam == maxDoc()) {
        return found.subList(0, Math.min(k, found.size()));
      }
    }
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
  private Query marked() throws IOException {
    Term marked = new Term(names.marker(), PassageNames.MARKER_TERM);
    for (LeafReaderContext context : reader.leaves()) {
      LeafReader leaf = context.reader();
      FloatVectorValues vectors = leaf.getFloatVectorValues(names.field());
      int size = vectors == null ? 0 : vectors.size();
      // A passage without a vector could hide a vector without a passage.
      boolean passagesOnly =
          size == leaf.docFreq(marked)
              && leaf.getFieldInfos().fieldInfo(names.field() + "#pending") == null;
      if (size > 0 && !passagesOnly) {
        return new TermQuery(marked);
      }
    }
    return null;
  }

  private static Query both(Query first, Query second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return new BooleanQuery.Builder().add(first, Occur.FILTER).add(second, Occur.FILTER).build();
  }

  /** Scores hits by their vectors as they were indexed, of which a codec may search an image. */
  private List<ScoreDoc> exactly(ScoreDoc[] hits, float[] vector) throws IOException {
    ScoreDoc[] byDoc = hits.clone();
    Arrays.sort(byDoc, Comparator.comparingInt(hit -> hit.doc));
    List<ScoreDoc> scored = new ArrayList<>();
    LeafReaderContext leaf = null;
    FloatVectorValues vectors = null;
    FloatVectorValues.DocIndexIterator documents = null;
    for (ScoreDoc hit : byDoc) {
      if (leaf == null || hit.doc >= leaf.docBase + leaf.reader().maxDoc()) {
        leaf = leaf(hit.doc);
        vectors = leaf.reader().getFloatVectorValues(names.field());
        documents = vectors.iterator();
      }
      documents.advance(hit.doc - leaf.docBase);
      float score =
          VectorSimilarityFunction.DOT_PRODUCT.compare(
              vector, vectors.vectorValue(documents.index()));
      scored.add(new ScoreDoc(hit.doc, score));
    }
    scored.sort(
        Comparator.<ScoreDoc>comparingDouble(hit -> -hit.score).thenComparingInt(hit -> hit.doc));
    return scored;
  }
}
