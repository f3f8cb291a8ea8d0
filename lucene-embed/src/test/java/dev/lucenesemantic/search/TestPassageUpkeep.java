package dev.lucenesemantic.search;

import dev.lucenesemantic.document.CompanionFields;
import dev.lucenesemantic.document.EncodingException;
import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.PassageDocuments;
import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexOptions;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.document.VectorReuse;
import dev.lucenesemantic.embed.TokenCounts;
import dev.lucenesemantic.embed.WordTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Passages in an index that is looked after: other models, other indexes, calls that fail. */
public class TestPassageUpkeep extends LuceneTestCase {
  private static final String FIELD = "body_vector";
  private static final String LONG_TEXT = "city river people bread engine song ".repeat(20);

  private static PassageFieldType type(WordTokens embedder, PassageLayout layout) {
    return new PassageFieldType(
        new PassageSplitter(embedder).withSize(12).withOverlap(2).withMaxPassages(3), layout, "id");
  }

  private static Document document(String id, PassageFieldType type) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new PassageField(FIELD, LONG_TEXT, type));
    return document;
  }

  private static SemanticIndexWriter newWriter(Directory directory) throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()));
  }

  public void testALongTextThatWasCappedStaysRecordedAfterAMigration() throws IOException {
    WordTokens oldModel = new WordTokens("old", 16, 64, 1);
    WordTokens newModel = new WordTokens("new", 8, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer = newWriter(directory)) {
        writer.addDocument(document("1", type(oldModel, layout)));
        writer.fillVectors(
            FIELD,
            new SemanticFieldType(newModel),
            PassageDocuments.encodedText(FIELD),
            FillMonitor.NONE,
            Double.POSITIVE_INFINITY);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          assertEquals(1, newSearcher(reader, false).count(CompanionFields.truncatedQuery(FIELD)));
          assertEquals(
              1,
              new PassageSearch(newSearcher(reader, false), FIELD, newModel)
                  .search("song", 5)
                  .size());
        }
      }
    }
  }

  /** Reads so many words and marks of a text at the most, and says so. */
  private static final class ShortTokens extends WordTokens {
    private final int limit;

    ShortTokens(String fingerprint, int limit) {
      super(fingerprint, 8, limit, 0);
      this.limit = limit;
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts, TokenCounts counts) {
      for (int i = 0; i < texts.size(); i++) {
        int tokens = documentTokens().orElseThrow().count(texts.get(i));
        counts.count(i, tokens, Math.min(tokens, limit));
      }
      return embedDocuments(texts);
    }
  }

  /** What the passages and documents of an index say of their text: number, seen, encoded. */
  private static List<String> lost(SemanticIndexWriter writer) throws IOException {
    List<String> lost = new ArrayList<>();
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      for (LeafReaderContext leaf : reader.leaves()) {
        NumericDocValues seen =
            DocValues.getNumeric(leaf.reader(), CompanionFields.tokensSeen(FIELD));
        NumericDocValues encoded =
            DocValues.getNumeric(leaf.reader(), CompanionFields.tokensEncoded(FIELD));
        NumericDocValues numbers =
            DocValues.getNumeric(leaf.reader(), CompanionFields.passage(FIELD));
        for (int doc = seen.nextDoc(); doc != NumericDocValues.NO_MORE_DOCS; doc = seen.nextDoc()) {
          assertTrue(encoded.advanceExact(doc));
          lost.add(
              (numbers.advanceExact(doc) ? "passage " + numbers.longValue() : "document")
                  + ": "
                  + encoded.longValue()
                  + " of "
                  + seen.longValue());
        }
      }
    }
    lost.sort(null);
    return lost;
  }

  private static void fill(SemanticIndexWriter writer, WordTokens model) throws IOException {
    writer.fillVectors(
        FIELD,
        new SemanticFieldType(model),
        PassageDocuments.encodedText(FIELD),
        FillMonitor.NONE,
        Double.POSITIVE_INFINITY);
  }

  public void testPassagesThatTheNewModelTruncatesAreRecordedAsWhereTheyAreAdded()
      throws IOException {
    WordTokens oldModel = new WordTokens("old", 16, 64, 1);
    ShortTokens newModel = new ShortTokens("new", 6);
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          Directory other = newDirectory();
          SemanticIndexWriter filled = newWriter(directory);
          SemanticIndexWriter added = newWriter(other)) {
        // From now on it gives each document both vectors.
        fill(added, newModel);
        for (SemanticIndexWriter writer : List.of(filled, added)) {
          writer.addDocument(document("capped", type(oldModel, layout)));
          Document whole = new Document();
          whole.add(new StringField("id", "whole", Field.Store.YES));
          whole.add(
              new PassageField(
                  FIELD, "one two three four five six seven eight", type(oldModel, layout)));
          writer.addDocument(whole);
        }
        fill(filled, newModel);
        assertEquals(lost(added), lost(filled));
        // The first passage of FLAT says for its document what is not in passages.
        List<String> expected =
            new ArrayList<>(List.of("passage 0: 6 of 10", "passage 1: 6 of 11"));
        expected.add("passage 2: 6 of 11");
        expected.add(layout == PassageLayout.BLOCK ? "passage 0: 6 of 11" : "passage 0: 23 of 120");
        if (layout == PassageLayout.BLOCK) {
          expected.add("document: 23 of 120");
        }
        expected.sort(null);
        assertEquals(expected, lost(filled));
      }
    }
  }

  public void testATruncatedPassageTakesItsCountsToAnotherIndex() throws IOException {
    WordTokens oldModel = new WordTokens("old", 16, 64, 1);
    ShortTokens newModel = new ShortTokens("new", 6);
    try (Directory directory = newDirectory();
        Directory again = newDirectory()) {
      try (SemanticIndexWriter writer = newWriter(directory)) {
        writer.addDocument(document("1", type(oldModel, PassageLayout.BLOCK)));
        fill(writer, newModel);
      }
      int calls = newModel.documentCalls.get();
      try (DirectoryReader old = DirectoryReader.open(directory);
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(again, newIndexWriterConfig()),
                  SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
        String passage =
            new PassageSearch(newSearcher(old, false), FIELD, newModel)
                .search("city", 1)
                .getFirst()
                .text();
        writer.addDocument(
            List.of(new SemanticField(FIELD, passage, new SemanticFieldType(newModel))));
        assertEquals(calls, newModel.documentCalls.get());
        assertEquals(List.of("document: 6 of 11"), lost(writer));
      }
    }
  }

  public void testALongTextThatWasCappedIsTakenFromAnotherIndex() throws IOException {
    WordTokens model = new WordTokens("old", 16, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          Directory again = newDirectory()) {
        try (SemanticIndexWriter writer = newWriter(directory)) {
          writer.addDocument(document("1", type(model, layout)));
        }
        int calls = model.documentCalls.get();
        try (DirectoryReader old = DirectoryReader.open(directory);
            SemanticIndexWriter writer =
                new SemanticIndexWriter(
                    new IndexWriter(again, newIndexWriterConfig()),
                    SemanticIndexOptions.defaults().withVectorReuse(VectorReuse.of(old)))) {
          writer.addDocument(document("1", type(model, layout)));
          String passage =
              new PassageSearch(newSearcher(old, false), FIELD, model)
                  .search("city", 1)
                  .getFirst()
                  .text();
          Document lone = new Document();
          lone.add(new SemanticField(FIELD, passage, new SemanticFieldType(model)));
          writer.addDocument(lone);
          assertEquals(calls, model.documentCalls.get());
          try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
            // The short text has lost nothing, whatever is recorded beside the passage.
            assertEquals(
                1, newSearcher(reader, false).count(CompanionFields.truncatedQuery(FIELD)));
          }
        }
      }
    }
  }

  public void testPassagesAndTextsOfTheirOwnMoveTogether() throws IOException {
    WordTokens oldModel = new WordTokens("old", 16, 64, 1);
    WordTokens newModel = new WordTokens("new", 8, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer = newWriter(directory)) {
        writer.addDocument(document("1", type(oldModel, layout)));
        Document lone = new Document();
        lone.add(new StoredField("text", "bread river"));
        lone.add(new SemanticField(FIELD, "bread river", new SemanticFieldType(oldModel)));
        writer.addDocument(lone);
        SemanticFieldType newType = new SemanticFieldType(newModel);
        IndexedText passages = PassageDocuments.encodedText(FIELD);
        expectThrows(
            IllegalArgumentException.class,
            () -> writer.fillVectors(FIELD, newType, passages, FillMonitor.NONE, 1e9));
        FillReport report =
            writer.fillVectors(
                FIELD,
                newType,
                passages.orElse(IndexedText.storedField("text")),
                FillMonitor.NONE,
                1e9);
        assertEquals(4, report.documents());
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          TopDocs found =
              newSearcher(reader, false)
                  .search(new SemanticQuery(FIELD, "bread river", 1, newModel), 1);
          assertEquals(1f, found.scoreDocs[0].score, 1e-5f);
        }
      }
    }
  }

  public void testAnIndexOfAnotherLayoutIsNotTakenIn() throws IOException {
    WordTokens model = new WordTokens("model", 16, 64, 1);
    try (Directory directory = newDirectory();
        Directory other = newDirectory();
        SemanticIndexWriter writer = newWriter(directory)) {
      writer.addDocument(document("1", type(model, PassageLayout.BLOCK)));
      try (SemanticIndexWriter flat = newWriter(other)) {
        flat.addDocument(document("2", type(model, PassageLayout.FLAT)));
      }
      IllegalArgumentException refused =
          expectThrows(IllegalArgumentException.class, () -> writer.addIndexes(other));
      assertTrue(refused.getMessage(), refused.getMessage().contains("layout"));
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertEquals(
            1,
            new PassageSearch(newSearcher(reader, false), FIELD, model).search("song", 5).size());
      }
    }
  }

  /** Holds a text with {@code slow} in it until it may go on. */
  private static final class GatedTokens extends WordTokens {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);

    GatedTokens() {
      super("gated", 16, 64, 1);
    }

    @Override
    public List<float[]> embedDocuments(List<String> texts) {
      if (texts.toString().contains("slow")) {
        entered.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      return super.embedDocuments(texts);
    }
  }

  private static void assertRefused(SemanticIndexWriter writer, PassageFieldType type) {
    IllegalArgumentException refused =
        expectThrows(
            IllegalArgumentException.class, () -> writer.addDocument(document("flat", type)));
    assertTrue(refused.getMessage(), refused.getMessage().contains("layout"));
  }

  public void testNothingMakesAFieldForgetTheLayoutOfWhatIsBeingAdded() throws Exception {
    GatedTokens model = new GatedTokens();
    WordTokens broken = new WordTokens("broken", 16, 64, 1);
    broken.broken = true;
    PassageFieldType flat = type(model, PassageLayout.FLAT);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = newWriter(directory)) {
      Document block = new Document();
      block.add(new StringField("id", "block", Field.Store.YES));
      block.add(new PassageField(FIELD, "slow river", type(model, PassageLayout.BLOCK)));
      CompletableFuture<Long> adding =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return writer.addDocument(block);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      model.entered.await();
      assertRefused(writer, flat);
      Document failing = new Document();
      failing.add(new SemanticField("other", "text", new SemanticFieldType(broken)));
      expectThrows(EncodingException.class, () -> writer.addDocument(failing));
      assertRefused(writer, flat);
      writer.deleteAll();
      assertRefused(writer, flat);
      model.goOn.countDown();
      adding.join();
      assertRefused(writer, flat);
      writer.deleteDocuments(new Term("id", "block"));
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertEquals(0, reader.numDocs());
      }
      writer.deleteAll();
      writer.addDocument(document("flat", flat));
    }
  }

  public void testDocumentsThatFailMakeNoSegments() throws IOException {
    WordTokens model = new WordTokens("model", 16, 64, 1);
    IndexWriterConfig config = new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = new SemanticIndexWriter(new IndexWriter(directory, config))) {
      for (int i = 0; i < 10; i++) {
        writer.addDocument(document("" + i, type(model, PassageLayout.BLOCK)));
        model.broken = true;
        Document failing = document("failing", type(model, PassageLayout.BLOCK));
        failing.add(new SemanticField("other", "text " + i, new SemanticFieldType(model)));
        expectThrows(EncodingException.class, () -> writer.addDocument(failing));
        model.broken = false;
      }
      writer.commit();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(1, reader.leaves().size());
      }
    }
  }

  public void testABlockThatFailedKeepsNoFieldToItsLayout() throws IOException {
    WordTokens broken = new WordTokens("model", 16, 64, 1);
    broken.broken = true;
    WordTokens model = new WordTokens("model", 16, 64, 1);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = newWriter(directory)) {
      expectThrows(
          EncodingException.class,
          () -> writer.addDocument(document("1", type(broken, PassageLayout.BLOCK))));
      writer.addDocument(document("1", type(model, PassageLayout.FLAT)));
    }
  }
}
