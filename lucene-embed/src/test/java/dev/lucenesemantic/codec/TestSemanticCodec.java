package dev.lucenesemantic.codec;

import dev.lucenesemantic.document.FieldGenerations;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.MismatchedLeafReader;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressCodecs;
import org.apache.lucene.tests.util.TestUtil;

/** SimpleText has one format for the vectors of all fields. */
@SuppressCodecs("SimpleText")
public class TestSemanticCodec extends LuceneTestCase {
  private static final int DIMENSION = 24;

  private final SemanticFieldType type = new SemanticFieldType(new FakeEmbedder("a", DIMENSION));

  // What is written

  public void testVectorsComeBackAsTheyWereIndexed() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      List<float[]> vectors = Storages.clustered(atLeast(100), DIMENSION, random());
      try (Directory directory = newDirectory()) {
        index(directory, new SemanticCodec(storage), vectors, 0);
        assertVectors(directory, vectors);
      }
    }
  }

  public void testSegmentsNameOnlyCodecsAndFormatsOfLucene() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, new SemanticCodec(storage), vectors(20), 0);
        SegmentInfos infos = SegmentInfos.readLatestCommit(directory);
        infos.forEach(
            segment ->
                assertEquals(Codec.getDefault().getName(), segment.info.getCodec().getName()));
        for (String format : formats(directory)) {
          String made = KnnVectorsFormat.forName(format).getClass().getName();
          assertTrue(format + " is " + made, made.startsWith("org.apache.lucene."));
        }
      }
    }
  }

  public void testEachFieldIsStoredItsOwnWay() throws IOException {
    assumeTrue("this Lucene has only one storage", Storages.quantized());
    SemanticCodec codec =
        new SemanticCodec(VectorStorage.INT8)
            .withField("title", VectorStorage.FLOAT32)
            .withField("body", VectorStorage.INT4)
            .withField("note", VectorStorage.BIT);
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = writer(directory, codec)) {
        for (float[] vector : vectors(30)) {
          Document document = new Document();
          for (String field :
              List.of("title", "body", FieldGenerations.name("body", "b"), "note", "other")) {
            document.add(new KnnFloatVectorField(field, vector, type));
          }
          writer.addDocument(document);
        }
        maybeMerge(writer);
      }
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(32, StoredVectors.of(reader, "title").bits());
        assertEquals(4, StoredVectors.of(reader, "body").bits());
        assertEquals(4, StoredVectors.of(reader, "body@b").bits());
        assertEquals(1, StoredVectors.of(reader, "note").bits());
        assertEquals(8, StoredVectors.of(reader, "other").bits());
      }
    }
    assertEquals(VectorStorage.FLOAT32, codec.storage("title"));
    assertEquals(VectorStorage.INT8, codec.storage("@title"));
    assertTrue(codec.toString(), codec.toString().contains("INT8"));
    assertTrue(codec.toString(), codec.toString().contains("note=BIT"));
  }

  public void testVectorsOfBytesAreWrittenAsWell() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        try (IndexWriter writer = writer(directory, new SemanticCodec(storage))) {
          for (int i = 0; i < 20; i++) {
            Document document = new Document();
            document.add(
                new KnnByteVectorField(
                    "v", new byte[] {1, (byte) i}, VectorSimilarityFunction.EUCLIDEAN));
            writer.addDocument(document);
          }
          maybeMerge(writer);
        }
        try (IndexReader reader = DirectoryReader.open(directory)) {
          int count = 0;
          for (LeafReaderContext leaf : reader.leaves()) {
            count += leaf.reader().getByteVectorValues("v").size();
          }
          assertEquals(20, count);
          assertEquals(0, StoredVectors.of(reader, "v").count());
        }
      }
    }
  }

  public void testVectorsMayBeLongerThanLuceneAllowsByDefault() throws IOException {
    int dimension = SemanticCodec.MAX_DIMENSIONS;
    for (VectorStorage storage : Storages.all()) {
      SemanticFieldType wide = new SemanticFieldType(new FakeEmbedder("wide", dimension));
      List<float[]> vectors = Storages.clustered(10, dimension, random());
      try (Directory directory = newDirectory()) {
        try (IndexWriter writer = writer(directory, new SemanticCodec(storage))) {
          for (int i = 0; i < vectors.size(); i++) {
            writer.addDocument(document(vectors.get(i), wide, i));
            if (i == 5) {
              writer.commit();
            }
          }
          float[] longer = new float[dimension + 1];
          longer[0] = 1;
          Document tooLong = new Document();
          tooLong.add(
              new KnnFloatVectorField("longer", longer, VectorSimilarityFunction.DOT_PRODUCT));
          IllegalArgumentException e =
              expectThrows(IllegalArgumentException.class, () -> writer.addDocument(tooLong));
          assertTrue(e.getMessage(), e.getMessage().contains(String.valueOf(dimension)));
        }
        assertVectors(directory, vectors);
        mergeWithPlainLucene(directory);
        assertVectors(directory, vectors);
      }
    }
  }

  // Several storages in one index

  public void testALuceneWithoutThisCodecAddsToTheIndexAndMergesIt() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      List<float[]> vectors = vectors(60);
      try (Directory directory = newDirectory()) {
        index(directory, new SemanticCodec(storage), vectors.subList(0, 40), 0);
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
          for (int i = 40; i < 60; i++) {
            writer.addDocument(document(vectors.get(i), type, i));
          }
        }
        assertVectors(directory, vectors);
        mergeWithPlainLucene(directory);
        assertVectors(directory, vectors);
        try (IndexReader reader = DirectoryReader.open(directory)) {
          assertEquals(1, reader.leaves().size());
          assertEquals(
              10,
              new IndexSearcher(reader).count(new KnnFloatVectorQuery("v", vectors.get(0), 10)));
        }
      }
    }
  }

  public void testAMergeStoresAnewWhatWasStoredAnotherWay() throws IOException {
    List<VectorStorage> storages = Storages.all();
    List<float[]> vectors = vectors(20 * storages.size());
    try (Directory directory = newDirectory()) {
      for (int i = 0; i < storages.size(); i++) {
        SemanticCodec codec = new SemanticCodec(storages.get(i));
        try (IndexWriter writer =
            new IndexWriter(
                directory,
                newIndexWriterConfig().setCodec(codec).setMergePolicy(NoMergePolicy.INSTANCE))) {
          for (int j = 20 * i; j < 20 * i + 20; j++) {
            writer.addDocument(document(vectors.get(j), type, j));
          }
        }
      }
      assertVectors(directory, vectors);
      VectorStorage last = Storages.any(random());
      try (IndexWriter writer =
          new IndexWriter(directory, new IndexWriterConfig().setCodec(new SemanticCodec(last)))) {
        // A single segment would be left as it is.
        writer.addDocument(new Document());
        writer.forceMerge(1);
      }
      assertVectors(directory, vectors);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        StoredVectors stored = StoredVectors.of(reader, "v");
        assertEquals(last.bits(), stored.bits());
        assertEquals(vectors.size(), stored.count());
      }
    }
  }

  public void testSegmentsOfOtherIndexesKeepTheirStorageOrTakeTheWriters() throws IOException {
    List<float[]> vectors = vectors(30);
    VectorStorage from = Storages.any(random());
    VectorStorage to = Storages.any(random());
    try (Directory source = newDirectory();
        Directory copied = newDirectory();
        Directory rewritten = newDirectory()) {
      index(source, new SemanticCodec(from), vectors, 0);
      try (IndexWriter writer =
          new IndexWriter(
              copied,
              newIndexWriterConfig()
                  .setCodec(new SemanticCodec(to))
                  .setMergePolicy(NoMergePolicy.INSTANCE))) {
        writer.addIndexes(source);
      }
      assertVectors(copied, vectors);
      assertBits(from, copied);
      try (DirectoryReader reader = DirectoryReader.open(source);
          IndexWriter writer = writer(rewritten, new SemanticCodec(to))) {
        List<CodecReader> segments = new ArrayList<>();
        for (LeafReaderContext leaf : reader.leaves()) {
          segments.add((CodecReader) leaf.reader());
        }
        writer.addIndexes(segments.toArray(CodecReader[]::new));
      }
      assertVectors(rewritten, vectors);
      assertBits(to, rewritten);
    }
  }

  public void testAReaderOfTheWriterSeesWhatIsNotCommitted() throws IOException {
    VectorStorage storage = Storages.any(random());
    try (Directory directory = newDirectory();
        IndexWriter writer = writer(directory, new SemanticCodec(storage))) {
      List<float[]> vectors = vectors(30);
      for (int i = 0; i < vectors.size(); i++) {
        writer.addDocument(document(vectors.get(i), type, i));
      }
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(storage.bits(), StoredVectors.of(reader, "v").bits());
        assertVectors(reader, vectors);
      }
    }
  }

  // Merge workers

  public void testWorkersShareTheGraphOfAMerge() throws Exception {
    for (VectorStorage storage : Storages.all()) {
      List<float[]> vectors = Storages.clustered(1200, DIMENSION, random());
      AtomicInteger tasks = new AtomicInteger();
      ExecutorService executor =
          new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>()) {
            @Override
            public void execute(Runnable task) {
              tasks.incrementAndGet();
              super.execute(task);
            }
          };
      try (Directory directory = newDirectory()) {
        SemanticCodec codec = new SemanticCodec(storage).withMergeWorkers(2, executor);
        try (IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(codec))) {
          for (int i = 0; i < vectors.size(); i++) {
            writer.addDocument(document(vectors.get(i), type, i));
            if (i == vectors.size() / 2) {
              writer.commit();
            }
          }
          writer.forceMerge(1);
        }
        assertTrue(storage + ": nothing was shared", tasks.get() > 0);
        assertVectors(directory, vectors);
        assertBits(storage, directory);
      } finally {
        executor.shutdown();
        assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
      }
    }
  }

  public void testOneWorkerIsNotSeveral() {
    SemanticCodec codec = new SemanticCodec(VectorStorage.FLOAT32);
    IllegalArgumentException e =
        expectThrows(IllegalArgumentException.class, () -> codec.withMergeWorkers(1, null));
    assertTrue(e.getMessage(), e.getMessage().contains("at least 2"));
    expectThrows(NullPointerException.class, () -> codec.withMergeWorkers(2, null));
  }

  // What cannot be

  public void testALuceneWithoutAFormatSaysSoAtOnce() {
    for (VectorStorage storage :
        List.of(VectorStorage.INT8, VectorStorage.INT4, VectorStorage.BIT)) {
      UnsupportedOperationException e =
          expectThrows(
              UnsupportedOperationException.class,
              () ->
                  LuceneFormats.quantized(
                      storage, MergeWorkers.NONE, "org.apache.lucene.codecs.NoSuchFormat"));
      for (String part : List.of(storage.name(), "10.4", "NoSuchFormat", "FLOAT32")) {
        assertTrue(e.getMessage(), e.getMessage().contains(part));
      }
      if (!Storages.quantized()) {
        expectThrows(UnsupportedOperationException.class, () -> new SemanticCodec(storage));
      }
    }
    expectThrows(
        UnsupportedOperationException.class,
        () ->
            LuceneFormats.quantized(
                VectorStorage.INT8, MergeWorkers.NONE, KnnVectorsFormat.class.getName()));
  }

  public void testADefaultCodecThatDoesNotRecordFormatsIsRefused() {
    Codec before = Codec.getDefault();
    try {
      Codec.setDefault(Codec.forName("SimpleText"));
      IllegalStateException e =
          expectThrows(IllegalStateException.class, () -> new SemanticCodec(VectorStorage.FLOAT32));
      assertTrue(e.getMessage(), e.getMessage().contains("SimpleText"));
    } finally {
      Codec.setDefault(before);
    }
  }

  // What it takes up

  public void testTheMostPreciseStorageThatFits() {
    assertEquals(VectorStorage.FLOAT32, VectorStorage.forVectors(1_000_000, 384, 2L << 30));
    assertEquals(VectorStorage.INT8, VectorStorage.forVectors(1_000_000, 384, 1L << 30));
    assertEquals(VectorStorage.INT4, VectorStorage.forVectors(1_000_000, 384, 400_000_000));
    assertEquals(VectorStorage.BIT, VectorStorage.forVectors(1_000_000, 384, 200_000_000));
    assertEquals(VectorStorage.BIT, VectorStorage.forVectors(1_000_000, 384, 0));
    assertEquals(VectorStorage.FLOAT32, VectorStorage.forVectors(0, 384, 0));
    assertEquals(VectorStorage.BIT, VectorStorage.forVectors(20_000_000_000L, 4096, 1L << 40));
    expectThrows(IllegalArgumentException.class, () -> VectorStorage.forVectors(-1, 384, 1));
    expectThrows(IllegalArgumentException.class, () -> VectorStorage.forVectors(1, 0, 1));
  }

  public void testTheEstimatedMemoryIsNearWhatLuceneSays() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      List<float[]> vectors = Storages.clustered(2000, 96, random());
      SemanticFieldType of96 = new SemanticFieldType(new FakeEmbedder("b", 96));
      try (Directory directory = newFSDirectory(createTempDir())) {
        try (IndexWriter writer = writer(directory, new SemanticCodec(storage))) {
          for (int i = 0; i < vectors.size(); i++) {
            writer.addDocument(document(vectors.get(i), of96, i));
          }
          writer.forceMerge(1);
        }
        try (IndexReader reader = DirectoryReader.open(directory)) {
          StoredVectors stored = StoredVectors.of(reader, "v");
          assertEquals(2000, stored.count());
          assertEquals(2000 * 96 * 4, stored.rawBytes());
          assertEquals(storage == VectorStorage.FLOAT32, stored.quantizedBytes() == 0);
          assertEquals(1, (double) storage.hotBytes(2000, 96) / stored.hotBytes(), 0.5);
        }
      }
    }
  }

  public void testAFieldWithoutVectorsTakesUpNothing() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, new SemanticCodec(VectorStorage.FLOAT32), vectors(3), 0);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        for (String field : List.of("number", "no such field")) {
          assertEquals(new StoredVectors(0, 0, 0, 0, 0, 32), StoredVectors.of(reader, field));
        }
      }
    }
  }

  public void testSizesAreFoundWhereAReaderNumbersFieldsItsOwnWay() throws IOException {
    try (Directory directory = newDirectory()) {
      index(directory, new SemanticCodec(Storages.any(random())), vectors(30), 0);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          assertEquals(
              StoredVectors.of(leaf.reader(), "v"),
              StoredVectors.of(new MismatchedLeafReader(leaf.reader(), random()), "v"));
        }
      }
    }
  }

  private List<float[]> vectors(int count) {
    return Storages.clustered(count, DIMENSION, random());
  }

  private static IndexWriter writer(Directory directory, Codec codec) throws IOException {
    return new IndexWriter(directory, newIndexWriterConfig().setCodec(codec));
  }

  private void index(Directory directory, Codec codec, List<float[]> vectors, int first)
      throws IOException {
    try (IndexWriter writer = writer(directory, codec)) {
      for (int i = 0; i < vectors.size(); i++) {
        writer.addDocument(document(vectors.get(i), type, first + i));
        if (rarely()) {
          writer.addDocument(new Document());
        }
        if (rarely()) {
          writer.commit();
        }
      }
      maybeMerge(writer);
    }
  }

  private static void maybeMerge(IndexWriter writer) throws IOException {
    if (random().nextBoolean()) {
      writer.forceMerge(1);
    }
  }

  private static Document document(float[] vector, SemanticFieldType type, int number) {
    Document document = new Document();
    document.add(new KnnFloatVectorField("v", vector, type));
    document.add(new NumericDocValuesField("number", number));
    return document;
  }

  private static void mergeWithPlainLucene(Directory directory) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.addDocument(new Document());
      writer.forceMerge(1);
    }
    TestUtil.checkIndex(directory);
  }

  private static void assertVectors(Directory directory, List<float[]> vectors) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertVectors(reader, vectors);
    }
  }

  private static void assertVectors(IndexReader reader, List<float[]> vectors) throws IOException {
    int seen = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues("v");
      if (values == null) {
        continue;
      }
      NumericDocValues numbers = leaf.reader().getNumericDocValues("number");
      KnnVectorValues.DocIndexIterator docs = values.iterator();
      while (docs.nextDoc() != KnnVectorValues.DocIndexIterator.NO_MORE_DOCS) {
        assertTrue(numbers.advanceExact(docs.docID()));
        assertArrayEquals(
            vectors.get((int) numbers.longValue()), values.vectorValue(docs.index()), 0);
        seen++;
      }
    }
    assertEquals(vectors.size(), seen);
  }

  private static void assertBits(VectorStorage storage, Directory directory) throws IOException {
    try (IndexReader reader = DirectoryReader.open(directory)) {
      assertEquals(storage.bits(), StoredVectors.of(reader, "v").bits());
    }
  }

  private static List<String> formats(Directory directory) throws IOException {
    List<String> formats = new ArrayList<>();
    try (IndexReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        FieldInfo info = leaf.reader().getFieldInfos().fieldInfo("v");
        formats.add(info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY));
      }
    }
    return formats;
  }
}
