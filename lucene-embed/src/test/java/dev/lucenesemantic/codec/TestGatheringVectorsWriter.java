package dev.lucenesemantic.codec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressCodecs;

/** SimpleText has one format for the vectors of all fields. */
@SuppressCodecs("SimpleText")
public class TestGatheringVectorsWriter extends LuceneTestCase {
  private static final int DIMENSION = 16;
  private static final String FLOATS = "floats";
  private static final String BYTES = "bytes";
  private static final String NUMBER = "number";

  // The index

  public void testTheGraphIsTheOneThatLuceneBuilds() throws IOException {
    Sort sort = random().nextBoolean() ? null : new Sort(new SortField(NUMBER, SortField.Type.INT));
    int whole = 20 * GatheringVectorsWriter.GATHERED;
    int count = whole + random().nextInt(GatheringVectorsWriter.GATHERED);
    List<float[]> vectors = Storages.clustered(count, DIMENSION, random());
    for (VectorStorage storage : Storages.all()) {
      long seed = random().nextLong();
      try (Directory gathered = newDirectory();
          Directory plain = newDirectory()) {
        index(gathered, new SemanticCodec(storage), sort, vectors, new Random(seed));
        index(plain, plainCodec(storage), sort, vectors, new Random(seed));
        try (IndexReader one = DirectoryReader.open(gathered);
            IndexReader other = DirectoryReader.open(plain)) {
          LeafReader mine = getOnlyLeafReader(one);
          LeafReader lucenes = getOnlyLeafReader(other);
          for (float[] vector : vectors.subList(0, 30)) {
            assertSameWay(nearest(lucenes, vector), nearest(mine, vector));
            assertSameWay(nearest(lucenes, bytes(vector)), nearest(mine, bytes(vector)));
          }
        }
      }
    }
  }

  public void testEachDocumentHasItsVectorWhateverFailedBetween() throws IOException {
    List<float[]> vectors =
        Storages.clustered(
            1 + random().nextInt(3 * GatheringVectorsWriter.GATHERED), DIMENSION, random());
    float[] reused = new float[DIMENSION];
    try (Directory directory = newDirectory()) {
      SemanticCodec codec = new SemanticCodec(Storages.any(random()));
      try (IndexWriter writer =
          new IndexWriter(directory, newIndexWriterConfig().setCodec(codec))) {
        for (int i = 0; i < vectors.size(); i++) {
          Document document = new Document();
          // The array is the caller's, who may use it again.
          System.arraycopy(vectors.get(i), 0, reused, 0, DIMENSION);
          document.add(floats(reused));
          document.add(new NumericDocValuesField(NUMBER, i));
          switch (random().nextInt(5)) {
            case 0 -> {
              Document twice = new Document();
              twice.add(floats(vectors.get(i)));
              twice.add(floats(vectors.get(0)));
              IllegalArgumentException e =
                  expectThrows(IllegalArgumentException.class, () -> writer.addDocument(twice));
              assertTrue(e.getMessage(), e.getMessage().contains(FLOATS));
            }
            case 1 -> {
              Document tooLong = new Document();
              tooLong.add(floats(vectors.get(0)));
              tooLong.add(new StringField("term", "a".repeat(40_000), Field.Store.NO));
              expectThrows(IllegalArgumentException.class, () -> writer.addDocument(tooLong));
            }
            case 2 -> writer.addDocument(new Document());
            default -> {}
          }
          writer.addDocument(document);
          Arrays.fill(reused, Float.NaN);
          if (rarely()) {
            writer.commit();
          }
        }
      }
      assertVectors(directory, vectors);
    }
  }

  // The writer

  public void testVectorsAreHandedOverTogetherAndBeforeTheFlush() throws IOException {
    RecordingWriter recorded = new RecordingWriter();
    try (GatheringVectorsWriter writer = new GatheringVectorsWriter(recorded)) {
      KnnFieldVectorsWriter<float[]> field = field(writer);
      for (int i = 0; i < GatheringVectorsWriter.GATHERED - 1; i++) {
        field.addValue(2 * i, new float[] {i, 1});
        assertEquals((i + 1L) * 2 * Float.BYTES, writer.ramBytesUsed());
      }
      assertEquals(List.of(), recorded.done);
      field.addValue(1000, new float[] {7, 1});
      assertEquals(GatheringVectorsWriter.GATHERED, recorded.done.size());
      assertEquals("0: [0.0, 1.0]", recorded.done.get(0));
      assertEquals("2: [1.0, 1.0]", recorded.done.get(1));
      assertEquals(0, writer.ramBytesUsed());
      field.addValue(1001, new float[] {8, 1});
      assertEquals("1000: [7.0, 1.0]", recorded.done.getLast());
      writer.flush(1002, null);
      writer.finish();
      recorded.done.subList(0, GatheringVectorsWriter.GATHERED).clear();
      assertEquals(List.of("1001: [8.0, 1.0]", "flush", "finish"), recorded.done);
    }
    assertEquals("close", recorded.done.getLast());
  }

  public void testNothingIsWrittenAfterAVectorCouldNotBeAdded() throws IOException {
    RecordingWriter recorded = new RecordingWriter();
    recorded.failsAt = 5;
    try (GatheringVectorsWriter writer = new GatheringVectorsWriter(recorded)) {
      KnnFieldVectorsWriter<float[]> field = field(writer);
      for (int i = 0; i < GatheringVectorsWriter.GATHERED - 1; i++) {
        field.addValue(i, new float[] {i, 1});
      }
      IOException e =
          expectThrows(IOException.class, () -> field.addValue(500, new float[] {1, 1}));
      assertEquals("disk full", e.getMessage());
      for (int i = 501; i < 503; i++) {
        int document = i;
        expectThrows(
            IllegalStateException.class, () -> field.addValue(document, new float[] {1, 1}));
      }
      IllegalStateException incomplete =
          expectThrows(IllegalStateException.class, () -> writer.flush(503, null));
      assertTrue(incomplete.getMessage(), incomplete.getMessage().contains(FLOATS));
      assertEquals(5, recorded.done.size());
    }
  }

  /** Notes what it is told to do. */
  private static final class RecordingWriter extends KnnVectorsWriter {
    final List<String> done = new ArrayList<>();
    int failsAt = Integer.MAX_VALUE;

    @Override
    public KnnFieldVectorsWriter<?> addField(FieldInfo info) {
      return new KnnFieldVectorsWriter<float[]>() {
        @Override
        public void addValue(int docID, float[] vector) throws IOException {
          if (done.size() == failsAt) {
            throw new IOException("disk full");
          }
          done.add(docID + ": " + Arrays.toString(vector));
        }

        @Override
        public float[] copyValue(float[] vector) {
          throw new AssertionError();
        }

        @Override
        public long ramBytesUsed() {
          return 0;
        }
      };
    }

    @Override
    public void flush(int maxDoc, Sorter.DocMap sortMap) {
      done.add("flush");
    }

    @Override
    public void finish() {
      done.add("finish");
    }

    @Override
    public void close() {
      done.add("close");
    }

    @Override
    public long ramBytesUsed() {
      return 0;
    }
  }

  @SuppressWarnings("unchecked")
  private static KnnFieldVectorsWriter<float[]> field(GatheringVectorsWriter writer)
      throws IOException {
    try (Directory directory = newDirectory()) {
      try (IndexWriter any = new IndexWriter(directory, new IndexWriterConfig())) {
        Document document = new Document();
        document.add(floats(new float[] {0, 1}));
        any.addDocument(document);
      }
      try (IndexReader reader = DirectoryReader.open(directory)) {
        FieldInfo info = getOnlyLeafReader(reader).getFieldInfos().fieldInfo(FLOATS);
        return (KnnFieldVectorsWriter<float[]>) writer.addField(info);
      }
    }
  }

  /** The same format as it comes from Lucene. */
  private static Codec plainCodec(VectorStorage storage) {
    Codec codec = Codec.getDefault();
    PerFieldKnnVectorsFormat byDefault = (PerFieldKnnVectorsFormat) codec.knnVectorsFormat();
    return new FilterCodec(codec.getName(), codec) {
      @Override
      public KnnVectorsFormat knnVectorsFormat() {
        return new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return storage == VectorStorage.FLOAT32
                ? byDefault.getKnnVectorsFormatForField(field)
                : LuceneFormats.quantized(storage, MergeWorkers.NONE);
          }
        };
      }
    };
  }

  /** One segment, with documents that have none, one or both kinds of vectors. */
  private static void index(
      Directory directory, Codec codec, Sort sort, List<float[]> vectors, Random random)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig().setCodec(codec).setMergePolicy(NoMergePolicy.INSTANCE);
    if (sort != null) {
      config.setIndexSort(sort);
    }
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (float[] vector : vectors) {
        Document document = new Document();
        document.add(new NumericDocValuesField(NUMBER, random.nextInt()));
        if (random.nextInt(10) > 0) {
          document.add(floats(vector));
        }
        if (random.nextInt(3) > 0) {
          document.add(
              new KnnByteVectorField(BYTES, bytes(vector), VectorSimilarityFunction.EUCLIDEAN));
        }
        writer.addDocument(document);
      }
    }
  }

  private static KnnFloatVectorField floats(float[] vector) {
    return new KnnFloatVectorField(FLOATS, vector, VectorSimilarityFunction.EUCLIDEAN);
  }

  private static byte[] bytes(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(100 * vector[i]);
    }
    return bytes;
  }

  private static TopDocs nearest(LeafReader reader, float[] vector) throws IOException {
    return reader.searchNearestVectors(
        FLOATS, vector, 5, AcceptDocs.fromLiveDocs(null, reader.maxDoc()), Integer.MAX_VALUE);
  }

  private static TopDocs nearest(LeafReader reader, byte[] vector) throws IOException {
    return reader.searchNearestVectors(
        BYTES, vector, 5, AcceptDocs.fromLiveDocs(null, reader.maxDoc()), Integer.MAX_VALUE);
  }

  /** The same hits after a look at the same number of vectors. */
  private static void assertSameWay(TopDocs expected, TopDocs actual) {
    assertEquals(expected.totalHits, actual.totalHits);
    assertEquals(expected.scoreDocs.length, actual.scoreDocs.length);
    for (int i = 0; i < expected.scoreDocs.length; i++) {
      ScoreDoc one = expected.scoreDocs[i];
      ScoreDoc other = actual.scoreDocs[i];
      assertEquals(one.doc, other.doc);
      assertEquals(one.score, other.score, 0);
    }
  }

  private static void assertVectors(Directory directory, List<float[]> vectors) throws IOException {
    int found = 0;
    try (IndexReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        FloatVectorValues values = leaf.reader().getFloatVectorValues(FLOATS);
        NumericDocValues numbers = leaf.reader().getNumericDocValues(NUMBER);
        if (values == null || numbers == null) {
          continue;
        }
        KnnVectorValues.DocIndexIterator iterator = values.iterator();
        while (iterator.nextDoc() != KnnVectorValues.DocIndexIterator.NO_MORE_DOCS) {
          if (numbers.advanceExact(iterator.docID())) {
            float[] expected = vectors.get((int) numbers.longValue());
            assertArrayEquals(expected, values.vectorValue(iterator.index()), 0);
            found++;
          }
        }
      }
    }
    assertEquals(vectors.size(), found);
  }
}
