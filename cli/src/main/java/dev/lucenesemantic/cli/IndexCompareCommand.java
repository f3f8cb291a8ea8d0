package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.maintenance.MigrationComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how the answers of two models differ while an index has the vectors of both. */
@Command(
    name = "compare",
    description = {
      "Search an index with two models whose vectors it has, and say how the answers differ.",
      "Queries come from the arguments, from --file, or from standard input, a line each. With"
          + " --judgements a query is ID, tab, TEXT, or a line of BEIR's queries.jsonl."
    })
final class IndexCompareCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private Texts texts;

  @Parameters(index = "0", paramLabel = "INDEX", description = "The folder of a Lucene index.")
  private Path index;

  @Parameters(
      index = "1",
      paramLabel = "OLD_MODEL",
      description = "A folder, an id on the hub (with @REVISION), or a bundled model's name.")
  private String oldModel;

  @Parameters(index = "2", paramLabel = "NEW_MODEL", description = "The other one.")
  private String newModel;

  @Parameters(index = "3..*", paramLabel = "QUERY", description = "The queries.")
  private List<String> arguments = List.of();

  @Option(
      names = "--field",
      paramLabel = "NAME",
      required = true,
      description = "The semantic field, by the name that the application uses.")
  private String field;

  @Option(
      names = "--old-model-file",
      paramLabel = "NAME",
      description = "Which ONNX file of OLD_MODEL to take.")
  private String oldModelFile;

  @Option(
      names = "--new-model-file",
      paramLabel = "NAME",
      description = "Which ONNX file of NEW_MODEL to take.")
  private String newModelFile;

  @Option(
      names = "--judgements",
      paramLabel = "FILE",
      description =
          "Which documents are right, for nDCG: lines of query id, document id, grade (BEIR), or"
              + " query id, 0, document id, grade (TREC).")
  private Path judgements;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      defaultValue = "id",
      description = "The stored field with the documents' ids that stand in the judgements (id).")
  private String idField;

  IndexCompareCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelArguments oldArguments = arguments(oldModel, oldModelFile);
    ModelArguments newArguments = arguments(newModel, newModelFile);
    ModelFinder finder = new ModelFinder(surroundings.hub().get());
    ModelReference oldReference = finder.find(oldArguments);
    ModelReference newReference = finder.find(newArguments);
    return new IndexFolder(index)
        .read(
            reader -> {
              IndexFolder.requireField(reader, field);
              List<String> queries = texts.read(arguments, surroundings);
              if (queries.isEmpty()) {
                throw new Refusal(
                    ExitCode.BAD_INPUT,
                    "there are no queries, only blank ones: give them as arguments, with --file, or"
                        + " a line each on standard input");
              }
              try (LoadedModel old = LoadedModel.load(oldReference, oldArguments.options());
                  LoadedModel other = LoadedModel.load(newReference, newArguments.options())) {
                print(
                    compare(
                        reader,
                        LoadedModel.requireEncoder(old, "index compare"),
                        LoadedModel.requireEncoder(other, "index compare"),
                        queries));
              } catch (ModelMismatchException e) {
                throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
              }
              return ExitCode.FINE;
            });
  }

  private static ModelArguments arguments(String model, String file) {
    ModelArguments arguments = new ModelArguments();
    arguments.model = model;
    arguments.file.name = file;
    return arguments;
  }

  private MigrationComparison compare(
      DirectoryReader reader,
      SentenceTransformer old,
      SentenceTransformer other,
      List<String> lines)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    if (judgements == null) {
      return MigrationComparison.of(searcher, field, old, other, Judgements.texts(lines));
    }
    Map<String, Map<String, Integer>> judged = new Judgements(judgements).of(lines);
    try {
      MigrationComparison comparison =
          MigrationComparison.of(searcher, field, old, other, judged, idField);
      if (comparison.oldNdcgAt10().orElse(1) + comparison.newNdcgAt10().orElse(1) == 0) {
        surroundings
            .err()
            .println(
                "Neither model found a document that is judged right for its query. The ids in "
                    + judgements
                    + " have to be those in the stored field '"
                    + idField
                    + "': see --id-field");
      }
      return comparison;
    } catch (ModelMismatchException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new Refusal(ExitCode.BAD_INPUT, e.getMessage() + ": see --id-field", e);
    }
  }

  private void print(MigrationComparison comparison) {
    if (!common.json) {
      surroundings.out().println(comparison);
      return;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("queries", comparison.queries());
    json.put("overlap_at_10", comparison.overlapAt10());
    json.put("old_ndcg_at_10", orNull(comparison.oldNdcgAt10()));
    json.put("new_ndcg_at_10", orNull(comparison.newNdcgAt10()));
    Json.print(surroundings.out(), json);
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
