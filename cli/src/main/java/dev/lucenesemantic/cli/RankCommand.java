package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.RankedDocument;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts documents in the order of how well they answer a query. */
@Command(
    name = "rank",
    description = {
      "Put documents in the order of how well they fit a query, the best first: score, index (from"
          + " 0) and text, with tabs between them.",
      "MODEL is a cross-encoder, or a bi-encoder, whose vectors are then compared.",
      "Documents come from the arguments, from --file, or from standard input, a line each."
    })
final class RankCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;
  @Mixin private Texts texts;

  @Parameters(index = "1", paramLabel = "QUERY", description = "The query.")
  private String query;

  @Parameters(index = "2..*", paramLabel = "DOCUMENT", description = "The documents.")
  private List<String> arguments = List.of();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Print so many of them at the most.",
      defaultValue = "2147483647",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private int topK;

  RankCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (topK < 1) {
      throw new Refusal(ExitCode.WRONG_USE, "--top-k must be at least 1 and is " + topK);
    }
    Texts.requireReadable(query);
    ModelReference reference = new ModelFinder(surroundings.hub().get()).find(model);
    List<String> documents = texts.read(arguments, surroundings);
    if (documents.isEmpty()) {
      throw new Refusal(ExitCode.BAD_INPUT, "there are no documents, only blank lines");
    }
    try (LoadedModel loaded = LoadedModel.load(reference, model.options())) {
      List<RankedDocument> ranked =
          switch (loaded) {
            case LoadedModel.Reranker reranker -> rank(reranker.model(), documents);
            case LoadedModel.Encoder encoder -> rank(encoder.model(), documents);
          };
      if (common.json) {
        printJson(loaded, ranked);
      } else {
        print(ranked);
      }
      return ExitCode.FINE;
    }
  }

  private List<RankedDocument> rank(CrossEncoder reranker, List<String> documents) {
    if (reranker.labels() != 1) {
      throw new Refusal(
          ExitCode.WRONG_USE,
          reranker.modelName()
              + " gives a score for each of "
              + reranker.labelNames()
              + "; rank needs a model with one score");
    }
    try {
      return reranker.rank(query, documents, topK);
    } catch (IllegalArgumentException e) {
      // The query alone is as long as the model reads.
      throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
    }
  }

  private List<RankedDocument> rank(SentenceTransformer encoder, List<String> documents) {
    float[][] asked = {encoder.embedQuery(query)};
    float[][] vectors = encoder.embedDocuments(documents).toArray(float[][]::new);
    float[] scores = encoder.similarity().matrix(asked, vectors)[0];
    List<RankedDocument> ranked = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      ranked.add(new RankedDocument(i, scores[i], documents.get(i)));
    }
    ranked.sort(Comparator.comparingDouble(document -> -document.score()));
    return ranked.subList(0, Math.min(topK, ranked.size()));
  }

  private void printJson(LoadedModel loaded, List<RankedDocument> ranked) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", loaded.name());
    result.put("query", query);
    List<Map<String, Object>> hits = new ArrayList<>();
    for (RankedDocument document : ranked) {
      Map<String, Object> hit = new LinkedHashMap<>();
      hit.put("score", Json.numbers(new float[] {document.score()}).get(0));
      hit.put("index", document.corpusIndex());
      hit.put("text", document.text());
      hits.add(hit);
    }
    result.put("hits", hits);
    Json.print(surroundings.out(), result);
  }

  private void print(List<RankedDocument> ranked) {
    PrintStream out = surroundings.out();
    for (RankedDocument document : ranked) {
      out.println(
          Words.score(document.score())
              + "\t"
              + document.corpusIndex()
              + "\t"
              + Words.line(document.text()));
    }
  }
}
