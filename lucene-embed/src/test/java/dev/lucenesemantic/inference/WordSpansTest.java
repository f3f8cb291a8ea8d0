package dev.lucenesemantic.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The places of tokens are those of the whole text, and known words are not looked up again. */
class WordSpansTest {
  /** Up to three letters are a token, or a mark; digits are none. */
  private static final Pattern TOKEN = Pattern.compile("\\p{L}{1,3}|[^\\p{L}\\s\\d]");

  private final List<String> asked = new ArrayList<>();
  private final WordSpans spans =
      new WordSpans(
          text -> {
            asked.add(text);
            return found(text);
          },
          Set.of("<mask>"));

  private static TokenSpans found(String text) {
    MatchResult[] found = TOKEN.matcher(text).results().toArray(MatchResult[]::new);
    int[] starts = new int[found.length];
    int[] ends = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      starts[i] = found[i].start();
      ends[i] = found[i].end();
    }
    return new TokenSpans(starts, ends, true);
  }

  @Test
  void placesAreThoseOfTheWholeText() {
    Random random = new Random(3);
    List<String> parts = List.of(" ", "  ", "\n", "\r\n", "\t", "\u00a0", "12", "river", "a", ".");
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      assertEquals(found(text.toString()), spans.of(text.toString()), text.toString());
    }
  }

  @Test
  void onlyNewWordsAreGivenToTheTokenizer() {
    spans.of("the river rose");
    spans.of("the bridge, 42, rose");
    spans.of(" rose 42,\tthe\n");
    spans.of("");
    assertEquals(List.of("the river rose ", "bridge, 42, "), asked);
  }

  @Test
  void whereATokenTakesTheBlanksBesideItWordsAreNotTakenApart() {
    spans.of("a <mask> b");
    spans.of("x<mask>, b");
    assertEquals(List.of("a <mask> b", "x<mask>, b"), asked);
    spans.of("a b");
    assertEquals("a b ", asked.getLast());
  }

  @Test
  void aVeryLongWordIsNotKept() {
    String word = "x".repeat(1000);
    assertEquals(334, spans.of(word).size());
    assertEquals(334, spans.of(word).size());
    assertEquals(2, asked.size());
  }

  @Test
  void thereIsALimitToWhatIsKept() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 70_000; i++) {
      text.append('w').append(Integer.toString(i, 36)).append(' ');
    }
    TokenSpans all = found(text.toString());
    assertEquals(all, spans.of(text.toString()));
    assertEquals(all, spans.of(text.toString()));
    assertEquals(2, asked.size(), "the first words are not known any more");
  }
}
