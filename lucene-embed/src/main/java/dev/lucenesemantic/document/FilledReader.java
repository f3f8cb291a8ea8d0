package dev.lucenesemantic.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DocValuesSkipIndexType;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterCodecReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;

/** A segment with vectors that its documents did not have. Only for a merge to read. */
final class FilledReader extends FilterCodecReader {
  private final String baseField;
  private final String vectorField;
  private final FilledDocuments filled;
  private final FieldInfos fieldInfos;

  /**
   * @param baseField the field by the application's name, for its companions
   * @param vectorField the Lucene field of the vectors
   * @param type the type of the field
   */
  FilledReader(
      CodecReader in,
      String baseField,
      String vectorField,
      SemanticFieldType type,
      FilledDocuments filled) {
    super(in);
    this.baseField = baseField;
    this.vectorField = vectorField;
    this.filled = filled;
    this.fieldInfos = withCompanions(in.getFieldInfos(), type);
  }

  private FieldInfos withCompanions(FieldInfos old, SemanticFieldType type) {
    List<FieldInfo> infos = new ArrayList<>();
    old.forEach(infos::add);
    int next = infos.stream().mapToInt(info -> info.number + 1).max().orElse(0);
    if (old.fieldInfo(vectorField) == null) {
      infos.add(vectors(vectorField, next++, type));
    }
    for (String field :
        List.of(CompanionFields.tokensSeen(baseField), CompanionFields.tokensEncoded(baseField))) {
      if (filled.anyTruncated() && old.fieldInfo(field) == null) {
        infos.add(numbers(field, next++));
      }
    }
    return new FieldInfos(infos.toArray(FieldInfo[]::new));
  }

  private static FieldInfo vectors(String field, int number, SemanticFieldType type) {
    return info(
        field,
        number,
        DocValuesType.NONE,
        new HashMap<>(type.getAttributes()),
        type.vectorDimension(),
        type.vectorSimilarityFunction());
  }

  private static FieldInfo numbers(String field, int number) {
    // What Lucene notes for a field without vectors, and never lets change again.
    return info(
        field,
        number,
        DocValuesType.NUMERIC,
        new HashMap<>(),
        0,
        VectorSimilarityFunction.EUCLIDEAN);
  }

  private static FieldInfo info(
      String field,
      int number,
      DocValuesType docValues,
      Map<String, String> attributes,
      int dimension,
      VectorSimilarityFunction similarity) {
    return new FieldInfo(
        field,
        number,
        false,
        false,
        false,
        IndexOptions.NONE,
        docValues,
        DocValuesSkipIndexType.NONE,
        -1,
        attributes,
        0,
        0,
        0,
        dimension,
        VectorEncoding.FLOAT32,
        similarity,
        false,
        false);
  }

  @Override
  public FieldInfos getFieldInfos() {
    return fieldInfos;
  }

  @Override
  public KnnVectorsReader getVectorReader() {
    try {
      return new FilledVectorsReader(in.getVectorReader(), vectorField, this::vectors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FloatVectorValues vectors(KnnVectorsReader old) throws IOException {
    FieldInfo info = in.getFieldInfos().fieldInfo(vectorField);
    boolean some = old != null && info != null && info.hasVectorValues();
    return filled.vectors(some ? old.getFloatVectorValues(vectorField) : null);
  }

  @Override
  public DocValuesProducer getDocValuesReader() {
    return new Values(in.getDocValuesReader());
  }

  @Override
  public CacheHelper getCoreCacheHelper() {
    return null;
  }

  @Override
  public CacheHelper getReaderCacheHelper() {
    return null;
  }

  /** The doc values, of which the companions change in the filled documents. */
  private final class Values extends DocValuesProducer {
    private final DocValuesProducer old;

    /**
     * @param old null if the segment has none
     */
    Values(DocValuesProducer old) {
      this.old = old;
    }

    private boolean had(FieldInfo field) {
      FieldInfo before = in.getFieldInfos().fieldInfo(field.name);
      return old != null && before != null && before.getDocValuesType() != DocValuesType.NONE;
    }

    @Override
    public NumericDocValues getNumeric(FieldInfo field) throws IOException {
      NumericDocValues values = had(field) ? old.getNumeric(field) : null;
      if (field.name.equals(CompanionFields.tokensSeen(baseField))) {
        return filled.tokens(values, StagedVectors.Cursor::tokensSeen);
      }
      if (field.name.equals(CompanionFields.tokensEncoded(baseField))) {
        return filled.tokens(values, StagedVectors.Cursor::tokensEncoded);
      }
      return values;
    }

    @Override
    public BinaryDocValues getBinary(FieldInfo field) throws IOException {
      BinaryDocValues values = old.getBinary(field);
      return field.name.equals(CompanionFields.pending(baseField))
          ? filled.without(values)
          : values;
    }

    @Override
    public SortedDocValues getSorted(FieldInfo field) throws IOException {
      return old.getSorted(field);
    }

    @Override
    public SortedNumericDocValues getSortedNumeric(FieldInfo field) throws IOException {
      return old.getSortedNumeric(field);
    }

    @Override
    public SortedSetDocValues getSortedSet(FieldInfo field) throws IOException {
      return old.getSortedSet(field);
    }

    @Override
    public DocValuesSkipper getSkipper(FieldInfo field) throws IOException {
      return had(field) ? old.getSkipper(field) : null;
    }

    @Override
    public void checkIntegrity() throws IOException {
      if (old != null) {
        old.checkIntegrity();
      }
    }

    @Override
    public DocValuesProducer getMergeInstance() {
      return old == null ? this : new Values(old.getMergeInstance());
    }

    @Override
    public void close() {
      // The segment's own reader is closed by whoever opened it.
    }
  }
}
