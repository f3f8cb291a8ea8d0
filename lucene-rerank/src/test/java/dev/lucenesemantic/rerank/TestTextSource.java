package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;

/** Where the texts of hits come from. */
public class TestTextSource extends RescorerTestCase {

  /** Three documents: one with everything, one with nothing, one with a title alone. */
  private void withMixedIndex(IndexTest test) throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, inOrder())) {
      Document all = new Document();
      all.add(new TextField("title", "London", Field.Store.YES));
      all.add(new TextField("body", "A city.", Field.Store.YES));
      all.add(new TextField("body", "On a river.", Field.Store.YES));
      all.add(new StoredField("year", 1963));
      all.add(new StoredField("raw", "bytes".getBytes(StandardCharsets.UTF_8)));
      all.add(new TextField("unstored", "words", Field.Store.NO));
      all.add(new BinaryDocValuesField("binary", new BytesRef("Zürich")));
      all.add(new SortedDocValuesField("sorted", new BytesRef("Genève")));
      all.add(new SortedSetDocValuesField("set", new BytesRef("b")));
      all.add(new SortedSetDocValuesField("set", new BytesRef("a")));
      all.add(new NumericDocValuesField("numeric", 3));
      all.add(new SortedNumericDocValuesField("numerics", 3));
      writer.addDocument(all);
      if (random().nextBoolean()) {
        writer.flush();
      }
      writer.addDocument(new Document());
      Document title = new Document();
      title.add(new TextField("title", "Paris", Field.Store.YES));
      title.add(new BinaryDocValuesField("broken", new BytesRef(new byte[] {'a', (byte) 0xff})));
      title.add(new BinaryDocValuesField("binary", new BytesRef("Bern")));
      writer.addDocument(title);
      try (IndexReader reader = DirectoryReader.open(writer)) {
        test.run(newSearcher(reader));
      }
    }
  }

  private static void assertTexts(
      IndexSearcher searcher, TextSource source, String first, String second, String third)
      throws IOException {
    TextSource.Reader reader = source.open(searcher);
    assertEquals(first, reader.text(0));
    assertEquals(second, reader.text(1));
    assertEquals(third, reader.text(2));
  }

  public void testStoredFields() throws IOException {
    withMixedIndex(
        searcher -> {
          assertTexts(searcher, TextSource.storedField("title"), "London", null, "Paris");
          assertTexts(searcher, TextSource.storedField("body"), "A city. On a river.", null, null);
          assertTexts(searcher, TextSource.storedField("year"), "1963", null, null);
          for (String field : List.of("raw", "unstored", "nowhere")) {
            assertTexts(searcher, TextSource.storedField(field), null, null, null);
          }
          assertTexts(
              searcher,
              TextSource.storedFields("{title} ({year}): {body}"),
              "London (1963): A city. On a river.",
              null,
              "Paris");
        });
  }

  public void testDocValues() throws IOException {
    withMixedIndex(
        searcher -> {
          assertTexts(searcher, TextSource.docValues("binary"), "Zürich", null, "Bern");
          assertTexts(searcher, TextSource.docValues("sorted"), "Genève", null, null);
          assertTexts(searcher, TextSource.docValues("set"), "a b", null, null);
          assertTexts(searcher, TextSource.docValues("broken"), null, null, "a\ufffd");
          assertTexts(searcher, TextSource.docValues("nowhere"), null, null, null);
          assertTexts(searcher, TextSource.docValues("title"), null, null, null);
          for (String field : List.of("numeric", "numerics")) {
            IllegalArgumentException refusal =
                expectThrows(
                    IllegalArgumentException.class,
                    () -> TextSource.docValues(field).open(searcher).text(0));
            assertTrue(refusal.getMessage(), refusal.getMessage().contains("'" + field + "'"));
          }
        });
  }

  public void testAFunctionSeesSearcherAndDocument() throws IOException {
    withMixedIndex(
        searcher ->
            assertTexts(
                searcher,
                TextSource.of(
                    (s, doc) -> doc == 1 ? null : s.storedFields().document(doc).get("title")),
                "London",
                null,
                "Paris"));
  }

  public void testDocValuesOfManySegmentsInAnyOrder() throws IOException {
    List<String> texts = randomTexts(100);
    withIndex(
        texts,
        searcher -> {
          TextSource.Reader ascending = TextSource.docValues("bytes").open(searcher);
          for (int doc = 0; doc < 100; doc += 1 + random().nextInt(5)) {
            assertEquals(texts.get(doc), ascending.text(doc));
          }
          TextSource.Reader random = TextSource.docValues("bytes").open(searcher);
          for (int i = 0; i < 50; i++) {
            int doc = random().nextInt(100);
            assertEquals(texts.get(doc), random.text(doc));
          }
          assertEquals(
              docs(
                  new CrossEncoderRescorer(FakeScorer.byHash(), "question", BODY)
                      .rescore(searcher, hits(7, 93, 55), 3)),
              docs(
                  new CrossEncoderRescorer(
                          FakeScorer.byHash(), "question", TextSource.docValues("bytes"))
                      .rescore(searcher, hits(7, 93, 55), 3)));
        });
  }

  public void testWhyAllTextsAreMissing() throws IOException {
    withMixedIndex(
        searcher -> {
          IndexReader reader = searcher.getIndexReader();
          assertSays("no field 'nowhere'", TextSource.storedField("nowhere"), reader);
          assertSays("Field.Store.YES", TextSource.storedField("unstored"), reader);
          assertSays("no fields 'x', 'y'", TextSource.storedFields("{x} {y} {title}"), reader);
          assertSays("no field 'nowhere'", TextSource.docValues("nowhere"), reader);
          assertSays("has no doc values", TextSource.docValues("title"), reader);
          assertSays("'sorted'", TextSource.docValues("sorted"), reader);
        });
  }

  private static void assertSays(String words, TextSource source, IndexReader reader) {
    String why = source.whyMissing(reader);
    assertTrue(why, why.contains(words));
  }
}
