package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Map<String, String> KNOWN =
      Options.describe("data", "a folder", "rounds", "how many");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void valuesAreFoundByName() {
    Options options = new Options(KNOWN, "--rounds", "3", "--data", "a folder");
    assertEquals("a folder", options.get("data"));
    assertEquals(3, options.getInt("rounds", 1));
    assertTrue(options.has("data"));
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    Options options = new Options(KNOWN);
    assertEquals("x", options.get("data", "x"));
    assertEquals(7, options.getInt("rounds", 7));
    assertFalse(options.has("data"));
  }

  @Test
  void aMistypedNameIsAnErrorThatNamesIt() {
    assertProblem("unknown argument '--round'", "--round", "3");
    assertProblem("unknown argument 'data'", "data", "x");
    assertProblem("unknown argument '-data'", "-data", "x");
  }

  @Test
  void aMissingValueIsAnError() {
    assertProblem("'--data' needs a value", "--data");
    assertProblem("'--data' needs a value", "--data", "--rounds", "3");
  }

  @Test
  void aNameGivenTwiceIsAnError() {
    assertProblem("'--data' is given twice", "--data", "a", "--data", "b");
  }

  @Test
  void aRequiredOptionThatIsMissingIsAnError() {
    UsageException error = assertThrows(UsageException.class, () -> new Options(KNOWN).get("data"));
    assertEquals("'--data' is missing", error.getMessage());
  }

  @Test
  void whatIsNoPositiveNumberIsAnError() {
    for (String value : new String[] {"0", "-1", "x", "1.5", "9999999999"}) {
      Options options = new Options(KNOWN, "--rounds", value);
      UsageException error = assertThrows(UsageException.class, () -> options.getInt("rounds", 1));
      assertTrue(error.getMessage().contains("'" + value + "'"), error.getMessage());
    }
  }

  @Test
  void severalValuesAreSeparatedByCommas() {
    Options options = new Options(KNOWN, "--data", "a, b,c", "--rounds", "3,1");
    assertEquals(List.of("a", "b", "c"), options.getList("data", ""));
    assertEquals(List.of(3, 1), options.getInts("rounds", "7"));
    assertEquals(List.of(), new Options(KNOWN).getList("data", ""));
    Options wrong = new Options(KNOWN, "--rounds", "3,,1");
    assertThrows(UsageException.class, () -> wrong.getInts("rounds", "7"));
  }

  @Test
  void aTimeCanHaveAFraction() {
    assertEquals(0.5, new Options(KNOWN, "--rounds", "0.5").getPositive("rounds", 1));
    assertEquals(10, new Options(KNOWN, "--rounds", "10").getPositive("rounds", 1));
    for (String value : new String[] {"0", "0.0", "-1", "x", "1e3", ".5"}) {
      Options options = new Options(KNOWN, "--rounds", value);
      assertThrows(UsageException.class, () -> options.getPositive("rounds", 1), value);
    }
  }

  @Test
  void aProgramAnswersAWrongArgumentWithTheListAndExitCodeTwo() throws InterruptedException {
    int code = run((options, out) -> {}, "--dta", "x");
    assertEquals(2, code);
    assertEquals(
        """
        unknown argument '--dta'
        arguments:
          --data          a folder
          --rounds        how many
        """,
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void helpIsTheListAndNoError() throws InterruptedException {
    int code =
        run(
            (options, out) -> {
              throw new IOException("must not run");
            },
            "--help");
    assertEquals(0, code);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("--rounds        how many"));
  }

  @Test
  void aProgramAnswersAnUnreadableInputWithItsMessageAndExitCodeOne() throws InterruptedException {
    int code =
        run(
            (options, out) -> {
              throw new IOException("corpus.jsonl:3: not JSON");
            });
    assertEquals(1, code);
    assertEquals("corpus.jsonl:3: not JSON\n", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aModelThatCannotBeLoadedIsAMessageAndExitCodeOne() throws InterruptedException {
    int code =
        run(
            (options, out) -> {
              throw new ModelException("some-model", "has no tokenizer.json");
            });
    assertEquals(1, code);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("has no tokenizer.json"));
  }

  private int run(Program.Work work, String... args) throws InterruptedException {
    return Program.run(
        KNOWN,
        work,
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private static void assertProblem(String problem, String... args) {
    UsageException error = assertThrows(UsageException.class, () -> new Options(KNOWN, args));
    assertEquals(problem, error.getMessage());
  }
}
