package dev.lucenesemantic.cli;

import dev.lucenesemantic.maintenance.IndexModels;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.lucene.index.DirectoryReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what an index knows of its vectors. */
@Command(
    name = "inspect",
    description = {
      "Show the fields with vectors of an index: which models made them, how many documents and"
          + " passages they have, how many wait for their vector or lost text.",
      "The index is read as its last commit left it, and not changed."
    })
final class IndexInspectCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "INDEX", description = "The folder of a Lucene index.")
  private Path index;

  IndexInspectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new IndexFolder(index)
        .read(
            reader -> {
              IndexModels models = IndexModels.inspect(reader);
              if (common.json) {
                Json.print(surroundings.out(), json(reader, models));
              } else {
                print(reader, models);
              }
              return ExitCode.FINE;
            });
  }

  private void print(DirectoryReader reader, IndexModels models) {
    PrintStream out = surroundings.out();
    out.println(
        Words.plural(reader.numDocs(), "document")
            + " in "
            + Words.plural(reader.leaves().size(), "segment")
            + (models.fields().isEmpty() ? ", no field with vectors" : ""));
    for (IndexModels.Entry field : models.fields()) {
      out.println();
      out.println("field         " + field.field());
      if (!field.field().equals(field.luceneField())) {
        out.println("lucene field  " + field.luceneField() + ", made by a migration");
      }
      if (field.models().names().isEmpty()) {
        out.println("model         " + (field.models().isEmpty() ? "no vectors" : "not recorded"));
      }
      field
          .models()
          .names()
          .forEach(
              (fingerprint, name) ->
                  out.println("model         " + name + ", fingerprint " + fingerprint));
      out.println("dimensions    " + field.dimension());
      out.println("documents     " + Words.number(field.documents()));
      if (field.passages() > 0) {
        out.println("passages      " + Words.number(field.passages()));
      }
      if (field.pending() > 0) {
        out.println(
            "waiting       " + Words.number(field.pending()) + " for their vector: index backfill");
      }
      if (field.truncated() > 0) {
        out.println(
            "truncated     "
                + Words.number(field.truncated())
                + ", of which the model has not read everything");
      }
    }
  }

  private static Map<String, Object> json(DirectoryReader reader, IndexModels models) {
    List<Map<String, Object>> fields = new ArrayList<>();
    for (IndexModels.Entry field : models.fields()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("field", field.field());
      entry.put("lucene_field", field.luceneField());
      entry.put("models", field.models().names());
      entry.put("dimensions", field.dimension());
      entry.put("documents", field.documents());
      entry.put("passages", field.passages());
      entry.put("pending", field.pending());
      entry.put("truncated", field.truncated());
      fields.add(entry);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("documents", reader.numDocs());
    result.put("segments", reader.leaves().size());
    result.put("fields", fields);
    return result;
  }
}
