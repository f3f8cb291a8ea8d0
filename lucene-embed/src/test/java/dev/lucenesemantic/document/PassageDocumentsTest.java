package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.WordTokens;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoubleDocValuesField;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.FloatDocValuesField;
import org.apache.lucene.document.FloatField;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.IndexableField;
import org.junit.jupiter.api.Test;

/** The ids that passages have of their parents. */
class PassageDocumentsTest {
  private final PassageSplitter splitter = new PassageSplitter(new WordTokens("model-a", 8, 64, 1));

  private List<List<IndexableField>> expand(PassageLayout layout, IndexableField... ids) {
    Document document = new Document();
    document.add(
        new PassageField("body", "green river", new PassageFieldType(splitter, layout, "id")));
    for (IndexableField id : ids) {
      document.add(id);
    }
    return PassageDocuments.expand(document);
  }

  private String parent(PassageLayout layout, IndexableField... ids) {
    String name = new PassageNames("body").parent();
    return expand(layout, ids).getFirst().stream()
        .filter(field -> field.name().equals(name) && field.stringValue() != null)
        .findFirst()
        .orElseThrow()
        .stringValue();
  }

  @Test
  void aNumberIsAnIdAsItIsWritten() {
    for (PassageLayout layout : PassageLayout.values()) {
      assertEquals("77", parent(layout, new LongField("id", 77, Store.NO)));
      assertEquals("-7", parent(layout, new IntField("id", -7, Store.YES)));
      assertEquals("1.5", parent(layout, new StoredField("id", 1.5)));
      assertEquals("1.5", parent(layout, new DoubleField("id", 1.5, Store.YES)));
      assertEquals("-0.1", parent(layout, new FloatField("id", -0.1f, Store.YES)));
      assertEquals(
          "1.5",
          parent(
              layout,
              new DoubleDocValuesField("id", 1.5),
              new StoredField("id", 1.5),
              new DoublePoint("id", 1.5)));
    }
  }

  @Test
  void theBitsOfANumberThatIsNotStoredAreNoId() {
    for (IndexableField id :
        List.of(
            new DoubleField("id", 1.5, Store.NO),
            new FloatField("id", 1.5f, Store.NO),
            new DoubleDocValuesField("id", 1.5),
            new FloatDocValuesField("id", 1.5f))) {
      for (PassageLayout layout : PassageLayout.values()) {
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> expand(layout, id));
        assertTrue(e.getMessage().contains("'id'"), e.getMessage());
        assertTrue(e.getMessage().contains("only if it is stored"), e.getMessage());
      }
    }
  }
}
