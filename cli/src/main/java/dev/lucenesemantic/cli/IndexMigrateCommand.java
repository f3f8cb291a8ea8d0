package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexStateException;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.maintenance.ModelMigration;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
  @Mixin private IndexTextArguments textArguments;
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
              IndexedText texts = texts(writer);
              try (LoadedModel loaded =
                  LoadedModel.load(reference, arguments.modelArguments().options())) {
                return migrate(writer, LoadedModel.requireEncoder(loaded, "index migrate"), texts);
              } catch (IllegalArgumentException | IndexStateException e) {
                // As stored texts that are not those which were encoded, or another migration.
                throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
              }
            });
  }

  private IndexedText texts(SemanticIndexWriter writer) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      return textArguments.of(reader, arguments.field);
    }
  }

  private int migrate(SemanticIndexWriter writer, SentenceTransformer encoder, IndexedText texts)
      throws IOException {
    ModelMigration migration =
        new ModelMigration(writer, arguments.field, encoder, texts).withMaxTextsPerSecond(rate);
    FillReport report = migration.fill(new FillProgress(surroundings));
    writer.commit();
    FieldVectors filled = FieldVectors.of(writer.indexWriter(), arguments.field);
    FieldVectors left = filled;
    if (finish && report.complete()) {
      migration.finish();
      writer.commit();
      left = FieldVectors.of(writer.indexWriter(), arguments.field);
    }
    return FillProgress.print(
        surroundings,
        report,
        common.json,
        Map.of("finished", left.areOnlyOf(encoder.fingerprint())),
        whatIsNext(report, filled));
  }

  private List<String> whatIsNext(FillReport report, FieldVectors filled) {
    if (!report.complete()) {
      return finish
          ? List.of("not finished: the old vectors stay until every document has its vector")
          : List.of();
    }
    if (filled.areNone()) {
      return List.of(
          "there is nothing to migrate: the field has no vectors"
              + (filled.waiting() == 0
                  ? ""
                  : " yet, and "
                      + Words.plural(filled.waiting(), "document waits", "documents wait")
                      + " for the first; run index backfill with "
                      + arguments.model
                      + ", which makes them"));
    }
    if (!filled.areOfSeveralModels()) {
      return List.of("there are no old vectors: the field has those of " + arguments.model);
    }
    return List.of(
        finish
            ? "finished: the old vectors were removed"
            : "next: let the programs search and write with "
                + arguments.model
                + ", then run this again with --finish, which removes the old vectors");
  }
}
