package dev.lucenesemantic.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a command's texts come from: its arguments, a file, or standard input. */
final class Texts {
  private static final int CHUNK = 1_000;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Read the texts from this file, in UTF-8, a line each.")
  Path file;

  /** Refuses a file that is to be read and is not there. */
  static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Refusal(ExitCode.BAD_INPUT, file + ": there is no such file");
    }
  }

  /** All texts; lines without any word are left out. */
  List<String> read(List<String> arguments, Surroundings surroundings) {
    List<String> texts = new ArrayList<>();
    readAll(arguments, surroundings, texts::addAll);
    texts.removeIf(String::isBlank);
    return texts;
  }

  /** Every line is a text, an empty one too, so that results and lines go together. */
  void readAll(List<String> arguments, Surroundings surroundings, Consumer<List<String>> consumer) {
    if (!arguments.isEmpty()) {
      if (file != null) {
        throw new Refusal(
            ExitCode.WRONG_USE,
            "there are texts both as arguments and in --file; give one of both");
      }
      arguments.forEach(Texts::requireReadable);
      consumer.accept(arguments);
    } else if (file != null) {
      requireSome(readFile(file, consumer), file.toString());
    } else {
      if (surroundings.isTyped()) {
        surroundings
            .err()
            .println("Reading texts, a line each; end with Ctrl-D (Windows: Ctrl-Z).");
        surroundings.err().flush();
      }
      Reader reader = new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8.newDecoder());
      requireSome(readLines(reader, "standard input", consumer), "standard input");
    }
  }

  /** Every line of a file, in UTF-8; returns how many there are. */
  static long readFile(Path file, Consumer<List<String>> consumer) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return readLines(reader, file.toString(), consumer);
    } catch (NoSuchFileException e) {
      throw new Refusal(ExitCode.BAD_INPUT, file + ": there is no such file", e);
    } catch (IOException e) {
      throw new Refusal(ExitCode.BAD_INPUT, file + " cannot be read: " + e, e);
    }
  }

  /** Java has put this character where it could not make sense of the bytes of an argument. */
  static void requireReadable(String argument) {
    if (argument.indexOf(REPLACEMENT) >= 0) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "an argument cannot be read in the encoding of this system ("
              + System.getProperty("sun.jnu.encoding")
              + "): "
              + Words.quoted(argument)
              + ". Set LC_ALL=C.UTF-8, or give the text in a file or on standard input");
    }
  }

  private static long readLines(Reader in, String name, Consumer<List<String>> consumer) {
    long number = 0;
    List<String> chunk = new ArrayList<>();
    try {
      BufferedReader reader = new BufferedReader(in);
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        boolean isMarked = number == 0 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK;
        chunk.add(isMarked ? line.substring(1) : line);
        number++;
        if (chunk.size() == CHUNK) {
          consumer.accept(chunk);
          chunk = new ArrayList<>();
        }
      }
    } catch (CharacterCodingException e) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          name + " is not UTF-8, somewhere behind line " + number + "; convert it, as with iconv",
          e);
    } catch (IOException e) {
      throw new Refusal(ExitCode.BAD_INPUT, name + " cannot be read: " + e, e);
    }
    if (!chunk.isEmpty()) {
      consumer.accept(chunk);
    }
    return number;
  }

  private static void requireSome(long lines, String name) {
    if (lines == 0) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "there is no text in "
              + name
              + "; give texts as arguments, with --file, or a line each on standard input");
    }
  }
}
