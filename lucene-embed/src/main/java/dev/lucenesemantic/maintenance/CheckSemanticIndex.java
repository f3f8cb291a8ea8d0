package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.FieldModels;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.TextHashes;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/**
 * Encodes a sample of an index's documents again and compares that with the vectors in the index.
 * It finds documents with another document's vector, vectors of another model or of another version
 * of the text, and damaged ones. Where the text is not the one that was encoded, as far as the
 * index has hashes, it says so: then the vector may well be right.
 */
public final class CheckSemanticIndex {
  private static final int BATCH = 64;

  private static final String OTHER_VECTOR = "the model makes another vector of its text";

  private static final String OTHER_LENGTH =
      "its vector is not of length 1, as those of the model are";

  private static final String OTHER_TEXT =
      "the text that was read is not the one that was encoded, as its hash in the index shows";

  private final String field;
  private final TextEmbedder embedder;
  private final IndexedText texts;
  private double minCosine = 0.9999;

  /**
   * Makes a check.
   *
   * @param field the field by the application's name
   * @param embedder the model that made the vectors. Not closed
   * @param texts where the texts that were encoded can be read
   */
  public CheckSemanticIndex(String field, TextEmbedder embedder, IndexedText texts) {
    this.field = Objects.requireNonNull(field, "field");
    this.embedder = Objects.requireNonNull(embedder, "embedder");
    this.texts = Objects.requireNonNull(texts, "texts");
  }

  /**
   * Sets what counts as the same vector: 0.9999 unless this is called. A quantised model may differ
   * more between two kinds of processors.
   *
   * @param cosine the least cosine of a document's vector and what the model makes of its text
   * @return this
   * @throws IllegalArgumentException if it is not between -1 and 1
   */
  public CheckSemanticIndex withMinCosine(double cosine) {
    if (!(cosine >= -1 && cosine <= 1)) {
      throw new IllegalArgumentException("a cosine is between -1 and 1, got: " + cosine);
    }
    minCosine = cosine;
    return this;
  }

  /**
   * A document whose vector is not what the model makes of its text.
   *
   * @param document its number in the index
   * @param cosine of the two vectors; NaN if there is no text, or the vector is not of length 1
   * @param problem in words
   */
  public record Difference(int document, double cosine, String problem) {}

  /**
   * What was found.
   *
   * @param vectors the live documents with a vector
   * @param checked how many of them were encoded again
   * @param worstCosine the least cosine of an index's vector and a new one; 1 if nothing was
   *     checked
   * @param differences documents whose vectors are wrong, worst first
   */
  public record Result(
      long vectors, int checked, double worstCosine, List<Difference> differences) {

    /** Copies the list. */
    public Result {
      differences = List.copyOf(differences);
    }

    /**
     * Whether all is well.
     *
     * @return true if no difference was found
     */
    public boolean clean() {
      return differences.isEmpty();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d of %d vectors checked, %d differ, worst cosine %.6f",
          checked,
          vectors,
          differences.size(),
          worstCosine);
    }
  }

  /**
   * Checks a sample.
   *
   * @param reader the index
   * @param sample how many documents at the most; {@link Integer#MAX_VALUE} for all
   * @param seed picks them
   * @return what was found
   * @throws dev.lucenesemantic.document.ModelMismatchException if the vectors say that another
   *     model made them, or not every document has one of this
   * @throws IllegalArgumentException if the sample is less than 1, or the index has documents but
   *     no such field
   * @throws dev.lucenesemantic.inference.InferenceException if the model is closed or a text cannot
   *     be encoded
   * @throws IOException if the index cannot be read
   */
  public Result check(IndexReader reader, int sample, long seed) throws IOException {
    if (sample < 1) {
      throw new IllegalArgumentException("the sample must be at least 1, got: " + sample);
    }
    FieldGenerations.requireField(reader, field);
    FieldModels models = FieldGenerations.searchable(reader, field, embedder);
    long vectors = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      vectors += live(leaf, models.field()).size();
    }
    Random random = new Random(seed);
    Comparison comparison = new Comparison();
    long left = vectors;
    int wanted = (int) Math.min(sample, vectors);
    for (LeafReaderContext leaf : reader.leaves()) {
      for (int document : live(leaf, models.field())) {
        // Each has the same chance, and in the end there are just as many as wanted.
        if (random.nextDouble() * left < wanted) {
          wanted--;
          comparison.add(leaf, document, models.field());
        }
        left--;
      }
    }
    return comparison.result(vectors);
  }

  private static List<Integer> live(LeafReaderContext leaf, String vectorField) throws IOException {
    List<Integer> documents = new ArrayList<>();
    FloatVectorValues values = leaf.reader().getFloatVectorValues(vectorField);
    if (values == null) {
      return documents;
    }
    Bits live = leaf.reader().getLiveDocs();
    DocIndexIterator docs = values.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (live == null || live.get(doc)) {
        documents.add(doc);
      }
    }
    return documents;
  }

  /** Collects documents and encodes them a batch at a time. */
  private final class Comparison {
    private final SemanticFieldType type = new SemanticFieldType(embedder);
    private final List<Integer> documents = new ArrayList<>();
    private final List<String> batch = new ArrayList<>();
    private final List<String> suspicions = new ArrayList<>();
    private final TextHashes hashes = new TextHashes(field);
    private final List<float[]> indexed = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private double worst = 1;
    private int checked;

    void add(LeafReaderContext leaf, int document, String vectorField) throws IOException {
      checked++;
      String text = texts.read(leaf.reader(), document);
      if (text == null) {
        differences.add(
            new Difference(leaf.docBase + document, Double.NaN, "there is no text to encode"));
        return;
      }
      FloatVectorValues values = leaf.reader().getFloatVectorValues(vectorField);
      DocIndexIterator docs = values.iterator();
      docs.advance(document);
      documents.add(leaf.docBase + document);
      batch.add(text);
      suspicions.add(hashes.allow(leaf.reader(), document, text) ? OTHER_VECTOR : OTHER_TEXT);
      indexed.add(values.vectorValue(docs.index()).clone());
      if (batch.size() == BATCH) {
        compare();
      }
    }

    private void compare() {
      List<float[]> encoded = batch.isEmpty() ? List.of() : embedder.embedDocuments(batch);
      for (int i = 0; i < batch.size(); i++) {
        double cosine = cosine(indexed.get(i), type.toUnitLength(encoded.get(i)));
        if (!(cosine >= minCosine)) {
          differences.add(
              new Difference(
                  documents.get(i),
                  cosine,
                  Double.isNaN(cosine) ? OTHER_LENGTH : suspicions.get(i)));
        }
        worst = Double.isNaN(cosine) ? cosine : Math.min(worst, cosine);
      }
      documents.clear();
      batch.clear();
      suspicions.clear();
      indexed.clear();
    }

    private double cosine(float[] a, float[] b) {
      double dot = 0;
      double squares = 0;
      for (int i = 0; i < a.length; i++) {
        dot += (double) a[i] * b[i];
        squares += (double) a[i] * a[i];
      }
      // The index must hold unit vectors: another length is damage as well.
      return Math.abs(Math.sqrt(squares) - 1) > 1e-3 ? Double.NaN : dot;
    }

    Result result(long vectors) {
      compare();
      // What is no vector of the model at all, or has no text, is worse than any cosine.
      differences.sort(
          Comparator.comparing((Difference each) -> !Double.isNaN(each.cosine()))
              .thenComparingDouble(Difference::cosine));
      return new Result(vectors, checked, worst, differences);
    }
  }
}
