package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  private final Run run = new Run("my-system");

  @Test
  void theFileHasSixColumnsAndRanksFromOneInTrecEvalsOrder(@TempDir Path folder)
      throws IOException {
    run.add(
        "q1",
        List.of(
            new RankedDocument("a", 0.25f),
            new RankedDocument("b", 0.1f),
            new RankedDocument("c", 0.25f)));
    run.add("q2", List.of(new RankedDocument("a", -1f)));
    Path file = folder.resolve("run.txt");
    run.write(file);
    assertEquals(
        """
        q1 Q0 c 1 0.25 my-system
        q1 Q0 a 2 0.25 my-system
        q1 Q0 b 3 0.1 my-system
        q2 Q0 a 1 -1.0 my-system
        """,
        Files.readString(file));
  }

  @Test
  void scoresThatDifferInTheLastBitStayDifferentInTheFile(@TempDir Path folder) throws IOException {
    float score = 0.7310586f;
    run.add(
        "q", List.of(new RankedDocument("a", score), new RankedDocument("b", Math.nextUp(score))));
    Path file = folder.resolve("run.txt");
    run.write(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(Math.nextUp(score), Float.parseFloat(lines.get(0).split(" ")[4]));
    assertEquals(score, Float.parseFloat(lines.get(1).split(" ")[4]));
  }

  @Test
  void aDocumentTwiceInOneAnswerIsAnError() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> run.add("q", List.of(new RankedDocument("a", 1f), new RankedDocument("a", 2f))));
    assertTrue(error.getMessage().contains("'a'"), error.getMessage());
  }

  @Test
  void aScoreThatIsNotANumberIsAnError() {
    assertThrows(
        IllegalArgumentException.class,
        () -> run.add("q", List.of(new RankedDocument("a", Float.NaN))));
  }

  @Test
  void aSecondAnswerToAQueryIsAnError() {
    run.add("q", List.of());
    assertThrows(IllegalArgumentException.class, () -> run.add("q", List.of()));
  }

  @Test
  void aTagWithWhiteSpaceIsAnErrorBecauseItWouldBreakTheColumns() {
    assertThrows(IllegalArgumentException.class, () -> new Run("my system"));
  }
}
