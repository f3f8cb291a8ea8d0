package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.Storages;
import dev.lucenesemantic.codec.VectorStorage;
import dev.lucenesemantic.document.CompanionFields;
import dev.lucenesemantic.document.FailurePolicy;
import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageDocuments;
import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageNames;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexOptions;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.WordTokens;
import dev.lucenesemantic.maintenance.ModelMigration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;

/** Long texts are found by their best passage, whatever happened to the index before. */
public class TestPassageSearch extends LuceneTestCase {
  private static final String[] WORDS = {
    "city", "river", "people", "bread", "engine", "song", "winter", "green", "council", "theorem"
  };

  private final WordTokens embedder = new WordTokens("model-a", 16, 64, 1);
  private final PassageSplitter splitter =
      new PassageSplitter(embedder).withSize(12).withOverlap(2);

  private PassageFieldType type(PassageLayout layout) {
    return new PassageFieldType(splitter, layout, "id");
  }

  /** What the index is to hold. */
  private record Text(String id, String body, String note, String colour, int version) {}

  private final Map<String, Text> texts = new TreeMap<>();

  // Searching

  public void testBlocksAreFoundAsComparingEveryPassageWouldFindThem() throws IOException {
    checkRandomHistory(PassageLayout.BLOCK);
  }

  public void testFlatPassagesAreFoundAsComparingEveryPassageWouldFindThem() throws IOException {
    checkRandomHistory(PassageLayout.FLAT);
  }

  private void checkRandomHistory(PassageLayout layout) throws IOException {
    PassageFieldType type = type(layout);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      int steps = atLeast(60);
      for (int step = 0; step < steps; step++) {
        change(writer, type);
        if (random().nextInt(10) == 0) {
          try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
            check(reader, layout);
          }
        }
      }
      if (random().nextBoolean()) {
        writer.forceMerge(1 + random().nextInt(3));
      }
      writer.commit();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        check(reader, layout);
      }
    }
  }

  private void change(SemanticIndexWriter writer, PassageFieldType type) throws IOException {
    Text text = randomText();
    switch (random().nextInt(12)) {
      case 0 -> writer.addDocument(lone());
      case 1 -> {
        writer.deleteDocuments(new Term("id", text.id()));
        texts.remove(text.id());
      }
      case 2 -> {
        writer.deleteDocuments(
            new BooleanQuery.Builder()
                .add(new TermQuery(new Term("colour", text.colour())), Occur.MUST)
                .add(new TermQuery(new Term("version", "" + text.version())), Occur.MUST)
                .build());
        texts
            .values()
            .removeIf(
                each -> each.colour().equals(text.colour()) && each.version() == text.version());
      }
      case 3 -> writer.commit();
      case 4 -> {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Text each = randomText();
          if (!texts.containsKey(each.id())) {
            texts.put(each.id(), each);
            documents.add(document(each, type));
          }
        }
        writer.addEach(documents);
      }
      case 5 -> {
        writer.updateDocuments(
            new TermQuery(new Term("id", text.id())), List.of(lone(), document(text, type)));
        texts.put(text.id(), text);
      }
      case 6 -> {
        writer.updateDocuments(new Term("id", text.id()), List.of(document(text, type), lone()));
        texts.put(text.id(), text);
      }
      default -> {
        writer.updateDocument(new Term("id", text.id()), document(text, type));
        texts.put(text.id(), text);
      }
    }
  }

  private Text randomText() {
    return new Text(
        "id" + random().nextInt(40),
        randomWords(random().nextInt(60)),
        randomWords(random().nextInt(20)),
        random().nextBoolean() ? "red" : "blue",
        random().nextInt(5));
  }

  private static String randomWords(int number) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < number; i++) {
      words.append(WORDS[random().nextInt(WORDS.length)]);
      words.append(random().nextInt(5) == 0 ? ".\n" : " ");
    }
    return words.toString();
  }

  private static Document document(Text text, PassageFieldType type) {
    Document document = new Document();
    document.add(new PassageField("body", text.id(), text.body(), type));
    document.add(new StringField("id", text.id(), Field.Store.YES));
    document.add(new PassageField("note", text.note(), type));
    document.add(new StringField("colour", text.colour(), Field.Store.YES));
    document.add(new StringField("version", "" + text.version(), Field.Store.NO));
    return document;
  }

  /** A document without passages, though it has a vector in their field. */
  private Document lone() {
    Document document = new Document();
    document.add(new StringField("colour", "red", Field.Store.YES));
    if (random().nextBoolean()) {
      document.add(new SemanticField("body", randomWords(5), new SemanticFieldType(embedder)));
    }
    return document;
  }

  private record Expected(String id, Passage passage, float score) {}

  private void check(DirectoryReader reader, PassageLayout layout) throws IOException {
    IndexSearcher searcher = newSearcher(reader);
    for (String field : List.of("body", "note")) {
      String question = randomWords(4);
      String colour = random().nextBoolean() ? null : "red";
      List<Expected> all = expected(field, question, colour);
      if (PassageLayout.of(reader, field).isEmpty()) {
        // The first document may be one without passages: a search for them is refused then.
        assertEquals(List.of(), all);
        continue;
      }
      int k = 1 + random().nextInt(45);
      Query filter = colour == null ? null : filter(colour);
      List<PassageHit> hits =
          new PassageSearch(searcher, field, embedder).search(question, k, filter);
      assertEquals(Math.min(k, all.size()), hits.size());
      Set<String> parents = new HashSet<>();
      for (int i = 0; i < hits.size(); i++) {
        PassageHit hit = hits.get(i);
        assertTrue("twice: " + hit, parents.add(hit.parent()));
        assertEquals(all.get(i).score(), hit.score(), 1e-5f);
        checkHit(searcher, layout, field, hit, question);
      }
      checkQuery(searcher, field, question, k, filter, hits);
    }
    checkNothingIsLeft(searcher, layout);
  }

  /** Only some of such filters leave out the passages by themselves. */
  private static Query filter(String colour) {
    return random().nextBoolean()
        ? new TermQuery(new Term("colour", colour))
        : new BooleanQuery.Builder()
            .add(matchAll(), Occur.MUST)
            .add(new TermQuery(new Term("colour", "blue")), Occur.MUST_NOT)
            .build();
  }

  private List<Expected> expected(String field, String question, String colour) {
    List<Expected> all = new ArrayList<>();
    for (Text text : texts.values()) {
      if (colour == null || colour.equals(text.colour())) {
        passages(text, field).stream()
            .map(passage -> new Expected(text.id(), passage, score(question, passage.encoded())))
            .max(Comparator.comparingDouble(Expected::score))
            .ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparingDouble(Expected::score).reversed());
    return all;
  }

  private List<Passage> passages(Text text, String field) {
    return field.equals("body")
        ? splitter.split(text.id(), text.body()).passages()
        : splitter.split(text.note()).passages();
  }

  private float score(String question, String text) {
    float[] a = embedder.vector(question);
    float[] b = embedder.vector(text);
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return (float) Math.max(0, (1 + dot) / 2);
  }

  private void checkHit(
      IndexSearcher searcher, PassageLayout layout, String field, PassageHit hit, String question)
      throws IOException {
    Text text = texts.get(hit.parent());
    String whole = field.equals("body") ? text.body() : text.note();
    assertEquals(whole.substring(hit.start(), hit.end()), hit.text());
    Passage passage = passages(text, field).get(hit.number());
    assertEquals(passage.start(), hit.start());
    assertEquals(passage.end(), hit.end());
    assertEquals(score(question, passage.encoded()), hit.score(), 1e-5f);
    int documentOfParent = layout == PassageLayout.BLOCK ? hit.parentDoc() : hit.doc();
    assertEquals(hit.parent(), searcher.storedFields().document(documentOfParent).get("id"));
    if (layout == PassageLayout.FLAT) {
      assertEquals(-1, hit.parentDoc());
    }
  }

  private void checkQuery(
      IndexSearcher searcher,
      String field,
      String question,
      int k,
      Query filter,
      List<PassageHit> hits)
      throws IOException {
    PassageQuery query = new PassageQuery(field, question, k, embedder, filter);
    QueryUtils.check(query);
    ScoreDoc[] found = searcher.search(query, 100).scoreDocs;
    assertEquals(hits.size(), found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(hits.get(i).score(), found[i].score, 1e-5f);
      assertTrue(searcher.explain(query, found[i].doc).isMatch());
      assertEquals(
          found[i].score, searcher.explain(query, found[i].doc).getValue().floatValue(), 1e-6f);
    }
  }

  /** There are as many passages as there are to be, and as many parents. */
  private void checkNothingIsLeft(IndexSearcher searcher, PassageLayout layout) throws IOException {
    int parents = 0;
    for (String field : List.of("body", "note")) {
      int passages = texts.values().stream().mapToInt(text -> passages(text, field).size()).sum();
      Term marker = new Term(new PassageNames(field).marker(), PassageNames.MARKER_TERM);
      assertEquals(passages, searcher.count(new TermQuery(marker)));
      parents += passages;
    }
    if (layout == PassageLayout.BLOCK) {
      assertEquals(texts.size(), countIds(searcher));
    } else {
      long blank =
          texts.values().stream()
              .filter(text -> text.body().isBlank() && text.note().isBlank())
              .count();
      assertEquals(parents + blank, countIds(searcher));
    }
  }

  private static int countIds(IndexSearcher searcher) throws IOException {
    int count = 0;
    for (int i = 0; i < 40; i++) {
      count += searcher.count(new TermQuery(new Term("id", "id" + i)));
    }
    return count;
  }

  // k parents, and not k passages

  public void testOneDocumentWithManyNearPassagesDoesNotHideTheOthers() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        writer.addDocument(
            document(new Text("long", "green river ".repeat(4000), "", "red", 0), type(layout)));
        for (int i = 0; i < 5; i++) {
          writer.addDocument(
              document(new Text("other" + i, "winter song " + i, "", "red", 0), type(layout)));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          List<PassageHit> hits =
              new PassageSearch(newSearcher(reader), "body", embedder).search("green river", 6);
          assertEquals("long", hits.get(0).parent());
          assertEquals(6, hits.size());
          assertEquals(
              1,
              new PassageSearch(newSearcher(reader), "body", embedder)
                  .search("green river", 1)
                  .size());
        }
      }
    }
  }

  public void testScoresAreExactWhereVectorsAreStoredInFewerBits() throws IOException {
    assumeTrue("this Lucene has no format of fewer bits", Storages.quantized());
    for (VectorStorage storage : List.of(VectorStorage.INT8, VectorStorage.BIT)) {
      for (PassageLayout layout : PassageLayout.values()) {
        IndexWriterConfig config = new IndexWriterConfig().setCodec(new SemanticCodec(storage));
        try (Directory directory = newDirectory();
            SemanticIndexWriter writer =
                new SemanticIndexWriter(new IndexWriter(directory, config))) {
          for (int i = 0; i < 30; i++) {
            Text text = new Text("id" + i, randomWords(60), "", "red", 0);
            texts.put(text.id(), text);
            writer.addDocument(document(text, type(layout)));
          }
          try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
            IndexSearcher searcher = newSearcher(reader);
            String question = randomWords(4);
            List<PassageHit> hits =
                new PassageSearch(searcher, "body", embedder).search(question, 10);
            assertEquals(10, hits.size());
            for (int i = 0; i < hits.size(); i++) {
              checkHit(searcher, layout, "body", hits.get(i), question);
              assertTrue(i == 0 || hits.get(i).score() <= hits.get(i - 1).score());
            }
          }
        }
        texts.clear();
      }
    }
  }

  public void testTheBestPassageIsFoundWhereVectorsAreStoredInFewerBits() throws IOException {
    assumeTrue("this Lucene has no format of fewer bits", Storages.quantized());
    for (VectorStorage storage : List.of(VectorStorage.INT4, VectorStorage.BIT)) {
      for (PassageLayout layout : PassageLayout.values()) {
        IndexWriterConfig config = new IndexWriterConfig().setCodec(new SemanticCodec(storage));
        try (Directory directory = newDirectory();
            SemanticIndexWriter writer =
                new SemanticIndexWriter(new IndexWriter(directory, config))) {
          for (int i = 0; i < 60; i++) {
            Text text =
                new Text(
                    "id" + random().nextInt(40),
                    randomWords(40),
                    randomWords(20),
                    random().nextBoolean() ? "red" : "blue",
                    0);
            texts.put(text.id(), text);
            writer.updateDocument(new Term("id", text.id()), document(text, type(layout)));
            if (random().nextInt(20) == 0) {
              writer.commit();
            }
          }
          writer.deleteDocuments(new Term("id", "id7"));
          texts.remove("id7");
          try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
            for (int i = 0; i < 5; i++) {
              check(reader, layout);
            }
          }
        }
        texts.clear();
      }
    }
  }

  public void testFlatPassagesOfTheLastDocumentsAreNotLeftToEstimates() throws IOException {
    assumeTrue("this Lucene has no format of fewer bits", Storages.quantized());
    WordTokens model = new WordTokens("model-c", 64, 64, 1);
    PassageFieldType type =
        new PassageFieldType(
            new PassageSplitter(model).withSize(12).withOverlap(0), PassageLayout.FLAT, "id");
    IndexWriterConfig config =
        new IndexWriterConfig().setCodec(new SemanticCodec(VectorStorage.BIT));
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer = new SemanticIndexWriter(new IndexWriter(directory, config))) {
      StringBuilder near = new StringBuilder();
      for (int i = 0; i < 222; i++) {
        near.append("Green river green river green river x").append(i).append(".\n\n");
      }
      writer.addDocument(document(new Text("long", near.toString(), "", "red", 0), type));
      Map<String, Float> scores = new TreeMap<>();
      for (int i = 0; i < 200; i++) {
        String body = "Green " + randomWords(5).replaceAll("[.\\s]+", " ").strip();
        Text text = new Text("id" + i, body, "", "red", 0);
        writer.addDocument(document(text, type));
        float[] a = model.vector("green river");
        float[] b = model.vector(type.splitter().split("id" + i, body).passages().get(0).encoded());
        scores.put("id" + i, VectorUtil.dotProduct(a, b));
      }
      List<Float> best =
          scores.values().stream().sorted(Comparator.reverseOrder()).limit(24).toList();
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        List<PassageHit> hits =
            new PassageSearch(newSearcher(reader), "body", model).search("green river", 25);
        assertEquals("long", hits.getFirst().parent());
        for (int i = 0; i < best.size(); i++) {
          assertEquals((1 + best.get(i)) / 2, hits.get(i + 1).score(), 1e-5f);
        }
      }
    }
  }

  // Several at once

  public void testThreadsThatUpdateTheSameDocumentsLeaveOneOfEach() throws Exception {
    PassageFieldType type = type(PassageLayout.BLOCK);
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      List<Thread> threads = new ArrayList<>();
      AtomicReference<Exception> failure = new AtomicReference<>();
      for (int t = 0; t < 3; t++) {
        List<Text> own = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          own.add(new Text("id" + i % 8, "green " + randomWords(40), "", "red", 0));
        }
        threads.add(
            new Thread(
                () -> {
                  try {
                    for (Text text : own) {
                      Document document = document(text, type);
                      document.add(new StoredField("whole", text.body()));
                      writer.updateDocument(new Term("id", text.id()), document);
                    }
                  } catch (IOException | RuntimeException e) {
                    failure.set(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertNull(failure.get());
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        IndexSearcher searcher = newSearcher(reader);
        for (int i = 0; i < 8; i++) {
          ScoreDoc[] parents =
              searcher.search(new TermQuery(new Term("id", "id" + i)), 9).scoreDocs;
          assertEquals(1, parents.length);
          Document parent = searcher.storedFields().document(parents[0].doc);
          Text last = new Text("id" + i, parent.get("whole"), "", "red", 0);
          texts.put(last.id(), last);
        }
        check(reader, PassageLayout.BLOCK);
      }
    }
  }

  public void testFieldsOfDifferentLayoutsStandBesideEachOther() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      for (int i = 0; i < 12; i++) {
        Document document = new Document();
        document.add(new StringField("id", "id" + i, Field.Store.YES));
        document.add(
            i % 2 == 0
                ? new PassageField("flat", "green " + randomWords(30), type(PassageLayout.FLAT))
                : new PassageField("block", "green " + randomWords(30), type(PassageLayout.BLOCK)));
        writer.addDocument(document);
        writer.addDocument(lone());
      }
      writer.deleteDocuments(new Term("id", "id3"), new Term("id", "id4"));
      writer.deleteDocuments(new Term("colour", "red"));
      writer.forceMerge(1);
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        IndexSearcher searcher = newSearcher(reader);
        for (String field : List.of("flat", "block")) {
          List<PassageHit> hits = new PassageSearch(searcher, field, embedder).search("green", 9);
          assertEquals(5, hits.size());
          for (PassageHit hit : hits) {
            assertEquals(
                field.equals("flat"), Integer.parseInt(hit.parent().substring(2)) % 2 == 0);
          }
        }
      }
    }
  }

  // What is in the index

  public void testABlankTextKeepsItsDocument() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        writer.addDocument(document(new Text("a", " \n", "", "red", 0), type(layout)));
        writer.addDocument(document(new Text("b", "", "", "red", 0), type(layout)));
        writer.deleteDocuments(new Term("id", "b"));
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          assertEquals(1, reader.numDocs());
          IndexSearcher searcher = newSearcher(reader);
          assertEquals(1, searcher.count(new TermQuery(new Term("id", "a"))));
          assertEquals(List.of(), new PassageSearch(searcher, "body", embedder).search("a", 3));
        }
      }
    }
  }

  public void testTextsBeyondTheCapSayHowMuchOfThemIsThere() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      PassageFieldType capped =
          new PassageFieldType(splitter.withMaxPassages(2).withOverlap(0), layout, "id");
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        Document long50 = new Document();
        long50.add(new StringField("id", "long", Field.Store.YES));
        long50.add(new PassageField("body", "word ".repeat(50), capped));
        writer.addDocument(long50);
        Document short5 = new Document();
        short5.add(new StringField("id", "short", Field.Store.YES));
        short5.add(new PassageField("body", "word ".repeat(5), capped));
        writer.addDocument(short5);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          IndexSearcher searcher = newSearcher(reader);
          ScoreDoc[] lost =
              searcher.search(new FieldExistsQuery(CompanionFields.tokensSeen("body")), 9)
                  .scoreDocs;
          assertEquals(1, lost.length);
          assertEquals("long", searcher.storedFields().document(lost[0].doc).get("id"));
          assertEquals(
              1,
              searcher.count(
                  NumericDocValuesField.newSlowExactQuery(CompanionFields.tokensSeen("body"), 50)));
          assertEquals(
              1,
              searcher.count(
                  NumericDocValuesField.newSlowExactQuery(
                      CompanionFields.tokensEncoded("body"), 18)));
        }
      }
    }
  }

  public void testPassagesAreOrdinaryFieldsForOrdinaryLucene() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      writer.addDocument(
          document(
              new Text("a", "Green river. Winter song. ".repeat(3).strip(), "", "red", 0),
              type(PassageLayout.BLOCK)));
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        IndexSearcher searcher = newSearcher(reader);
        PassageNames names = new PassageNames("body");
        ScoreDoc[] passages =
            searcher.search(new TermQuery(new Term("body#parent", "a")), 10).scoreDocs;
        assertEquals(3, passages.length);
        Document first = searcher.storedFields().document(passages[0].doc);
        assertEquals("Green river. Winter song.", first.get(names.text()));
        assertEquals("a", first.get(names.parent()));
        assertEquals(1, searcher.count(NumericDocValuesField.newSlowExactQuery("body#passage", 1)));
        assertEquals(
            1, searcher.count(NumericDocValuesField.newSlowExactQuery("body#passage_start", 0)));
      }
    }
  }

  // With other things

  public void testTheQueryCombinesWithWordsOfTheParent() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      for (String word : List.of("river", "song", "bread")) {
        Document document = document(new Text(word, word, "", "red", 0), type(PassageLayout.BLOCK));
        document.add(new TextField("words", word + " text", Field.Store.NO));
        writer.addDocument(document);
      }
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        IndexSearcher searcher = newSearcher(reader);
        Query both =
            new BooleanQuery.Builder()
                .add(new PassageQuery("body", "river", 3, embedder), Occur.MUST)
                .add(new TermQuery(new Term("words", "song")), Occur.FILTER)
                .build();
        ScoreDoc[] hits = searcher.search(both, 10).scoreDocs;
        assertEquals(1, hits.length);
        assertEquals("song", searcher.storedFields().document(hits[0].doc).get("id"));
      }
    }
  }

  public void testPassagesThatWaitedForTheirVectorsAreFound() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      SemanticIndexOptions keep =
          SemanticIndexOptions.defaults().withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR);
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()), keep)) {
        for (int i = 0; i < 30; i++) {
          embedder.broken = random().nextBoolean();
          Text text = new Text("id" + i, randomWords(30), "", "red", 0);
          texts.put(text.id(), text);
          writer.updateDocument(new Term("id", text.id()), document(text, type(layout)));
          if (random().nextInt(5) == 0) {
            writer.deleteDocuments(new Term("id", "id" + i / 2));
            texts.remove("id" + i / 2);
          }
        }
        embedder.broken = false;
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          for (PassageHit hit :
              new PassageSearch(newSearcher(reader), "body", embedder).search("river", 50)) {
            assertTrue(texts.containsKey(hit.parent()));
          }
        }
        writer.backfill("body", type(layout).vectorType());
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          check(reader, layout);
        }
      }
      texts.clear();
    }
  }

  public void testPassagesMoveToAnotherModel() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      WordTokens other = new WordTokens("model-b", 24, 64, 1);
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        for (int i = 0; i < 20; i++) {
          Text text = new Text("id" + i, "Green " + randomWords(30), "", "red", 0);
          writer.addDocument(document(text, type(layout)));
        }
        writer.deleteDocuments(new Term("id", "id3"));
        ModelMigration migration =
            new ModelMigration(writer, "body", other, PassageDocuments.encodedText("body"));
        assertTrue(migration.fill(FillMonitor.NONE).complete());
        migration.finish();
        PassageFieldType newType =
            new PassageFieldType(new PassageSplitter(other).withSize(12), layout, "id");
        Document added = new Document();
        added.add(new StringField("id", "new", Field.Store.YES));
        added.add(new PassageField("body", "id99 unheard of", newType));
        writer.updateDocument(new Term("id", "id5"), added);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          IndexSearcher searcher = newSearcher(reader);
          PassageSearch search = new PassageSearch(searcher, "body", other);
          // Found by the title that was encoded with its text.
          assertEquals("new", search.search("id99 unheard of", 1).getFirst().parent());
          assertEquals(19, search.search("green", 30).size());
          assertEquals(1f, search.search("id99 unheard of", 1).getFirst().score(), 1e-5f);
          expectThrows(
              ModelMismatchException.class,
              () -> new PassageSearch(searcher, "body", embedder).search("green", 1));
        }
      }
    }
  }

  public void testAnIndexThatSortsDocumentsNeedsAParentField() throws IOException {
    Sort sort = new Sort(new SortField("order", SortField.Type.STRING));
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(directory, newIndexWriterConfig().setIndexSort(sort)))) {
        IllegalArgumentException e =
            expectThrows(
                IllegalArgumentException.class,
                () ->
                    writer.addDocument(
                        document(new Text("a", "green river", "", "red", 0), type(layout))));
        assertTrue(e.getMessage(), e.getMessage().contains("setParentField"));
      }
      IndexWriterConfig config = newIndexWriterConfig().setIndexSort(sort).setParentField("parent");
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, config))) {
        for (int i = 0; i < 20; i++) {
          Text text = new Text("id" + i, randomWords(40), randomWords(9), "red", 0);
          Document document = document(text, type(layout));
          document.add(new SortedDocValuesField("order", new BytesRef("" + random().nextInt(99))));
          writer.updateDocument(new Term("id", text.id()), document);
          texts.put(text.id(), text);
        }
        writer.deleteDocuments(new Term("id", "id7"));
        texts.remove("id7");
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          check(reader, layout);
        }
      }
      texts.clear();
    }
  }

  public void testPassagesOfAnotherModelAreRefused() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      writer.addDocument(
          document(new Text("a", "green river", "", "red", 0), type(PassageLayout.BLOCK)));
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        FakeEmbedder other = new FakeEmbedder("model-b", 16);
        IndexSearcher searcher = newSearcher(reader);
        expectThrows(
            ModelMismatchException.class,
            () -> new PassageSearch(searcher, "body", other).search("river", 1));
        expectThrows(
            ModelMismatchException.class,
            () -> searcher.search(new PassageQuery("body", "river", 1, other), 1));
        assertEquals(List.of(), new PassageSearch(searcher, "nothing", other).search("river", 1));
      }
    }
  }

  public void testVectorsThatAreNoPassagesAreNotSearchedAsSuch() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      Document document = new Document();
      document.add(new SemanticField("body", "river", new SemanticFieldType(embedder)));
      writer.addDocument(document);
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        IllegalStateException e =
            expectThrows(
                IllegalStateException.class,
                () -> new PassageSearch(newSearcher(reader), "body", embedder).search("a", 1));
        assertTrue(e.getMessage(), e.getMessage().contains("SemanticQuery"));
      }
    }
  }

  // What is refused

  public void testAFieldKeepsToOneLayout() throws IOException {
    try (Directory directory = newDirectory()) {
      Text text = new Text("a", "green river", "", "red", 0);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        writer.addDocument(document(text, type(PassageLayout.FLAT)));
      }
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        IllegalArgumentException e =
            expectThrows(
                IllegalArgumentException.class,
                () -> writer.addDocument(document(text, type(PassageLayout.BLOCK))));
        assertTrue(e.getMessage(), e.getMessage().contains("layout"));
        writer.deleteAll();
        writer.addDocument(document(text, type(PassageLayout.BLOCK)));
      }
    }
  }

  public void testASoftUpdateOfBlocksIsRefusedAndOfFlatPassagesDone() throws IOException {
    Text text = new Text("a", "green river ".repeat(20), "", "red", 0);
    Term id = new Term("id", "a");
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(
                new IndexWriter(directory, newIndexWriterConfig().setSoftDeletesField("gone")))) {
      NumericDocValuesField gone = new NumericDocValuesField("gone", 1);
      writer.softUpdateDocument(id, document(text, type(PassageLayout.FLAT)), gone);
      writer.softUpdateDocument(
          id, document(new Text("a", "winter", "", "red", 0), type(PassageLayout.FLAT)), gone);
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        assertEquals(1, reader.numDocs());
      }
      PassageFieldType block = type(PassageLayout.BLOCK);
      Document document = new Document();
      document.add(new StringField("id", "b", Field.Store.NO));
      document.add(new PassageField("other", text.body(), block));
      expectThrows(
          UnsupportedOperationException.class,
          () -> writer.softUpdateDocument(new Term("id", "b"), document, gone));
    }
  }

  public void testAPlainWriterRefusesALongText() throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer = new IndexWriter(directory, newIndexWriterConfig())) {
      Text text = new Text("id1", "green river ".repeat(20), "", "red", 0);
      Document document = document(text, type(PassageLayout.BLOCK));
      IllegalStateException e =
          expectThrows(IllegalStateException.class, () -> writer.addDocument(document));
      assertTrue(e.getMessage(), e.getMessage().contains("SemanticIndexWriter"));
      writer.addDocuments(PassageDocuments.expand(document));
      texts.put("id1", text);
      try (DirectoryReader reader = DirectoryReader.open(writer)) {
        check(reader, PassageLayout.BLOCK);
      }
    }
  }

  public void testADocumentNeedsItsId() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      Document document = new Document();
      document.add(new PassageField("body", "green river", type(layout)));
      IllegalArgumentException e =
          expectThrows(IllegalArgumentException.class, () -> PassageDocuments.expand(document));
      assertTrue(e.getMessage(), e.getMessage().contains("'id'"));
    }
  }

  public void testDeletingWhatLacksSomethingLeavesThePassagesOfOthers() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      for (int i = 0; i < 9; i++) {
        Text text = new Text("id" + i, randomWords(30), "", i % 2 == 0 ? "red" : "blue", 0);
        writer.addDocument(document(text, type(PassageLayout.BLOCK)));
        if (i % 2 == 0) {
          texts.put(text.id(), text);
        }
      }
      writer.deleteDocuments(
          new BooleanQuery.Builder()
              .add(matchAll(), Occur.MUST)
              .add(new TermQuery(new Term("colour", "red")), Occur.MUST_NOT)
              .build());
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        check(reader, PassageLayout.BLOCK);
      }
    }
  }

  public void testDeletingEverythingDeletesPassages() throws IOException {
    try (Directory directory = newDirectory();
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
      writer.addDocument(
          document(new Text("a", "green river", "", "red", 0), type(PassageLayout.BLOCK)));
      writer.deleteDocuments(matchAll());
      assertEquals(0, writer.getDocStats().numDocs);
    }
  }

  @SuppressWarnings("deprecation") // the constant that replaces it is missing in 10.3
  private static Query matchAll() {
    return new MatchAllDocsQuery();
  }

  public void testAParagraphThatManyDocumentsHaveHidesNoOthers() throws IOException {
    WordTokens model = new WordTokens("model-b", 32, 64, 1);
    for (PassageLayout layout : PassageLayout.values()) {
      PassageFieldType type =
          new PassageFieldType(
              new PassageSplitter(model).withSize(12).withOverlap(0), layout, "id");
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(
                      directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec())))) {
        for (int i = 0; i < 500; i++) {
          StringBuilder text = new StringBuilder("all rights are reserved by us for ever more\n\n");
          for (int word = 0; word < 9; word++) {
            text.append('w').append(random().nextInt(5000)).append(' ');
          }
          // Without a title, which would be in front of it.
          Document document = new Document();
          document.add(new StringField("id", "id" + i, Field.Store.YES));
          document.add(new PassageField("body", text.toString(), type));
          writer.addDocument(document);
        }
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          PassageSearch search = new PassageSearch(newSearcher(reader), "body", model);
          for (int i = 0; i < 20; i++) {
            String question = "w" + i + " w" + (i + 1);
            List<PassageHit> all = search.search(question, 500);
            assertEquals(500, all.size());
            assertEquals(scores(all.subList(0, 10)), scores(search.search(question, 10)));
          }
        }
      }
    }
  }

  private static List<Float> scores(List<PassageHit> hits) {
    return hits.stream().map(PassageHit::score).toList();
  }

  public void testWhatWasFoundBeforeTheTimeIsOverIsKept() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        for (int i = 0; i < 300; i++) {
          writer.addDocument(
              document(
                  new Text("id" + i % 3 + (i / 100), randomWords(40), "", "red", 0), type(layout)));
        }
        // Lucene searches some of several segments twice, and then forgets what was found before.
        writer.forceMerge(1);
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          IndexSearcher searcher = new IndexSearcher(reader);
          PassageSearch search = new PassageSearch(searcher, "body", embedder);
          int most = 0;
          for (int checks = 0; checks < 4000; checks = checks * 5 / 4 + 1) {
            AtomicInteger left = new AtomicInteger(checks);
            searcher.setTimeout(() -> left.decrementAndGet() < 0);
            List<PassageHit> hits = search.search("green river", 400);
            for (int i = 1; i < hits.size(); i++) {
              assertTrue(hits.get(i - 1).score() >= hits.get(i).score());
            }
            assertTrue(hits.size() + " after " + most, hits.size() >= most);
            most = hits.size();
          }
        }
      }
    }
  }

  public void testWhereAnIndexSortsDocumentsWithPassagesComeOneByOne() throws IOException {
    Sort sort = new Sort(new SortField("rank", SortField.Type.LONG));
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(
                      directory,
                      newIndexWriterConfig().setIndexSort(sort).setParentField("parent")))) {
        List<Document> two = new ArrayList<>();
        for (String id : List.of("a", "b")) {
          Document document = document(new Text(id, randomWords(40), "", "red", 0), type(layout));
          document.add(new NumericDocValuesField("rank", random().nextInt(5)));
          two.add(document);
        }
        expectThrows(IllegalArgumentException.class, () -> writer.addDocuments(two));
        writer.addEach(two);
        assertEquals(2, countParents(writer));
      }
    }
  }

  private static int countParents(SemanticIndexWriter writer) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      IndexSearcher searcher = newSearcher(reader);
      return Math.min(1, searcher.count(new TermQuery(new Term("id", "a"))))
          + Math.min(1, searcher.count(new TermQuery(new Term("id", "b"))));
    }
  }

  public void testADeletedPassageWithoutAVectorHidesNoVectorWithoutAPassage() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      PassageFieldType type = type(layout);
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(
                  new IndexWriter(
                      directory, newIndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE)),
                  SemanticIndexOptions.defaults()
                      .withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR))) {
        writer.addDocument(document(new Text("a", "green river", "", "red", 0), type));
        Document plain = new Document();
        plain.add(new StringField("id", "plain", Field.Store.YES));
        plain.add(new SemanticField("body", "river green", new SemanticFieldType(embedder)));
        writer.addDocument(plain);
        embedder.broken = true;
        writer.addDocument(document(new Text("b", "song of winter", "", "red", 0), type));
        embedder.broken = false;
        writer.forceMerge(1);
        writer.deleteDocuments(new Term("id", "b"));
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          List<PassageHit> hits =
              new PassageSearch(newSearcher(reader), "body", embedder).search("green river", 5);
          assertEquals(List.of("a"), hits.stream().map(PassageHit::parent).toList());
        }
      }
    }
  }

  public void testNothingIsSearchedOnceTheTimeIsOver() throws IOException {
    for (PassageLayout layout : PassageLayout.values()) {
      try (Directory directory = newDirectory();
          SemanticIndexWriter writer =
              new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        for (int i = 0; i < 30; i++) {
          writer.addDocument(
              document(new Text("id" + i, randomWords(40), "", "red", 0), type(layout)));
        }
        try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
          IndexSearcher searcher = new IndexSearcher(reader);
          PassageSearch search = new PassageSearch(searcher, "body", embedder);
          assertEquals(30, search.search("green river", 40).size());
          searcher.setTimeout(() -> true);
          assertEquals(List.of(), search.search("green river", 40));
        }
      }
    }
  }
}
