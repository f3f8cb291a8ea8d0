package dev.lucenesemantic.cli;

import picocli.CommandLine.Option;

/** What every command knows. */
final class CommonOptions {
  static final String STACK_TRACE = "--stacktrace";

  @Option(names = "--json", description = "Print the result as JSON, for other programs.")
  boolean json;

  @Option(names = STACK_TRACE, description = "If something goes wrong, print where in the code.")
  boolean stackTrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
