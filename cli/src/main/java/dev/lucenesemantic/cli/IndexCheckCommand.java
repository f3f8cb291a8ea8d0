package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.maintenance.CheckSemanticIndex;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Encodes a sample of an index again. */
@Command(
    name = "check",
    description = {
      "Encode a sample of an index's documents again, and compare with their vectors.",
      "Ends with 1 if a vector is not the one that MODEL makes of the document's text."
    })
final class IndexCheckCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private IndexFieldArguments arguments;
  @Mixin private IndexTextArguments textArguments;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "500",
      description = "How many documents, at the most (500).")
  private int sample;

  @Option(
      names = "--min-cosine",
      paramLabel = "X",
      defaultValue = "0.9999",
      description = "What counts as the same vector (0.9999).")
  private double minCosine;

  IndexCheckCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (sample < 1) {
      throw new Refusal(ExitCode.WRONG_USE, "--sample must be at least 1 and is " + sample);
    }
    if (!(minCosine >= -1 && minCosine <= 1)) {
      throw new Refusal(
          ExitCode.WRONG_USE, "--min-cosine must be between -1 and 1 and is " + minCosine);
    }
    ModelReference reference =
        new ModelFinder(surroundings.hub().get()).find(arguments.modelArguments());
    return new IndexFolder(arguments.index)
        .read(
            reader -> {
              IndexFolder.requireField(reader, arguments.field);
              IndexedText texts = textArguments.of(reader, arguments.field);
              try (LoadedModel loaded =
                  LoadedModel.load(reference, arguments.modelArguments().options())) {
                return check(reader, LoadedModel.requireEncoder(loaded, "index check"), texts);
              } catch (ModelMismatchException e) {
                throw new Refusal(ExitCode.CHECK_FAILED, e.getMessage(), e);
              }
            });
  }

  private int check(DirectoryReader reader, SentenceTransformer encoder, IndexedText texts)
      throws IOException {
    CheckSemanticIndex.Result result =
        new CheckSemanticIndex(arguments.field, encoder, texts)
            .withMinCosine(minCosine)
            .check(reader, sample, 0);
    if (common.json) {
      Json.print(surroundings.out(), json(result));
    } else {
      PrintStream out = surroundings.out();
      out.println(result);
      result.differences().stream()
          .limit(SHOWN)
          .forEach(
              each ->
                  out.println(
                      String.format(
                          Locale.ROOT,
                          "document %d: %s (cosine %.4f)",
                          each.document(),
                          each.problem(),
                          each.cosine())));
    }
    return result.clean() ? ExitCode.FINE : ExitCode.CHECK_FAILED;
  }

  private static Map<String, Object> json(CheckSemanticIndex.Result result) {
    List<Map<String, Object>> differences = new ArrayList<>();
    for (CheckSemanticIndex.Difference each : result.differences()) {
      Map<String, Object> difference = new LinkedHashMap<>();
      difference.put("document", each.document());
      difference.put("cosine", Double.isFinite(each.cosine()) ? each.cosine() : null);
      difference.put("problem", each.problem());
      differences.add(difference);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("vectors", result.vectors());
    json.put("checked", result.checked());
    json.put("worst_cosine", Double.isFinite(result.worstCosine()) ? result.worstCosine() : null);
    json.put("differences", differences);
    return json;
  }
}
