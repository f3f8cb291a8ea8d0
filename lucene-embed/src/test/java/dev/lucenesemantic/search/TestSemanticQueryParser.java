package dev.lucenesemantic.search;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.analysis.MockAnalyzer;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestSemanticQueryParser extends LuceneTestCase {
  private final FakeEmbedder embedder = new FakeEmbedder("model-a", 16);
  private final FakeEmbedder titleEmbedder = new FakeEmbedder("model-b", 16);
  private final Map<String, TextEmbedder> embedders =
      Map.of("body_vector", embedder, "title_vector", titleEmbedder);

  // One text, one query

  public void testAWord() throws ParseException {
    assertParses(semantic("London"), "body_vector:London");
    assertParses(semantic("London"), "body_vector:(London)");
    assertParses(semantic("42"), "body_vector:42");
  }

  public void testAPhrase() throws ParseException {
    assertParses(
        semantic("population of the capital"), "body_vector:\"population of the capital\"");
  }

  public void testWordsInParentheses() throws ParseException {
    assertParses(
        semantic("How Many people live in London"), "body_vector:(How Many people live in London)");
    assertParses(semantic("how many"), "body_vector:(  how \t many  )");
  }

  public void testWordsNumbersAndPhrasesInParentheses() throws ParseException {
    assertParses(
        semantic("how many people lived in New York in 1900"),
        "body_vector:(how many people lived in \"New York\" in 1900)");
    assertParses(semantic("New York people"), "body_vector:(\"New York\" people)");
    assertParses(semantic("New York how many"), "body_vector:(\"New York\" \"how many\")");
    assertParses(
        semantic("C++ don't state-of-the-art, i.e. 3.5 %"),
        "body_vector:(C++ don't state-of-the-art, i.e. 3.5 %)");
    assertParses(semantic("cats - and dogs"), "body_vector:(cats - and dogs)");
  }

  public void testTheTextIsNotAnalyzed() throws ParseException {
    assertParses(semantic("The Capital, of Hungary!"), "body_vector:\"The Capital, of Hungary!\"");
    assertParses(semantic("who wrote this?"), "body_vector:\"who wrote this?\"");
    assertParses(semantic("f* [a TO b] x~2 /r/"), "body_vector:\"f* [a TO b] x~2 /r/\"");
  }

  public void testEscapesAreRemoved() throws ParseException {
    assertParses(semantic("who wrote this?"), "body_vector:(who wrote this\\?)");
    assertParses(semantic("a\"b"), "body_vector:\"a\\\"b\"");
    assertParses(semantic("a\"b c\\d"), "body_vector:(a\\\"b \"c\\\\d\")");
    assertParses(semantic("AB"), "body_vector:\\u0041\\u0042");
    String text = "what is (a+b)*c: \"x\" || [y] && z^2~?";
    assertParses(semantic(text), "body_vector:(" + QueryParser.escape(text) + ")");
    assertParses(semantic(text), "body_vector:\"" + QueryParser.escape(text) + "\"");
    assertParses(semantic("how many"), "body\\_vector:(how \"many\")");
  }

  public void testSplittingOnWhitespaceDoesNotTouchTheText() throws ParseException {
    SemanticQueryParser parser = parser("body");
    parser.setSplitOnWhitespace(true);
    assertEquals(semantic("how many people"), parser.parse("body_vector:(how many people)"));
    parser.setAutoGeneratePhraseQueries(true);
    assertEquals(semantic("how many people"), parser.parse("body_vector:(how many people)"));
  }

  public void testTheDefaultFieldMayBeSemantic() throws ParseException {
    SemanticQueryParser parser = parser("body_vector");
    for (boolean split : new boolean[] {false, true}) {
      parser.setSplitOnWhitespace(split);
      assertEquals(semantic("London"), parser.parse("London"));
      assertEquals(
          semantic("how many people live in London"),
          parser.parse("how many people live in London"));
      assertEquals(semantic("how many people"), parser.parse("\"how many people\""));
      assertEquals(
          semantic("how many New York people"), parser.parse("how many \"New York\" people"));
      BooleanQuery query = (BooleanQuery) parser.parse("how many people +body:london");
      assertEquals(2, query.clauses().size());
      assertEquals(semantic("how many people"), query.clauses().get(0).query());
      assertEquals(Occur.MUST, query.clauses().get(1).occur());
      assertEquals("body:london", query.clauses().get(1).query().toString());
    }
  }

  public void testANamedFieldBindsOneWordOnly() throws ParseException {
    BooleanQuery query = (BooleanQuery) parser("body").parse("body_vector:how many people");
    assertEquals(semantic("how"), query.clauses().get(0).query());
    // Versions differ in whether the words of the default field are a group of their own.
    assertEquals(
        semantic("how") + " body:many body:people",
        query.toString().replace("(", "").replace(")", ""));
  }

  public void testTwoTextsAreTwoQueries() throws ParseException {
    BooleanQuery query =
        (BooleanQuery) parser("body").parse("body_vector:(a b) body_vector:\"c d\" title_vector:e");
    assertEquals(3, query.clauses().size());
    assertEquals(semantic("a b"), query.clauses().get(0).query());
    assertEquals(semantic("c d"), query.clauses().get(1).query());
    assertEquals(
        new SemanticQuery("title_vector", "e", 100, titleEmbedder), query.clauses().get(2).query());
  }

  // Together with other clauses

  public void testMixedWithLexicalClausesAndBoosts() throws ParseException {
    BooleanQuery query =
        (BooleanQuery)
            parser("body").parse("+body:london +body_vector:\"population of the capital\"^2");
    assertEquals(2, query.clauses().size());
    assertEquals(Occur.MUST, query.clauses().get(0).occur());
    assertEquals("body:london", query.clauses().get(0).query().toString());
    assertEquals(Occur.MUST, query.clauses().get(1).occur());
    assertEquals(
        new BoostQuery(semantic("population of the capital"), 2), query.clauses().get(1).query());
  }

  public void testBoosts() throws ParseException {
    assertParses(new BoostQuery(semantic("a b"), 2.5f), "body_vector:(a b)^2.5");
    assertParses(new BoostQuery(semantic("a"), 2), "body_vector:a^2");
    assertParses(new BoostQuery(semantic("a b"), 2), "body_vector:(a \"b\")^2");
  }

  public void testOperatorsKeepTheirMeaning() throws ParseException {
    assertParses(
        new BooleanQuery.Builder()
            .add(semantic("a"), Occur.MUST)
            .add(semantic("b"), Occur.MUST)
            .build(),
        "body_vector:(a AND b)");
    assertParses(
        new BooleanQuery.Builder()
            .add(semantic("a b"), Occur.SHOULD)
            .add(semantic("c"), Occur.MUST)
            .add(semantic("d"), Occur.MUST)
            .add(semantic("e f"), Occur.SHOULD)
            .build(),
        "body_vector:(a b c AND d e f)");
    assertParses(
        new BooleanQuery.Builder()
            .add(semantic("a b"), Occur.SHOULD)
            .add(semantic("c"), Occur.MUST_NOT)
            .build(),
        "body_vector:(a b) -body_vector:c");
    assertParses(
        new BooleanQuery.Builder()
            .add(semantic("a"), Occur.MUST)
            .add(new BoostQuery(semantic("b"), 2), Occur.SHOULD)
            .build(),
        "body_vector:(+a b^2)");
    assertParses(
        new BooleanQuery.Builder()
            .add(semantic("a b"), Occur.SHOULD)
            .add(semantic("c d"), Occur.SHOULD)
            .build(),
        "body_vector:((a b) (c d))");
    SemanticQueryParser and = parser("body");
    and.setDefaultOperator(QueryParser.Operator.AND);
    assertEquals(semantic("a b c"), and.parse("body_vector:(a b \"c\")"));
  }

  public void testAFieldInsideAGroupOfAnother() throws ParseException {
    BooleanQuery query =
        (BooleanQuery) parser("body").parse("body:(x body_vector:(a \"b\") y) body_vector:(c d)");
    BooleanQuery group = (BooleanQuery) query.clauses().get(0).query();
    assertEquals("body:x", group.clauses().get(0).query().toString());
    assertEquals(semantic("a b"), group.clauses().get(1).query());
    assertEquals("body:y", group.clauses().get(2).query().toString());
    assertEquals(semantic("c d"), query.clauses().get(1).query());
    query = (BooleanQuery) parser("body").parse("body_vector:(a b body:\"c d\" \"e\" f)");
    assertEquals(semantic("a b"), query.clauses().get(0).query());
    assertEquals("body:\"c d\"", query.clauses().get(1).query().toString());
    assertEquals(semantic("e f"), query.clauses().get(2).query());
  }

  public void testOtherFieldsAreParsedAsByTheSuperclass() throws ParseException {
    MockAnalyzer analyzer = new MockAnalyzer(random());
    QueryParser classic = new QueryParser("body", analyzer);
    SemanticQueryParser parser = new SemanticQueryParser("body", analyzer, embedders);
    classic.setAllowLeadingWildcard(true);
    parser.setAllowLeadingWildcard(true);
    for (String query :
        List.of(
            "a",
            "a b c",
            "\"a b\" c \"d e\"~3 f~ g~1^2",
            "title:(a b \"c\") +d -e",
            "a* b?c *:* title:*",
            "[a TO b] {c TO d]",
            "/a.c/",
            "a AND b OR NOT c",
            "(a (b \"c d\") e)^3",
            "a - b + c")) {
      assertEquals(query, classic.parse(query), parser.parse(query));
    }
  }

  // What does not go

  public void testWhatOnlyTermsCanDoIsAParseError() {
    for (String query :
        List.of(
            "body_vector:pop*",
            "body_vector:p*p",
            "body_vector:pop?lation",
            "body_vector:(how many people live in London?)",
            "body_vector:*",
            "body_vector:(how many *)",
            "body_vector:population~",
            "body_vector:population~1",
            "body_vector:population~1^2",
            "body_vector:(how many population~0.5)",
            "body_vector:\"a b\"~3",
            "body_vector:\"a b\"~",
            "body_vector:\"a b\"~0",
            "body_vector:\"a b\"~0.8^2",
            "body_vector:\"a b\"^2~3",
            "body_vector:(how \"a b\"~3 many)",
            "body_vector:/pop.*/",
            "body_vector:[a TO b]",
            "body_vector:{a TO *}",
            "+body:london +body_vector:pop*")) {
      assertRefused(parser("body"), query);
      assertRefused(parser("body_vector"), query.replace("body_vector:", ""));
    }
  }

  public void testAQuestionMarkIsExplained() {
    ParseException e =
        expectThrows(
            ParseException.class,
            () -> parser("body").parse("body_vector:(how many people live in London?)"));
    assertTrue(e.getMessage(), e.getMessage().contains("wildcards * and ?"));
    assertTrue(e.getMessage(), e.getMessage().contains("put the whole text in quotes"));
  }

  public void testSlopOfAnotherClauseIsNoMatter() throws ParseException {
    BooleanQuery query = (BooleanQuery) parser("body").parse("\"x y\"~3 body_vector:\"a b\"^2 z~1");
    assertEquals(new BoostQuery(semantic("a b"), 2), query.clauses().get(1).query());
    SemanticQueryParser parser = parser("body");
    parser.setPhraseSlop(2);
    assertEquals(semantic("a b"), parser.parse("body_vector:\"a b\""));
  }

  public void testAnEmptyTextIsAParseError() {
    for (String query :
        List.of("body_vector:\"\"", "body_vector:\"  \"", "body_vector:(\"\" \"\")")) {
      ParseException e = expectThrows(ParseException.class, () -> parser("body").parse(query));
      assertTrue(e.getMessage(), e.getMessage().contains("'body_vector'"));
      assertTrue(e.getMessage(), e.getMessage().contains("empty"));
    }
  }

  public void testBrokenSyntaxIsAParseErrorAsInTheSuperclass() {
    for (String query :
        List.of(
            "",
            "body_vector:(a b",
            "body_vector:",
            "body_vector:(a b))",
            "body_vector:()",
            "body_vector:\"a",
            "body_vector:(a b\\",
            ")",
            "body_vector:(Hello world!)",
            "a/b body_vector:(a \"b\")")) {
      expectThrows(ParseException.class, () -> parser("body").parse(query));
      // And the parser is as good as new.
      SemanticQueryParser parser = parser("body");
      expectThrows(ParseException.class, () -> parser.parse(query));
      try {
        assertEquals(semantic("a b"), parser.parse("body_vector:(a \"b\")"));
      } catch (ParseException e) {
        throw new AssertionError(e);
      }
    }
  }

  // Settings

  public void testK() throws ParseException {
    SemanticQueryParser parser = parser("body");
    assertEquals(100, parser.getK());
    parser.setK(7);
    assertEquals(7, parser.getK());
    assertEquals(7, ((SemanticQuery) parser.parse("body_vector:a")).getK());
    expectThrows(IllegalArgumentException.class, () -> parser.setK(0));
  }

  public void testTheMapIsCopied() throws ParseException {
    Map<String, TextEmbedder> mutable = new HashMap<>(embedders);
    SemanticQueryParser parser =
        new SemanticQueryParser("body", new MockAnalyzer(random()), mutable);
    mutable.clear();
    assertEquals(semantic("a"), parser.parse("body_vector:a"));
    assertEquals(
        "body_vector:a",
        new SemanticQueryParser("body", new MockAnalyzer(random()), Map.of())
            .parse("body_vector:a")
            .toString());
  }

  public void testASubclassMayMakeTheQuery() throws ParseException {
    SemanticQueryParser parser =
        new SemanticQueryParser("body", new MockAnalyzer(random()), embedders) {
          @Override
          protected Query newSemanticQuery(String field, String text, TextEmbedder embedder) {
            return new SemanticQuery(field, text, getK(), embedder).withMinSimilarity(0.5f);
          }
        };
    assertEquals(semantic("a b").withMinSimilarity(0.5f), parser.parse("body_vector:(a \"b\")"));
  }

  public void testNothingIsEncodedByParsing() throws ParseException {
    parser("body").parse("body_vector:(a b) title_vector:c");
    assertEquals(0, embedder.queryCalls.get());
  }

  public void testAParsedQueryFindsSomething() throws Exception {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      String[] bodies = {
        "people of london", "london bridge", "people of paris", "bread and butter"
      };
      for (String body : bodies) {
        Document document = new Document();
        document.add(new TextField("body", body, Field.Store.YES));
        document.add(new SemanticField("body_vector", body, new SemanticFieldType(embedder)));
        writer.addDocument(document);
      }
      try (IndexReader reader = writer.getReader()) {
        assertEquals(
            "people of london", best(reader, "+body:london +body_vector:\"how many people\"^2"));
        assertEquals("people of paris", best(reader, "-body:london body_vector:(how many people)"));
        assertEquals("london bridge", best(reader, "body_vector:bridge"));
      }
    }
  }

  private String best(IndexReader reader, String query) throws IOException, ParseException {
    IndexSearcher searcher = newSearcher(reader);
    TopDocs hits = searcher.search(parser("body").parse(query), 1);
    return reader.storedFields().document(hits.scoreDocs[0].doc).get("body");
  }

  private SemanticQueryParser parser(String defaultField) {
    return new SemanticQueryParser(defaultField, new MockAnalyzer(random()), embedders);
  }

  private SemanticQuery semantic(String text) {
    return new SemanticQuery("body_vector", text, 100, embedder);
  }

  private void assertParses(Query expected, String query) throws ParseException {
    assertEquals(expected, parser("body").parse(query));
  }

  private static void assertRefused(SemanticQueryParser parser, String query) {
    ParseException e = expectThrows(ParseException.class, () -> parser.parse(query));
    assertTrue(e.getMessage(), e.getMessage().contains("'body_vector' does not support"));
    assertTrue(e.getMessage(), e.getMessage().contains(query));
  }

  public void testStrayColonsAreParseErrors() {
    SemanticQueryParser parser =
        new SemanticQueryParser(
            "body", new MockAnalyzer(random()), Map.of("vector", new FakeEmbedder("model-a", 8)));
    for (String query :
        new String[] {":(foo)", "(:(foo))", ":", "vector::(foo)", ")", "vector:("}) {
      expectThrows(ParseException.class, () -> parser.parse(query));
    }
  }
}
