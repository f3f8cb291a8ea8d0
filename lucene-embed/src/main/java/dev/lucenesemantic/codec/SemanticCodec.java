package dev.lucenesemantic.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;

/**
 * Lucene's default codec with a choice of how vectors are stored:
 *
 * <pre>{@code
 * new IndexWriterConfig(analyzer).setCodec(new SemanticCodec(VectorStorage.INT8));
 * }</pre>
 *
 * <p>Segments record Lucene's own names of codec and format. So a Lucene without this library
 * opens, checks, searches and merges the index; what it writes or merges itself, it stores its own
 * way. Segments of several storages can be in one index: those that are there stay as they are
 * until a merge writes them anew, {@code forceMerge} all of them.
 *
 * <p>The vectors of new documents are gathered and added to the graph some dozens at a time, which
 * is faster; until then a vector takes up memory that the writer accounts for as any other.
 *
 * <p>Vectors may have up to {@value #MAX_DIMENSIONS} components, where Lucene's default limit is
 * 1024.
 *
 * <p>Immutable, and safe for use by several threads and writers.
 */
public final class SemanticCodec extends FilterCodec {
  /** The most components that a vector may have. */
  public static final int MAX_DIMENSIONS = 4096;

  /** Stands between the name of a field and the model of its second generation of vectors. */
  private static final char GENERATION = '@';

  private final VectorStorage storage;
  private final Map<String, VectorStorage> byField;
  private final MergeWorkers workers;
  private final KnnVectorsFormat format;

  /**
   * Makes a codec that stores the vectors of all fields the same way.
   *
   * @param storage how
   * @throws UnsupportedOperationException if this version of Lucene lacks the storage
   * @throws IllegalStateException if Lucene's default codec was replaced by one that has no format
   *     by field
   */
  public SemanticCodec(VectorStorage storage) {
    this(Codec.getDefault(), storage, Map.of(), MergeWorkers.NONE);
  }

  private SemanticCodec(
      Codec codec,
      VectorStorage storage,
      Map<String, VectorStorage> byField,
      MergeWorkers workers) {
    super(codec.getName(), codec);
    this.storage = Objects.requireNonNull(storage, "storage");
    this.byField = Map.copyOf(byField);
    this.workers = workers;
    if (!(codec.knnVectorsFormat() instanceof PerFieldKnnVectorsFormat byDefault)) {
      throw new IllegalStateException(
          "Codec "
              + codec.getName()
              + ", the default here, does not record the format of a field's vectors, so that it"
              + " could not read what another format has written");
    }
    format = new Formats(byDefault);
  }

  /**
   * The same with another storage for a field, and for what is derived from it while the field is
   * moved to another model.
   *
   * @param field the field of the vectors
   * @param itsStorage how they are stored
   * @return a new codec
   * @throws UnsupportedOperationException if this version of Lucene lacks the storage
   */
  public SemanticCodec withField(String field, VectorStorage itsStorage) {
    Map<String, VectorStorage> fields = new HashMap<>(byField);
    fields.put(
        Objects.requireNonNull(field, "field"), Objects.requireNonNull(itsStorage, "itsStorage"));
    return new SemanticCodec(delegate, storage, fields, workers);
  }

  /**
   * The same with several threads for the graph of a merged segment. Building it is most of a
   * merge's work.
   *
   * @param count how many parts the work is divided into, at least 2. The merging thread takes one
   *     itself, so that the executor needs a thread less
   * @param executor runs the others; for all merges of all writers with this codec. The caller
   *     shuts it down, after the writers are closed
   * @return a new codec
   * @throws IllegalArgumentException if {@code count} is below 2
   */
  public SemanticCodec withMergeWorkers(int count, ExecutorService executor) {
    return new SemanticCodec(delegate, storage, byField, MergeWorkers.of(count, executor));
  }

  /**
   * How the vectors of a field are stored.
   *
   * @param field the field of the vectors
   * @return the storage of new and of merged segments
   */
  public VectorStorage storage(String field) {
    int generation = field.lastIndexOf(GENERATION);
    VectorStorage ofName = byField.get(field);
    if (ofName == null && generation > 0) {
      ofName = byField.get(field.substring(0, generation));
    }
    return ofName == null ? storage : ofName;
  }

  @Override
  public KnnVectorsFormat knnVectorsFormat() {
    return format;
  }

  @Override
  public String toString() {
    return getName() + "(vectors " + storage + (byField.isEmpty() ? "" : ", " + byField) + ")";
  }

  private final class Formats extends PerFieldKnnVectorsFormat {
    private final PerFieldKnnVectorsFormat byDefault;

    /** Lucene puts the fields of one format, the same object, into the same files. */
    private final Map<Object, KnnVectorsFormat> made = new ConcurrentHashMap<>();

    Formats(PerFieldKnnVectorsFormat byDefault) {
      this.byDefault = byDefault;
      make(storage);
      byField.values().forEach(this::make);
    }

    /** Fails here rather than at the first document. */
    private void make(VectorStorage itsStorage) {
      if (itsStorage != VectorStorage.FLOAT32) {
        made.computeIfAbsent(itsStorage, any -> wide(LuceneFormats.quantized(itsStorage, workers)));
      } else if (!workers.isAlone()) {
        made.computeIfAbsent(itsStorage, any -> wide(LuceneFormats.floats(workers)));
      }
    }

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      KnnVectorsFormat chosen = made.get(storage(field));
      return chosen != null
          ? chosen
          : made.computeIfAbsent(
              byDefault.getKnnVectorsFormatForField(field), its -> wide((KnnVectorsFormat) its));
    }

    private static KnnVectorsFormat wide(KnnVectorsFormat format) {
      return new SemanticVectorsFormat(format, MAX_DIMENSIONS);
    }
  }
}
