package dev.lucenesemantic.examples;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.examples.searchdocs.Corpus;
import dev.lucenesemantic.examples.searchdocs.LuceneApiDocs;
import dev.lucenesemantic.examples.searchdocs.PassageIndex;
import dev.lucenesemantic.examples.searchdocs.PassageIndexBuilder;
import dev.lucenesemantic.examples.searchdocs.PassageSearch;
import dev.lucenesemantic.examples.searchdocs.PlainText;
import dev.lucenesemantic.examples.searchdocs.Refusal;
import dev.lucenesemantic.examples.searchdocs.Settings;
import dev.lucenesemantic.examples.searchdocs.SideBySide;
import dev.lucenesemantic.examples.searchdocs.TextFolder;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.rerank.BundledReranker;
import dev.lucenesemantic.rerank.CrossEncoder;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Searches Lucene's own API documentation by words, by meaning, and by meaning with a reranker
 * behind it, side by side.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec
 * mvn -q -pl examples -am process-classes exec:exec -Dquery="how do I merge two indexes"
 * }</pre>
 *
 * <p>The first run builds the index, the next ones use it. {@code -Dfolder=DIR} takes the text,
 * Markdown and HTML files of a folder instead of the documentation, {@code -Dmodel=} another {@link
 * BundledModel} or a model folder, {@code -Dreranker=} the folder of another cross-encoder or
 * {@code none}, {@code -Dk=} shows more or fewer hits, and {@code -Drebuild=true} builds the index
 * again.
 */
public final class SearchDocs {
  static final BundledModel DEFAULT_MODEL = BundledModel.ALL_MINILM_L6_V2_INT8;
  static final BundledReranker DEFAULT_RERANKER = BundledReranker.DEFAULT;

  static final List<String> QUESTIONS =
      List.of(
          "stop a search that takes too long",
          "how do I get the next page of results?",
          "search for all terms that start with some letters",
          "find places within ten kilometres of here",
          "combine the results of several searches into one list");

  private static final String COMMAND = "mvn -q -pl examples -am process-classes exec:exec";

  private final Settings settings;
  private final PrintStream out;
  private final boolean terminal;

  SearchDocs(Settings settings, PrintStream out, boolean terminal) {
    this.settings = settings;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs the program.
   *
   * @param args none: the settings are system properties
   */
  public static void main(String[] args) {
    System.exit(run(System.getProperties(), System.out, System.err, isTerminal()));
  }

  // The build starts the program with jdk.console=java.base, so that null means: no terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    return System.console() != null;
  }

  static int run(Properties properties, PrintStream out, PrintStream err, boolean terminal) {
    try {
      new SearchDocs(Settings.of(properties), out, terminal).run();
      return 0;
    } catch (Refusal | ModelException e) {
      err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      err.println("Cannot read or write: " + e);
      return 1;
    } catch (UncheckedIOException e) {
      err.println("Cannot read or write: " + e.getCause());
      return 1;
    }
  }

  private void run() throws IOException, Refusal {
    long start = System.nanoTime();
    Corpus corpus =
        settings.folder().isPresent()
            ? TextFolder.of(settings.folder().get())
            : LuceneApiDocs.onClassPath();
    // A reranker that is null is none, and is not closed.
    try (SentenceTransformer model = load(settings.model());
        CrossEncoder reranker = reranks() ? loadReranker(settings.reranker()) : null;
        PassageIndex index = openOrBuild(corpus, model)) {
      PassageSearch search = new PassageSearch(index, model, Optional.ofNullable(reranker));
      // The first search loads classes, which would count for the method that goes first.
      search.answers("warm up", 1);
      out.printf(
          Locale.ROOT,
          "%s: %,d passages, %s; ready after %.1f s%n",
          corpus.name(),
          index.reader().numDocs(),
          reranker == null
              ? PlainText.oneLine(model.modelName())
              : PlainText.oneLine(model.modelName() + ", " + reranker.modelName()),
          (System.nanoTime() - start) / 1e9);
      for (String question : questions()) {
        answer(question, search, model);
      }
    }
    suggest();
  }

  private static SentenceTransformer load(Optional<String> model) throws Refusal {
    if (model.isEmpty()) {
      return SentenceTransformer.load(DEFAULT_MODEL);
    }
    for (BundledModel bundled : BundledModel.values()) {
      if (bundled.name().equals(model.get())) {
        return SentenceTransformer.load(bundled);
      }
      // The build brings the weights for the name as it is written in its profile.
      if (bundled.name().equalsIgnoreCase(model.get())) {
        throw new Refusal("The model's name is in upper case: -Dmodel=" + bundled.name());
      }
    }
    try {
      return SentenceTransformer.load(model.get());
    } catch (ModelException e) {
      throw new Refusal(
          e.getMessage() + "; bundled models are " + Arrays.toString(BundledModel.values()), e);
    }
  }

  private boolean reranks() {
    return !settings.reranker().equals(Optional.of("none"));
  }

  private static CrossEncoder loadReranker(Optional<String> reranker) throws Refusal {
    String name = reranker.orElse(DEFAULT_RERANKER.name());
    CrossEncoder model;
    try {
      model =
          name.equals(DEFAULT_RERANKER.name())
              ? CrossEncoder.load(DEFAULT_RERANKER)
              : CrossEncoder.load(name);
    } catch (ModelException e) {
      throw new Refusal(
          e.getMessage()
              + "; bundled is "
              + Arrays.toString(BundledReranker.values())
              + "; or search without a reranker: -Dreranker=none",
          e);
    }
    if (model.labels() != 1) {
      model.close();
      throw new Refusal(
          "A reranker gives a passage one score, and "
              + PlainText.oneLine(name)
              + " gives "
              + model.labels());
    }
    return model;
  }

  private PassageIndex openOrBuild(Corpus corpus, SentenceTransformer model)
      throws IOException, Refusal {
    Path folder = settings.indexes().resolve(PassageIndex.folderName(corpus, model));
    Map<String, String> origin = PassageIndex.origin(corpus, model);
    Optional<PassageIndex> kept =
        settings.rebuild() ? Optional.empty() : PassageIndex.open(folder, origin);
    if (kept.isPresent()) {
      return kept.get();
    }
    build(corpus, model, folder);
    return PassageIndex.open(folder, origin)
        .orElseThrow(() -> new Refusal(corpus.name() + " changes while it is read: try again"));
  }

  private void build(Corpus corpus, SentenceTransformer model, Path folder)
      throws IOException, Refusal {
    out.println("Reading " + corpus.name());
    long passages = corpus.count(out);
    if (passages == 0) {
      throw new Refusal(
          "There is no text in " + corpus.name() + ": no .txt, .md or .html file that can be read");
    }
    long start = System.nanoTime();
    new PassageIndexBuilder(model, out, terminal).build(corpus, passages, folder);
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT,
        "Indexed %,d passages in %.1f s, %.0f passages/s%n",
        passages,
        seconds,
        passages / seconds);
    if (model.truncatedTexts() > 0) {
      out.printf(
          Locale.ROOT,
          "Of %,d passages the model reads the first %d tokens only%n",
          model.truncatedTexts(),
          model.maxSequenceLength());
    }
    // On a line of its own, as a path can be of any length and is there to be copied.
    out.println("The index is kept in");
    out.println("  " + folder);
  }

  private List<String> questions() {
    if (settings.query().isPresent()) {
      return List.of(settings.query().get());
    }
    return settings.folder().isPresent() ? List.of() : QUESTIONS;
  }

  private void answer(String question, PassageSearch search, SentenceTransformer model)
      throws IOException {
    long truncated = model.truncatedTexts();
    SideBySide layout = new SideBySide(settings.query().isPresent() ? 5 : 3);
    out.println();
    layout.lines(question, search.answers(question, settings.k())).forEach(out::println);
    if (model.truncatedTexts() > truncated) {
      out.printf(
          Locale.ROOT,
          "The question is long: the model read its first %d tokens, BM25 at most %,d of its words%n",
          model.maxSequenceLength(),
          PassageSearch.MAX_WORDS);
    }
  }

  private void suggest() {
    out.println();
    if (questions().size() > 1) {
      out.println(
          "BM25 is good where a question has the words of the text, semantic search where it");
      out.println(
          "has others. The scores are of different kinds: compare them within a column only.");
      if (reranks()) {
        out.println(
            "The reranker reads the question together with each of the "
                + PassageSearch.RERANKED
                + " passages that semantic");
        out.println("search finds first, to bring up those that answer it.");
      }
      out.println();
    }
    out.println("What next? After " + COMMAND);
    out.println("  -Dquery=\"how do I ...\"   asks your own question");
    out.println("  -Dfolder=DIR             searches your own .txt, .md and .html files");
    out.println("  -Dexample=IndexAndSearch shows how it is done; and SentenceSimilarity,");
    out.println("                           ParserExample, FilterAndHybrid, RerankExistingSearch");
  }
}
