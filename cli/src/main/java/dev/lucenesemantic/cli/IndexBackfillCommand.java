package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexStateException;
import dev.lucenesemantic.document.ModelMismatchException;
import dev.lucenesemantic.document.SemanticFieldType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Encodes what waits in an index. */
@Command(
    name = "backfill",
    description = {
      "Encode the texts that were indexed without their vector, and put the vectors in.",
      "It can be stopped with Ctrl-C and started again. Ends with 1 if a text cannot be encoded."
    })
final class IndexBackfillCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private IndexFieldArguments arguments;
  @Mixin private IndexStorage storage;

  IndexBackfillCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ModelReference reference =
        new ModelFinder(surroundings.hub().get()).find(arguments.modelArguments());
    return new IndexFolder(arguments.index)
        .write(
            arguments.field,
            storage,
            writer -> {
              try (LoadedModel loaded =
                  LoadedModel.load(reference, arguments.modelArguments().options())) {
                FillReport report =
                    writer.backfill(
                        arguments.field,
                        new SemanticFieldType(LoadedModel.requireEncoder(loaded, "index backfill")),
                        new FillProgress(surroundings));
                writer.commit();
                return FillProgress.print(surroundings, report, common.json, Map.of(), List.of());
              } catch (ModelMismatchException | IndexStateException e) {
                throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
              }
            });
  }
}
