package dev.lucenesemantic.document;

import static dev.lucenesemantic.embed.FakeImageEmbedder.image;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.FakeImageEmbedder;
import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Images in a field, beside texts. */
public class TestSemanticImages extends LuceneTestCase {
  private final FakeImageEmbedder embedder = new FakeImageEmbedder("images", 64);
  private final SemanticFieldType type = new SemanticFieldType(embedder);

  private Document ofImage(String shows) {
    Document document = new Document();
    document.add(new StringField("what", shows, Field.Store.YES));
    document.add(new SemanticField("vector", image(shows), type));
    return document;
  }

  private Document ofText(String text) {
    Document document = new Document();
    document.add(new StringField("what", text, Field.Store.YES));
    document.add(new SemanticField("vector", text, type));
    return document;
  }

  private String first(Directory directory, String text) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = newSearcher(reader);
      ScoreDoc[] hits =
          searcher.search(new SemanticQuery("vector", text, 3, embedder), 1).scoreDocs;
      return searcher.storedFields().document(hits[0].doc).get("what");
    }
  }

  public void testATextFindsImagesAndTextsInOneField() throws Exception {
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        writer.addEach(
            List.of(
                ofImage("a red bus"),
                ofText("the price of tea"),
                ofImage("two dogs in the snow"),
                ofText("a story of a whale")));
        writer.addDocument(ofImage("waves and a boat"));
      }
      assertEquals("two dogs in the snow", first(directory, "two dogs snow"));
      assertEquals("a red bus", first(directory, "red bus"));
      assertEquals("waves and a boat", first(directory, "boat waves"));
      assertEquals("the price of tea", first(directory, "price of tea"));
    }
  }

  public void testImagesOfManyDocumentsAreEncodedTogether() throws Exception {
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          documents.add(i % 4 == 0 ? ofText("text " + i) : ofImage("image " + i));
        }
        writer.addEach(documents);
      }
      assertEquals(1, embedder.imageCalls.get());
      assertEquals(1, embedder.documentCalls.get());
      assertEquals("image 7", first(directory, "image 7"));
      assertEquals("text 8", first(directory, "text 8"));
    }
  }

  public void testAPlainWriterEncodesImagesToo() throws Exception {
    try (Directory directory = newDirectory()) {
      try (IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
        writer.addDocument(ofImage("a red bus"));
        writer.addDocument(ofImage("a blue bus"));
      }
      assertEquals("a blue bus", first(directory, "blue"));
      assertEquals(2, embedder.imageCalls.get());
    }
  }

  public void testADamagedImageHarmsOnlyItsOwnDocument() throws Exception {
    try (Directory directory = newDirectory()) {
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        PartialAddException e =
            expectThrows(
                PartialAddException.class,
                () ->
                    writer.addEach(
                        List.of(ofImage("a red bus"), ofImage(""), ofImage("never added"))));
        assertEquals(1, e.added());
        String message = e.getCause().getMessage();
        assertTrue(message, message.contains("the image of field 'vector'"));
        assertTrue(message, message.contains("is damaged"));
        writer.addDocument(ofText("a story"));
        assertEquals(2, writer.getDocStats().numDocs);
      }
      assertEquals("a red bus", first(directory, "red bus"));
    }
  }

  public void testAnEmbedderOfTextsRefusesImagesAtOnce() {
    SemanticFieldType texts = new SemanticFieldType(new FakeEmbedder("texts", 4));
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () -> new SemanticField("vector", image("a bus"), texts));
    assertTrue(e.getMessage(), e.getMessage().contains("'vector'"));
    assertTrue(e.getMessage(), e.getMessage().contains("fake-texts"));
    assertTrue(e.getMessage(), e.getMessage().contains("texts only"));
  }

  public void testAFieldKnowsItsImage() {
    ImageSource bus = image("a bus");
    SemanticField field = new SemanticField("vector", bus, type);
    assertEquals(Optional.of(bus), field.image());
    assertEquals("", field.text());
    assertFalse(field.isEncoded());
    assertArrayEquals(embedder.vector("a bus"), field.vectorValue(), 0);
    assertEquals(Optional.empty(), new SemanticField("vector", "a bus", type).image());
    expectThrows(
        IllegalArgumentException.class,
        () -> new SemanticField("vector", (ImageSource) null, type));
  }
}
