package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.Similarity;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestSemanticField extends LuceneTestCase {
  private final FakeEmbedder embedder = new FakeEmbedder("model-a", 8);
  private final SemanticFieldType type = new SemanticFieldType(embedder);

  public void testTypeSaysHowVectorsAreComparedAndWhoMadeThem() {
    assertEquals(8, type.vectorDimension());
    assertEquals(VectorEncoding.FLOAT32, type.vectorEncoding());
    assertEquals(VectorSimilarityFunction.DOT_PRODUCT, type.vectorSimilarityFunction());
    assertEquals(Map.of("semantic.model.model-a", "fake-model-a"), type.getAttributes());
    assertSame(embedder, type.embedder());
    expectThrows(IllegalStateException.class, () -> type.setStored(true));
    expectThrows(IllegalStateException.class, () -> type.putAttribute("a", "b"));
  }

  public void testTypesAreEqualIfTheirVectorsCanBeCompared() {
    SemanticFieldType same = new SemanticFieldType(new FakeEmbedder("model-a", 8));
    assertEquals(type, same);
    assertEquals(type.hashCode(), same.hashCode());
    assertNotEquals(type, new SemanticFieldType(new FakeEmbedder("model-b", 8)));
    assertNotEquals(type, new SemanticFieldType(new FakeEmbedder("model-a", 9)));
  }

  public void testTypeRefusesAnEmbedderThatSaysNothing() {
    for (int dimension : new int[] {0, -1}) {
      IllegalArgumentException e =
          expectThrows(
              IllegalArgumentException.class,
              () -> new SemanticFieldType(new FakeEmbedder("model-a", dimension)));
      assertTrue(e.getMessage(), e.getMessage().contains("model-a"));
    }
    expectThrows(
        IllegalArgumentException.class, () -> new SemanticFieldType(new FakeEmbedder("", 8)));
    expectThrows(NullPointerException.class, () -> new SemanticFieldType(null));
  }

  public void testCheckSaysWhatIsWrongWithAVector() {
    float[] unit = embedder.vector("a");
    assertSame(unit, type.check(unit));
    assertCheckFails("null", null);
    assertCheckFails("7 components", Arrays.copyOf(unit, 7));
    assertCheckFails("9 components", Arrays.copyOf(unit, 9));
    float[] nan = unit.clone();
    nan[3] = Float.NaN;
    assertCheckFails("component 3", nan);
    float[] twice = unit.clone();
    for (int i = 0; i < twice.length; i++) {
      twice[i] *= 2;
    }
    assertCheckFails("length 2.00000", twice);
    assertCheckFails("length 0.00000", new float[8]);
    float[] almost = unit.clone();
    for (int i = 0; i < almost.length; i++) {
      almost[i] *= 1.0005f;
    }
    assertSame(almost, type.check(almost));
  }

  private void assertCheckFails(String what, float[] vector) {
    IllegalArgumentException e =
        expectThrows(IllegalArgumentException.class, () -> type.check(vector));
    assertTrue(e.getMessage(), e.getMessage().contains(what));
    assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a"));
    assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-a"));
  }

  public void testNullIsAnIllegalArgument() {
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> new SemanticField("body_vector", (String) null, type));
    assertTrue(e.getMessage(), e.getMessage().contains("body_vector"));
    expectThrows(IllegalArgumentException.class, () -> new SemanticField(null, "text", type));
    expectThrows(
        IllegalArgumentException.class, () -> new SemanticField("body_vector", "text", null));
  }

  public void testTheTextIsEncodedLateAndOnce() {
    SemanticField field = new SemanticField("body_vector", "some text", type);
    assertEquals("some text", field.text());
    assertFalse(field.isEncoded());
    assertEquals(0, embedder.documentCalls.get());
    assertArrayEquals(embedder.vector("some text"), field.vectorValue(), 0);
    assertSame(field.vectorValue(), field.vectorValue());
    assertTrue(field.isEncoded());
    assertEquals(1, embedder.documentCalls.get());
  }

  public void testAVectorThatIsSetIsCheckedAndSparesTheEmbedder() {
    SemanticField field = new SemanticField("body_vector", "some text", type);
    float[] half = embedder.vector("a");
    for (int i = 0; i < half.length; i++) {
      half[i] /= 2;
    }
    for (float[] bad : List.of(half, new float[7], new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0})) {
      IllegalArgumentException e =
          expectThrows(IllegalArgumentException.class, () -> field.setVectorValue(bad));
      assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
      assertFalse(field.isEncoded());
    }
    expectThrows(IllegalArgumentException.class, () -> field.setVectorValue(null));
    float[] vector = embedder.vector("another text");
    field.setVectorValue(vector);
    assertSame(vector, field.vectorValue());
    assertEquals(0, embedder.documentCalls.get());
  }

  public void testFieldsOfATypeDoNotShareTheirVectors() {
    SemanticField one = new SemanticField("body_vector", "one", type);
    SemanticField two = new SemanticField("body_vector", "two", type);
    assertArrayEquals(embedder.vector("one"), one.vectorValue(), 0);
    assertArrayEquals(embedder.vector("two"), two.vectorValue(), 0);
    assertArrayEquals(embedder.vector("one"), one.vectorValue(), 0);
  }

  public void testVectorsOfAModelThatDoesNotNormaliseAreScaled() {
    LongEmbedder longEmbedder = new LongEmbedder(Similarity.COSINE);
    SemanticFieldType longType = new SemanticFieldType(longEmbedder);
    SemanticField field = new SemanticField("body_vector", "some text", longType);
    assertArrayEquals(embedder.vector("some text"), field.vectorValue(), 1e-6f);
    SemanticField zero = new SemanticField("body_vector", "zero", longType);
    expectThrows(EncodingException.class, zero::vectorValue);
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> new SemanticFieldType(new LongEmbedder(Similarity.DOT)));
    assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a"));
  }

  public void testAPlainWriterIndexesTheVectorAndTheModel() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      int count = atLeast(10);
      for (int i = 0; i < count; i++) {
        writer.addDocument(document("text " + i, type));
        if (rarely()) {
          writer.commit();
        }
      }
      assertEquals(count, embedder.documentCalls.get());
      if (random().nextBoolean()) {
        writer.forceMerge(1);
      }
      try (IndexReader reader = writer.getReader()) {
        assertVectors(reader, embedder, count);
        FieldModels models = FieldModels.of(reader, "body_vector");
        assertEquals(Map.of("model-a", "fake-model-a"), models.names());
        assertFalse(models.unnamed());
      }
    }
  }

  public void testADocumentWhoseTextFailsIsDroppedAndTheWriterStaysOpen() throws IOException {
    BrokenEmbedder broken = new BrokenEmbedder("model-a", 8);
    SemanticFieldType brokenType = new SemanticFieldType(broken);
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      writer.addDocument(document("before", brokenType));
      for (String text : BrokenEmbedder.BROKEN_TEXTS) {
        EncodingException e =
            expectThrows(
                EncodingException.class,
                text,
                () -> writer.addDocument(document(text, brokenType)));
        assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
        assertTrue(e.getMessage(), e.getMessage().contains("fake-model-a"));
        assertTrue(e.getMessage(), e.getMessage().contains("fingerprint model-a"));
        assertTrue(writer.isOpen());
      }
      writer.addDocument(document("after", brokenType));
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        assertEquals(2, reader.numDocs());
        assertVectors(reader, broken, 2);
      }
    }
  }

  public void testLuceneRefusesMoreDimensionsThanItsFormatTakes() throws IOException {
    SemanticFieldType wide = new SemanticFieldType(new FakeEmbedder("wide", 1025));
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      IllegalArgumentException e =
          expectThrows(
              IllegalArgumentException.class, () -> writer.addDocument(document("text", wide)));
      assertTrue(e.getMessage(), e.getMessage().contains("body_vector"));
      assertTrue(e.getMessage(), e.getMessage().contains("1025"));
      assertTrue(writer.isOpen());
    }
  }

  public void testModelsOfAFieldWithoutVectors() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      Document document = new Document();
      document.add(new StringField("id", "1", Field.Store.NO));
      writer.addDocument(document);
      try (IndexReader reader = writer.getReader()) {
        assertTrue(FieldModels.of(reader, "id").isEmpty());
        assertTrue(FieldModels.of(reader, "missing").isEmpty());
      }
    }
  }

  public void testModelsOfVectorsThatNameNone() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      Document document = new Document();
      document.add(new KnnFloatVectorField("v", embedder.vector("a")));
      writer.addDocument(document);
      try (IndexReader reader = writer.getReader()) {
        FieldModels models = FieldModels.of(reader, "v");
        assertTrue(models.unnamed());
        assertTrue(models.names().isEmpty());
        assertFalse(models.isEmpty());
      }
    }
  }

  /** Its vectors are five times as long as they should be. */
  private static final class LongEmbedder extends FakeEmbedder {
    private final Similarity similarity;

    LongEmbedder(Similarity similarity) {
      super("model-a", 8);
      this.similarity = similarity;
    }

    @Override
    public boolean normalized() {
      return false;
    }

    @Override
    public Similarity similarity() {
      return similarity;
    }

    @Override
    public float[] vector(String text) {
      float[] vector = super.vector(text);
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= text.equals("zero") ? 0 : 5;
      }
      return vector;
    }
  }

  private static Document document(String text, SemanticFieldType type) {
    Document document = new Document();
    document.add(new StringField("text", text, Field.Store.YES));
    document.add(new SemanticField("body_vector", text, type));
    return document;
  }

  /** Checks that the documents with a vector have that of their own text. */
  static void assertVectors(IndexReader reader, FakeEmbedder embedder, int expected)
      throws IOException {
    int count = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      FloatVectorValues values = leaf.reader().getFloatVectorValues("body_vector");
      if (values == null) {
        continue;
      }
      KnnVectorValues.DocIndexIterator iterator = values.iterator();
      while (iterator.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        if (leaf.reader().getLiveDocs() != null
            && !leaf.reader().getLiveDocs().get(iterator.docID())) {
          continue;
        }
        String text = leaf.reader().storedFields().document(iterator.docID()).get("text");
        assertArrayEquals(text, embedder.vector(text), values.vectorValue(iterator.index()), 1e-6f);
        count++;
      }
    }
    assertEquals(expected, count);
  }
}
