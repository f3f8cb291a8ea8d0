package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.document.PartialAddException;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.tests.util.LuceneTestCase;

public class TestPassageIndex extends LuceneTestCase {
  private static final List<Passage> PASSAGES =
      List.of(
          new Passage(
              "1", "Writer#close()", "Writer close", "Closes the writer and frees its files."),
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
      PassageSearch search = new PassageSearch(index, embedder);
      for (Answer answer :
          List.of(
              search.byWords("closing files", 2),
              search.byMeaning("Writer closes the writer", 2))) {
        Answer.Hit first = answer.hits().getFirst();
        assertEquals("Writer#close()", first.title());
        assertEquals("Closes the writer and frees its files.", first.text());
      }
      assertEquals(2, search.byMeaning("anything", 2).hits().size());
      assertEquals(List.of(), search.byWords("unknown", 2).hits());
    }
    String progress = shown.toString(StandardCharsets.UTF_8);
    assertTrue(progress, progress.contains("100%"));
    assertTrue(progress, progress.contains("3/3 passages"));
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
      PassageSearch search = new PassageSearch(index, embedder);
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
        search.byWords(question, 5);
        assertEquals(3, search.byMeaning(question, 5).hits().size());
      }
      assertEquals("Reader", search.byWords("reader) AND", 5).hits().getFirst().title());
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
