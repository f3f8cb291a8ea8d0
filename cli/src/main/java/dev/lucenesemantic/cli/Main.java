package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.HubSettings;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program, as it is started from a shell. */
public final class Main {
  /** Kept here, as a logger that nobody holds is forgotten together with its level. */
  private static final Logger VECTOR_MODULE =
      Logger.getLogger("org.apache.lucene.internal.vectorization");

  private Main() {}

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param args the command and its arguments
   */
  @SuppressWarnings("SystemConsoleNull") // It is without a terminal, if the property is set.
  public static void main(String[] args) {
    // It warns that the JVM lacks a module, which doctor says and explains.
    VECTOR_MODULE.setLevel(Level.OFF);
    // From Java 22 on there is a console also without a terminal, unless this is set.
    System.setProperty("jdk.console", "java.base");
    Console console = System.console();
    Charset charset = console == null ? StandardCharsets.UTF_8 : console.charset();
    PrintStream out = stream(FileDescriptor.out, charset);
    PrintStream err = stream(FileDescriptor.err, charset);
    Surroundings surroundings =
        new Surroundings(
            out,
            err,
            System.in,
            console != null,
            isTerminal(2, console != null),
            System.getenv(),
            HubSettings::fromEnvironment,
            System::nanoTime);
    int exitCode = run(surroundings, args);
    out.flush();
    err.flush();
    System.exit(exitCode);
  }

  private static int run(Surroundings surroundings, String[] args) {
    try {
      return CommandLines.of(surroundings).execute(args);
    } catch (RuntimeException | Error e) {
      boolean stackTrace = Arrays.asList(args).contains(CommonOptions.STACK_TRACE);
      return Failure.report(e, surroundings.err(), stackTrace);
    }
  }

  private static PrintStream stream(FileDescriptor descriptor, Charset charset) {
    return new PrintStream(new FileOutputStream(descriptor), false, charset);
  }

  /** Linux says it for each stream; elsewhere it is known of standard input and output only. */
  private static boolean isTerminal(int descriptor, boolean otherwise) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      return Files.isSymbolicLink(link)
          ? Files.readSymbolicLink(link).toString().startsWith("/dev/")
              && !Files.readSymbolicLink(link).endsWith("null")
          : otherwise;
    } catch (IOException e) {
      return otherwise;
    }
  }
}
