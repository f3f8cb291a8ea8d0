package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.maintenance.ModelMigration;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Leads a field of an index to another model. */
@Command(
    name = "migrate",
    description = {
      "Give every document of an index a vector of MODEL beside that of the model before.",
      "Programs can search the index meanwhile, with the old model; only writing has to pause. It"
          + " can be stopped with Ctrl-C and started again. When it is done, let the programs use"
          + " MODEL, and then run it once more with --finish, which removes the old vectors.",
      "Ends with 1 if a text cannot be encoded."
    })
final class IndexMigrateCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private IndexFieldArguments arguments;
  @Mixin private IndexStorage storage;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Encode so many texts a second at the most.")
  private double rate = Double.POSITIVE_INFINITY;

  @Option(names = "--finish", description = "When all is filled, remove the old vectors.")
  private boolean finish;

  IndexMigrateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (!(rate > 0)) {
      throw new Refusal(ExitCode.WRONG_USE, "--rate must be more than 0 and is " + rate);
    }
    ModelReference reference =
        new ModelFinder(surroundings.hub().get()).find(arguments.modelArguments());
    return new IndexFolder(arguments.index)
        .write(
            arguments.field,
            storage,
            writer -> {
              try (LoadedModel loaded =
                  LoadedModel.load(reference, arguments.modelArguments().options())) {
                return migrate(writer, LoadedModel.requireEncoder(loaded, "index migrate"));
              } catch (IllegalArgumentException e) {
                // The stored texts are not those that were encoded.
                throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
              }
            });
  }

  private int migrate(SemanticIndexWriter writer, SentenceTransformer encoder) throws IOException {
    IndexedText texts;
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      texts = IndexFolder.texts(reader, arguments.field, arguments.textField);
    }
    ModelMigration migration =
        new ModelMigration(writer, arguments.field, encoder, texts).withMaxTextsPerSecond(rate);
    FillReport report = migration.fill(new FillProgress(surroundings));
    writer.commit();
    if (finish && report.complete()) {
      migration.finish();
      writer.commit();
    }
    return FillProgress.print(surroundings, report, common.json);
  }
}
