package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints how near texts are to each other. */
@Command(
    name = "similarity",
    description = {
      "Print how similar two or more texts are, each to each, by the function that the model is"
          + " made for.",
      "Texts come from the arguments, from --file, or from standard input, a line each."
    })
final class SimilarityCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;
  @Mixin private Texts texts;

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> arguments = List.of();

  SimilarityCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelReference reference = new ModelFinder(surroundings.hub().get()).find(model);
    List<String> compared = texts.read(arguments, surroundings);
    if (compared.size() < 2) {
      throw new Refusal(
          arguments.isEmpty() ? ExitCode.BAD_INPUT : ExitCode.WRONG_USE,
          "there is one text only; a similarity needs two or more");
    }
    try (LoadedModel loaded = LoadedModel.load(reference, model.options())) {
      SentenceTransformer encoder = LoadedModel.requireEncoder(loaded, "similarity");
      float[][] vectors = encode(encoder, compared).toArray(float[][]::new);
      float[][] matrix = encoder.similarity().matrix(vectors, vectors);
      if (common.json) {
        printJson(encoder, compared, matrix);
      } else {
        print(compared, matrix);
      }
      return ExitCode.FINE;
    }
  }

  private static List<float[]> encode(SentenceTransformer encoder, List<String> compared) {
    try {
      return encoder.encode(compared);
    } catch (IllegalArgumentException e) {
      // Queries and documents of a model with a router go different ways.
      throw new Refusal(ExitCode.WRONG_USE, e.getMessage() + "; rank compares across them", e);
    }
  }

  private void printJson(SentenceTransformer encoder, List<String> compared, float[][] matrix) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", encoder.modelName());
    result.put("function", encoder.similarity().name().toLowerCase(Locale.ROOT));
    result.put("texts", compared);
    List<List<Float>> rows = new ArrayList<>();
    for (float[] row : matrix) {
      rows.add(Json.numbers(row));
    }
    result.put("similarities", rows);
    Json.print(surroundings.out(), result);
  }

  private void print(List<String> compared, float[][] matrix) {
    PrintStream out = surroundings.out();
    int width = 0;
    for (float[] row : matrix) {
      for (float similarity : row) {
        width = Math.max(width, Words.score(similarity).length());
      }
    }
    for (int i = 0; i < matrix.length; i++) {
      StringBuilder line = new StringBuilder();
      for (float similarity : matrix[i]) {
        String score = Words.score(similarity);
        line.append("  ").append(" ".repeat(width - score.length())).append(score);
      }
      out.println(line + "  " + Words.excerpt(compared.get(i)));
    }
  }
}
