package dev.lucenesemantic.document;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** Documents with all kinds of fields, and what an index of them must hold. */
final class IndexedDocs {
  static final String FIELD = "body_vector";

  private IndexedDocs() {}

  static Document document(String id, String text, SemanticFieldType type) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new TextField("body", text, Field.Store.NO));
    document.add(new StoredField("text", text));
    document.add(new NumericDocValuesField("length", text.length()));
    document.add(new SortedDocValuesField("sorted", new BytesRef(id)));
    document.add(new SemanticField(FIELD, text, type));
    return document;
  }

  /** The texts of the live documents by their id; no id may stand there twice. */
  static Map<String, String> texts(IndexReader reader) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
        if (live == null || live.get(doc)) {
          Document stored = leaf.reader().storedFields().document(doc);
          String before = texts.put(stored.get("id"), stored.get("text"));
          assertEquals("document " + stored.get("id") + " stands there twice", null, before);
        }
      }
    }
    return texts;
  }

  /** Checks that each live document has the vector of its text, or waits for it. */
  static void assertVectors(IndexReader reader, String luceneField, FakeEmbedder embedder)
      throws IOException {
    assertVectors(reader, luceneField, embedder, true);
  }

  /** Checks the vectors that there are. */
  static void assertSomeVectors(IndexReader reader, String luceneField, FakeEmbedder embedder)
      throws IOException {
    assertVectors(reader, luceneField, embedder, false);
  }

  private static void assertVectors(
      IndexReader reader, String luceneField, FakeEmbedder embedder, boolean all)
      throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Bits live = leaf.reader().getLiveDocs();
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(luceneField);
      DocIndexIterator withVector = vectors == null ? null : vectors.iterator();
      for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
        if (live != null && !live.get(doc)) {
          continue;
        }
        String text = leaf.reader().storedFields().document(doc).get("text");
        if (withVector != null && withVector.docID() < doc) {
          withVector.advance(doc);
        }
        boolean has = withVector != null && withVector.docID() == doc;
        boolean pending =
            leaf.reader().getBinaryDocValues(CompanionFields.pending(FIELD)) != null
                && leaf.reader()
                    .getBinaryDocValues(CompanionFields.pending(FIELD))
                    .advanceExact(doc);
        assertTrue(text + ": either a vector or waiting", !all || has != pending);
        if (has) {
          assertArrayEquals(
              text, embedder.vector(text), vectors.vectorValue(withVector.index()), 1e-6f);
        }
        NumericDocValues lengths = leaf.reader().getNumericDocValues("length");
        assertNotNull(lengths);
        assertTrue(lengths.advanceExact(doc));
        assertEquals(text.length(), lengths.longValue());
      }
    }
  }
}
