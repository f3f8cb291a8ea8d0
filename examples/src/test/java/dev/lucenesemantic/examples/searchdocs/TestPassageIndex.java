package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.document.PartialAddException;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestPassageIndex extends LuceneTestCase {
  private static final List<Passage> PASSAGES =
      List.of(
          new Passage(
              "1", "Writer#close()", "Writer closeNow", "Closes the writer and frees its files."),
          new Passage("2", "Reader", "Reader", "Reads an index."),
          new Passage("3", "package org", "org", "Everything else."));

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);

  private record Texts(String fingerprint, List<Passage> list) implements Corpus {
    @Override
    public String name() {
      return "texts";
    }

    @Override
    public String slug() {
      return "texts";
    }

    @Override
    public long count(PrintStream notes) {
      return list.size();
    }

    @Override
    public Stream<Passage> passages() {
      return list.stream();
    }
  }

  private static PairScorer scorer(ToDoubleFunction<TextPair> score) {
    return new PairScorer() {
      @Override
      public float[] predict(List<TextPair> pairs) {
        float[] scores = new float[pairs.size()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = (float) score.applyAsDouble(pairs.get(i));
        }
        return scores;
      }

      @Override
      public void close() {}
    };
  }

  private static Optional<PassageIndex> open(Path folder, Corpus corpus, TextEmbedder embedder)
      throws IOException {
    return PassageIndex.open(folder, PassageIndex.origin(corpus, embedder));
  }

  private void build(Path folder, Corpus corpus, TextEmbedder embedder) throws Exception {
    new PassageIndexBuilder(embedder, out, random().nextBoolean())
        .build(corpus, corpus.count(out), folder);
  }

  public void testAnswersByWordsAndByMeaning() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    build(folder, corpus, embedder);
    try (PassageIndex index = open(folder, corpus, embedder).orElseThrow()) {
      assertEquals(3, index.reader().numDocs());
      PassageSearch search = new PassageSearch(index, embedder, Optional.empty());
      List<Answer> answers = search.answers("closes the writer and files", 2);
      assertEquals(List.of("BM25", "Semantic"), answers.stream().map(Answer::method).toList());
      for (Answer answer : answers) {
        Answer.Hit first = answer.hits().getFirst();
        assertEquals("Writer#close()", first.title());
        assertEquals("Closes the writer and frees its files.", first.text());
      }
      List<Answer> unknown = search.answers("unknown", 2);
      assertEquals(List.of(), unknown.getFirst().hits());
      assertEquals("no passage has any of these words", unknown.getFirst().whyNone());
      assertEquals(2, unknown.getLast().hits().size());
    }
    String progress = shown.toString(StandardCharsets.UTF_8);
    assertTrue(progress, progress.contains("100%"));
    assertTrue(progress, progress.contains("3/3 passages"));
  }

  public void testTheRerankerReadsWhatTheEmbedderReadAndChooses() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    build(folder, corpus, embedder);
    List<String> read = new ArrayList<>();
    PairScorer reranker =
        scorer(
            pair -> {
              read.add(pair.document());
              // So much that the first stage's score does not count.
              return pair.document().startsWith("Everything") ? 1_000 : read.size();
            });
    try (PassageIndex index = open(folder, corpus, embedder).orElseThrow()) {
      PassageSearch search = new PassageSearch(index, embedder, Optional.of(reranker));
      List<Answer> answers = search.answers("closes the writer and files", 1);
      assertEquals(3, answers.size());
      assertEquals("Writer#close()", answers.get(1).hits().getFirst().title());
      assertEquals("package org", answers.get(2).hits().getFirst().title());
      assertEquals(1, answers.get(2).hits().size());
    }
    assertEquals(Set.copyOf(embedder.documents), Set.copyOf(read));
    assertTrue(
        read.toString(), read.contains("Closes the writer and frees its files.\nWriter close Now"));
  }

  public void testSaysWhyTheRerankerHasNoAnswer() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    build(folder, corpus, embedder);
    PairScorer reranker =
        scorer(
            pair -> {
              throw new IllegalArgumentException("shorten the query");
            });
    try (PassageIndex index = open(folder, corpus, embedder).orElseThrow()) {
      Answer answer =
          new PassageSearch(index, embedder, Optional.of(reranker)).answers("x", 1).get(2);
      assertEquals(List.of(), answer.hits());
      assertEquals("shorten the query", answer.whyNone());
    }
  }

  public void testAnyModelNameMakesAFolder() {
    Corpus corpus = new Texts("a", PASSAGES);
    for (String name :
        new String[] {"all-MiniLM-L6-v2", "../up", "a\\b:c*\u0000", "x".repeat(999)}) {
      String folder = PassageIndex.folderName(corpus, new WordEmbedder(name));
      assertTrue(folder, folder.matches("texts\\.[A-Za-z0-9_-]{1,40}"));
    }
    assertEquals(
        "texts.all-MiniLM-L6-v2",
        PassageIndex.folderName(corpus, new WordEmbedder("all-MiniLM-L6-v2")));
  }

  public void testAnswersWhateverIsTyped() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    build(folder, corpus, embedder);
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      words.append("word").append(i).append(' ');
    }
    try (PassageIndex index = open(folder, corpus, embedder).orElseThrow()) {
      PassageSearch search = new PassageSearch(index, embedder, Optional.of(scorer(pair -> 0)));
      for (String question :
          new String[] {
            "\"unbalanced (quote [and +bracket \\",
            "reader AND OR NOT *:* ?~2^",
            "\ud83d\ude00 \ud83d\udd0e",
            "\ud800 lonely surrogate",
            "the of a",
            "",
            "\u0000\u0007",
            words.toString(),
            "x".repeat(100_000)
          }) {
        List<Answer> answers = search.answers(question, 5);
        assertEquals(3, answers.get(1).hits().size());
        assertEquals(3, answers.get(2).hits().size());
      }
      Answer byWords = search.answers("reader) AND", 5).getFirst();
      assertEquals("Reader", byWords.hits().getFirst().title());
    }
  }

  public void testIsUsedAgainOnlyForTheSameTextAndModel() throws Exception {
    Path folder = createTempDir().resolve("index");
    WordEmbedder embedder = new WordEmbedder("m");
    assertFalse(open(folder, new Texts("a", PASSAGES), embedder).isPresent());
    build(folder, new Texts("a", PASSAGES), embedder);
    assertFalse(open(folder, new Texts("b", PASSAGES), embedder).isPresent());
    assertFalse(open(folder, new Texts("a", PASSAGES), new WordEmbedder("n")).isPresent());
    open(folder, new Texts("a", PASSAGES), embedder).orElseThrow().close();
    // A build replaces what is there.
    build(folder, new Texts("b", PASSAGES.subList(0, 1)), embedder);
    try (PassageIndex index =
        open(folder, new Texts("b", PASSAGES.subList(0, 1)), embedder).orElseThrow()) {
      assertEquals(1, index.reader().numDocs());
    }
  }

  public void testAHalfBuiltIndexIsNeverUsed() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    embedder.failAfter = 1;
    expectThrows(PartialAddException.class, () -> build(folder, corpus, embedder));
    assertFalse(Files.exists(folder));
    assertFalse(open(folder, corpus, embedder).isPresent());
    embedder.failAfter = Integer.MAX_VALUE;
    build(folder, corpus, embedder);
    try (PassageIndex index = open(folder, corpus, embedder).orElseThrow()) {
      assertEquals(3, index.reader().numDocs());
    }
  }

  public void testADamagedIndexIsBuiltAgain() throws Exception {
    Path folder = createTempDir().resolve("index");
    Corpus corpus = new Texts("a", PASSAGES);
    WordEmbedder embedder = new WordEmbedder("m");
    build(folder, corpus, embedder);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    assertFalse(open(folder, corpus, embedder).isPresent());
    build(folder, corpus, embedder);
    open(folder, corpus, embedder).orElseThrow().close();
  }

  public void testTwoBuildersDoNotMeet() throws Exception {
    Path folder = createTempDir().resolve("index");
    Path building = folder.resolveSibling("index.building");
    try (Directory directory = FSDirectory.open(building);
        Lock lock = directory.obtainLock("write.lock")) {
      lock.ensureValid();
      Refusal refusal =
          expectThrows(
              Refusal.class, () -> build(folder, new Texts("a", PASSAGES), new WordEmbedder("m")));
      assertTrue(refusal.getMessage(), refusal.getMessage().contains("Another run"));
    }
  }
}
