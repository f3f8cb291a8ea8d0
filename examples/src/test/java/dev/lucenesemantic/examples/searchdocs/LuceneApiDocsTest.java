package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The javadoc jar that the build puts on the class path. */
class LuceneApiDocsTest {
  private static LuceneApiDocs docs;
  private static List<Passage> passages;

  @BeforeAll
  static void read() throws Exception {
    docs = LuceneApiDocs.onClassPath();
    try (Stream<Passage> stream = docs.passages()) {
      passages = stream.toList();
    }
  }

  @Test
  void thousandsOfPassagesEachWithAnIdOfItsOwn() throws Exception {
    assertTrue(passages.size() > 5_000, "only " + passages.size());
    assertTrue(passages.size() < 9_000, "as many as " + passages.size());
    assertEquals(passages.size(), passages.stream().map(Passage::id).distinct().count());
    assertEquals(passages.size(), docs.count(System.err));
  }

  @Test
  void classesMembersAndPackagesAreThere() {
    Map<String, Passage> byId = new HashMap<>();
    passages.forEach(passage -> byId.put(passage.id(), passage));
    Passage delete = byId.get("org.apache.lucene.index.IndexWriter#deleteDocuments(Query...)");
    assertNotNull(delete);
    assertEquals("IndexWriter#deleteDocuments(Query...)", delete.title());
    assertTrue(delete.text().startsWith("Deletes the document(s) matching any"), delete.text());
    for (String id :
        List.of(
            "org.apache.lucene.index.IndexWriter",
            "org.apache.lucene.index.IndexWriter#IndexWriter(Directory, IndexWriterConfig)",
            "org.apache.lucene.index.IndexWriter#MAX_DOCS",
            "org.apache.lucene.search.IndexSearcher#search(Query, int)",
            "org.apache.lucene.search.TopDocs#scoreDocs",
            "org.apache.lucene.document.DateTools.Resolution",
            "org.apache.lucene.search")) {
      assertNotNull(byId.get(id), id);
    }
  }

  @Test
  void textsArePlainAndOfAUsefulLength() {
    for (Passage passage : passages) {
      String text = passage.text();
      assertTrue(text.length() <= Sections.MAX_CHARS, passage.id());
      assertTrue(text.split(" ").length >= 4, passage::toString);
      assertEquals(PlainText.oneLine(text), text);
      for (String noise :
          List.of(
              "Specified by:", "Description copied", "Sole constructor. (For", "&nbsp;", "<a ")) {
        assertTrue(!text.contains(noise), passage::toString);
      }
    }
  }

  @Test
  void longTextsStandOnlyOnce() {
    List<String> texts =
        passages.stream().map(Passage::text).filter(t -> t.length() > 150).toList();
    assertEquals(texts.size(), texts.stream().distinct().count());
  }

  @Test
  void theNameSaysTheVersion() {
    assertTrue(docs.name().matches("Lucene \\d+\\.\\d+\\.\\d+ API documentation"), docs.name());
  }
}
