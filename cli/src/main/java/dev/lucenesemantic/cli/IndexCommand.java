package dev.lucenesemantic.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command that has those for indexes. */
@Command(
    name = "index",
    description = "Look into an index with vectors, check it, fill it, lead it to another model.",
    synopsisSubcommandLabel = "COMMAND")
final class IndexCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help; index COMMAND --help shows a command's.")
  boolean help;

  static CommandLine of(Surroundings surroundings) {
    return new CommandLine(new IndexCommand())
        .addSubcommand(new IndexInspectCommand(surroundings))
        .addSubcommand(new IndexCheckCommand(surroundings))
        .addSubcommand(new IndexBackfillCommand(surroundings))
        .addSubcommand(new IndexMigrateCommand(surroundings))
        .addSubcommand(new IndexCompareCommand(surroundings));
  }
}
