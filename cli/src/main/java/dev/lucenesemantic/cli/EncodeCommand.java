package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the vectors of texts. */
@Command(
    name = "encode",
    description = {
      "Print the vectors of texts, a line each: components with tabs between them.",
      "Texts come from the arguments, from --file, or from standard input, a line each."
    })
final class EncodeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;
  @Mixin private Texts texts;

  @Parameters(index = "1..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> arguments = List.of();

  @ArgGroup private Road road = new Road();

  /** At most one of them. */
  private static final class Road {
    @Option(names = "--query", description = "The texts are queries: the model's prompt for them.")
    private boolean query;

    @Option(names = "--document", description = "The texts are documents: the prompt for them.")
    private boolean document;

    @Option(
        names = "--prompt",
        paramLabel = "NAME",
        description = "The prompt of this name; inspect shows those that there are.")
    private String prompt;
  }

  EncodeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelReference reference = new ModelFinder(surroundings.hub().get()).find(model);
    try (LoadedModel loaded = LoadedModel.load(reference, model.options())) {
      SentenceTransformer encoder = LoadedModel.requireEncoder(loaded, "encode");
      Function<List<String>, List<float[]>> encode = encoding(encoder);
      long[] count = {0};
      texts.readAll(
          arguments,
          surroundings,
          chunk -> {
            // Whoever reads the results may have enough of them, as head has.
            if (!surroundings.out().checkError()) {
              print(chunk, encode.apply(chunk), count[0]);
              count[0] += chunk.size();
            }
          });
      return ExitCode.FINE;
    }
  }

  private Function<List<String>, List<float[]>> encoding(SentenceTransformer encoder) {
    if (road.prompt != null && !encoder.prompts().containsKey(road.prompt)) {
      throw new Refusal(
          ExitCode.WRONG_USE,
          encoder.modelName()
              + " has no prompt '"
              + road.prompt
              + "'; it has "
              + String.join(", ", encoder.prompts().keySet()));
    }
    return chunk -> {
      try {
        if (road.query) {
          return chunk.stream().map(encoder::embedQuery).toList();
        }
        if (road.document) {
          return encoder.embedDocuments(chunk);
        }
        return road.prompt == null ? encoder.encode(chunk) : encoder.encode(chunk, road.prompt);
      } catch (IllegalArgumentException e) {
        // A model with a router may have no road for a text without a task.
        throw new Refusal(
            ExitCode.WRONG_USE, e.getMessage() + "; choose with --query or --document", e);
      }
    };
  }

  private void print(List<String> chunk, List<float[]> vectors, long first) {
    PrintStream out = surroundings.out();
    for (int i = 0; i < vectors.size(); i++) {
      if (common.json) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("index", first + i);
        line.put("text", chunk.get(i));
        line.put("vector", Json.numbers(vectors.get(i)));
        Json.printLine(out, line);
      } else {
        StringBuilder line = new StringBuilder();
        for (float component : vectors.get(i)) {
          line.append(line.isEmpty() ? "" : "\t").append(component);
        }
        out.println(line);
      }
    }
  }
}
