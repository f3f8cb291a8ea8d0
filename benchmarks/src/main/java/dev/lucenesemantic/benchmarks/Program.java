package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;

/** What the programs of this module have in common: arguments in, a report and an exit code out. */
final class Program {
  private Program() {}

  /** The work of a program. */
  interface Work {
    void run(Options options, PrintStream out) throws IOException, InterruptedException;
  }

  /**
   * Runs a program.
   *
   * @return the exit code: 0, 1 if an input or a model could not be read, 2 if an argument is wrong
   */
  static int run(
      Map<String, String> options, Work work, String[] args, PrintStream out, PrintStream err)
      throws InterruptedException {
    if (Arrays.asList(args).contains("--help")) {
      out.print(Options.usage(options));
      return 0;
    }
    try {
      work.run(new Options(options, args), out);
      return 0;
    } catch (UsageException e) {
      err.println(e.getMessage());
      err.print(Options.usage(options));
      return 2;
    } catch (IOException | UncheckedIOException e) {
      err.println(e instanceof UncheckedIOException ? e.getCause().getMessage() : e.getMessage());
      return 1;
    } catch (ModelException e) {
      err.println(e.getMessage());
      return 1;
    }
  }
}
