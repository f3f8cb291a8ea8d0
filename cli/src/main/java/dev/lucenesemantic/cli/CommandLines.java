package dev.lucenesemantic.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the commands together. */
final class CommandLines {
  static final String NAME = "lucene-semantic";

  private CommandLines() {}

  /** The command that has all others; by itself it shows what there is. */
  @Command(
      name = NAME,
      versionProvider = Version.class,
      description =
          "Sentence embeddings and rerankers inside the JVM: fetch, check and try models.",
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nMODEL is one of%n",
      footer = {
        "  a folder            of a model",
        "  an id on the hub    sentence-transformers/all-MiniLM-L6-v2, or with a branch, tag or",
        "                      commit: intfloat/e5-small-v2@main",
        "  a bundled model     ALL_MINILM_L6_V2_INT8 and DEFAULT (the reranker) need no network",
        "",
        "Begin with: doctor",
      },
      exitCodeListHeading = "%nExit codes%n",
      exitCodeList = {
        " 0:fine",
        " 1:a check failed (verify, doctor, index check), or documents lack their vector (index backfill,"
            + " index migrate)",
        " 2:wrong use",
        " 3:the model cannot be had, loaded or run",
        " 4:a text, a file or an index that was given cannot be used",
        " 5:something unforeseen"
      })
  static final class Top {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help; COMMAND --help shows a command's.")
    boolean help;

    @Option(
        names = {"-V", "--version"},
        versionHelp = true,
        description = "Show the version.")
    boolean version;
  }

  /** What the build wrote down. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {NAME + " " + number()};
    }

    static String number() {
      Properties properties = new Properties();
      try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return properties.getProperty("version");
    }
  }

  static CommandLine of(Surroundings surroundings) {
    CommandLine commands = new CommandLine(new Top());
    commands
        .addSubcommand(new DoctorCommand(surroundings))
        .addSubcommand(new InspectCommand(surroundings))
        .addSubcommand(new EncodeCommand(surroundings))
        .addSubcommand(new SimilarityCommand(surroundings))
        .addSubcommand(new RankCommand(surroundings))
        .addSubcommand(new FetchCommand(surroundings))
        .addSubcommand(new VerifyCommand(surroundings))
        .addSubcommand(IndexCommand.of(surroundings))
        .setOut(new PrintWriter(surroundings.out(), true, surroundings.out().charset()))
        .setErr(new PrintWriter(surroundings.err(), true, surroundings.err().charset()))
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(99)
        .setExecutionStrategy(CommandLines::run)
        .setParameterExceptionHandler((e, args) -> wrongUse(e))
        .setExecutionExceptionHandler(
            (e, command, parsed) ->
                Failure.report(
                    e,
                    surroundings.err(),
                    command.getParseResult().hasMatchedOption(CommonOptions.STACK_TRACE)));
    return commands;
  }

  private static int run(CommandLine.ParseResult parsed) {
    boolean isBare = !parsed.hasSubcommand() && parsed.originalArgs().isEmpty();
    if (isBare) {
      CommandLine commands = parsed.commandSpec().commandLine();
      commands.usage(commands.getErr());
      return ExitCode.WRONG_USE;
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int wrongUse(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(NAME + ": " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.WRONG_USE;
  }
}
