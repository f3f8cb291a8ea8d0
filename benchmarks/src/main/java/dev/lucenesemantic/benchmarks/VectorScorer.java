package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextPair;
import dev.lucenesemantic.rerank.TextSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.util.VectorUtil;

/**
 * Scores hits by the dot product of their vectors in the index with the query's: what a bi-encoder
 * makes of candidates that another search found. It stands where a cross-encoder stands, and is
 * given a hit's number in place of its text. It does not close the embedder.
 */
final class VectorScorer implements PairScorer {
  static final TextSource DOCUMENT_NUMBER = TextSource.of((searcher, doc) -> Integer.toString(doc));

  private final IndexReader reader;
  private final String field;
  private final TextEmbedder embedder;

  VectorScorer(IndexReader reader, String field, TextEmbedder embedder) {
    this.reader = reader;
    this.field = field;
    this.embedder = embedder;
  }

  @Override
  public float[] score(String query, List<String> documentNumbers) {
    float[] vector = embedder.embedQuery(query);
    int[] docs = documentNumbers.stream().mapToInt(Integer::parseInt).toArray();
    try {
      return score(vector, docs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private float[] score(float[] query, int[] docs) throws IOException {
    float[] scores = new float[docs.length];
    Arrays.fill(scores, Float.NaN);
    int[] ascending =
        IntStream.range(0, docs.length)
            .boxed()
            .sorted(Comparator.comparingInt(i -> docs[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    LeafReaderContext leaf = null;
    FloatVectorValues vectors = null;
    KnnVectorValues.DocIndexIterator iterator = null;
    for (int i : ascending) {
      LeafReaderContext its = reader.leaves().get(ReaderUtil.subIndex(docs[i], reader.leaves()));
      if (its != leaf) {
        leaf = its;
        vectors = leaf.reader().getFloatVectorValues(field);
        iterator = vectors == null ? null : vectors.iterator();
      }
      int doc = docs[i] - leaf.docBase;
      if (iterator != null && (iterator.docID() >= doc || iterator.advance(doc) >= doc)) {
        if (iterator.docID() == doc) {
          scores[i] = VectorUtil.dotProduct(query, vectors.vectorValue(iterator.index()));
        }
      }
    }
    return scores;
  }

  @Override
  public float[] predict(List<TextPair> pairs) {
    throw new UnsupportedOperationException("hits are scored for one query");
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "vectors of " + field;
  }
}
