package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.DocumentTokens;
import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.embed.WordTokens;
import dev.lucenesemantic.inference.TokenSpans;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Where texts are divided, with tokens that can be counted by hand: words and single marks. */
class PassageSplitterTest {
  // Of 13 tokens, three are taken by two special ones and the prompt.
  private final PassageSplitter tens =
      new PassageSplitter(new WordTokens("model-a", 8, 64, 1)).withSize(13).withOverlap(0);

  private static List<String> texts(SplitText split) {
    return split.passages().stream().map(Passage::text).toList();
  }

  @Test
  void aTextThatFitsIsOnePassage() {
    SplitText split = tens.split("  One two. Three\n\nfour five six seven.\n");
    assertEquals(List.of("One two. Three\n\nfour five six seven."), texts(split));
    assertEquals(
        new Passage(0, 2, 38, "One two. Three\n\nfour five six seven.", "", 12),
        split.passages().getFirst());
  }

  @Test
  void aTextOfWhiteSpaceHasNoPassage() {
    for (String blank : List.of("", " ", "\r\n\t \u00a0\u3000\u2003")) {
      assertEquals(new SplitText(List.of(), 0, 0), tens.split(blank));
    }
  }

  @Test
  void passagesEndAtTheBestPlaceInTheirSecondHalf() {
    assertEquals(
        List.of("a b c d e.", "F g h i j k l m n"),
        texts(tens.split("a b c d e. F g h i j k l m n")));
    // A sentence that ends in the first half is no reason to stop.
    assertEquals(
        List.of("A b. C d e f g h i", "j k l m"), texts(tens.split("A b. C d e f g h i j k l m")));
    assertEquals(
        List.of("a b c d e f", "G h. I j k l m"),
        texts(tens.split("a b c d e f\n\nG h. I j k l m")));
    assertEquals(
        List.of("a b c d e f,", "g h i j k l m"), texts(tens.split("a b c d e f, g h i j k l m")));
    assertEquals(
        List.of("a b c d e f g h i j", "k l"), texts(tens.split("a b c d e f g h i j k l")));
  }

  @Test
  void aParagraphThatFitsIsNotTorn() {
    assertEquals(
        List.of("One two.", "Three four five. Six seven eight."),
        texts(tens.split("One two.\n\nThree four five. Six seven eight.")));
  }

  @Test
  void aHeadingIsNotTornFromItsText() {
    assertEquals(
        List.of("one two three four five six", "A heading\nseven eight nine ten eleven"),
        texts(tens.split("one two three four five six\n\nA heading\nseven eight nine ten eleven")));
  }

  @Test
  void aLineThatGoesOnInLowerCaseIsNoSentence() {
    // Lines that were broken at a width are one sentence; those of a list are not.
    assertEquals(
        List.of("One two three four five six", "seven eight nine ten eleven"),
        texts(tens.withSize(10).split("One two three four five six\nseven eight nine ten eleven")));
    assertEquals(
        List.of("One two three four\nFive six", "Seven eight nine\nTen eleven"),
        texts(
            tens.withSize(10).split("One two three four\nFive six\nSeven eight nine\nTen eleven")));
  }

  @Test
  void anAbbreviationEndsNoSentence() {
    assertEquals(
        List.of("one two three four five?", "Six by Dr. Brown seven"),
        texts(tens.split("one two three four five? Six by Dr. Brown seven")));
    assertEquals(
        List.of("one two three four five,", "six J. Brown seven"),
        texts(tens.withSize(12).split("one two three four five, six J. Brown seven")));
  }

  @Test
  void textWithoutCapitalsIsCutAtItsFullStops() {
    assertEquals(
        List.of("people write like this in chats.", "nobody ever cares. it is so."),
        texts(tens.split("people write like this in chats. nobody ever cares. it is so.")));
  }

  @Test
  void sentencesEndInEveryScript() {
    for (String mark :
        List.of(
            "\u3002",
            "\uFF01",
            "\u0964 ",
            "\u061F ",
            "\u06D4 ",
            "\u0589 ",
            "\u1362 ",
            "\u17D4 ",
            "\u104B ",
            "? ",
            "!\u201D ",
            ".\u2029")) {
      String first = "a b c d e f g" + mark.strip();
      List<String> passages =
          texts(tens.split(first + mark.substring(mark.strip().length()) + "H i j k l m n o"));
      assertEquals(first, passages.getFirst(), "U+" + Integer.toHexString(mark.charAt(0)));
    }
  }

  @Test
  void passagesOverlapByWholeSentencesWhereTheyEndAtOne() {
    assertEquals(
        List.of("A b c d. E f g.", "E f g. H i j.", "H i j. K l m."),
        texts(tens.withOverlap(4).split("A b c d. E f g. H i j. K l m.")));
    // The sentence before is longer than the overlap.
    assertEquals(
        List.of("A b c d. E f g.", "H i j. K l m."),
        texts(tens.withOverlap(3).split("A b c d. E f g. H i j. K l m.")));
  }

  @Test
  void passagesOverlapByWordsWhereASentenceWasCut() {
    assertEquals(
        List.of("a b c d e f g h i j", "h i j k l m n o p q", "o p q r s"),
        texts(tens.withOverlap(3).split("a b c d e f g h i j k l m n o p q r s")));
  }

  @Test
  void anOverlapIsNoMoreThanHalfOfTheRoom() {
    assertEquals(
        List.of("a b c d e f g h i j", "f g h i j k l m n o", "k l m n o p"),
        texts(tens.withOverlap(1000).split("a b c d e f g h i j k l m n o p")));
  }

  @Test
  void aTitleStandsBeforeEveryPassageAndCounts() {
    List<Passage> passages = tens.split(" My title ", "a b c d e f g h i j").passages();
    assertEquals(
        List.of("My title\na b c d e f g h", "My title\ni j"),
        passages.stream().map(Passage::encoded).toList());
    assertEquals(List.of(13, 7), passages.stream().map(Passage::tokens).toList());
    assertEquals(List.of("a b c d e f g h", "i j"), passages.stream().map(Passage::text).toList());
    assertEquals(16, passages.get(1).start());
  }

  @Test
  void aLongTitleLeavesHalfOfThePassageToTheText() {
    List<Passage> passages =
        tens.split("one two three four five six seven eight", "a b c d e f").passages();
    assertEquals("one two three four five\na b c d e", passages.getFirst().encoded());
    assertEquals(2, passages.size());
    assertEquals("a b", tens.split(" \n", "a b").passages().getFirst().encoded());
  }

  @Test
  void theCapLeavesTheEndOutAndSaysSo() {
    SplitText split =
        tens.withMaxPassages(2).split("a b c d e f g h i j k l m n o p q r s t u v w");
    assertEquals(List.of("a b c d e f g h i j", "k l m n o p q r s t"), texts(split));
    assertEquals(23, split.tokensSeen());
    assertEquals(20, split.tokensEncoded());
    assertFalse(split.isComplete());
    // As many as there are.
    assertTrue(tens.withMaxPassages(2).split("a b c d e f g h i j k l m \n ").isComplete());
  }

  @Test
  void anIdeographBeforeAFullStopAndANumberIsAnEnd() {
    // "The company was founded in Shanghai. 2008 ..."
    String text = "\u516C\u53F8\u6210\u7ACB\u4E8E\u4E0A\u6D77. 2008\u5E74 $5 ".repeat(20);
    assertTrue(tens.split(text).isComplete());
  }

  @Test
  void theCapIsCountedOverMegabytes() {
    SplitText split = tens.withMaxPassages(3).split("word ".repeat(500_000));
    assertEquals(3, split.passages().size());
    assertEquals(30, split.tokensEncoded());
    assertEquals(500_000, split.tokensSeen());
  }

  @Test
  void longTextsAreDividedAsIfTheyWereReadAtOnce() {
    // More than one section, with borders everywhere.
    String sentence = "The river grew, and grew yet again. ";
    SplitText split = tens.withOverlap(2).split(sentence.repeat(20_000));
    assertEquals(20_000, split.passages().size());
    for (Passage passage : split.passages()) {
      assertEquals(sentence.strip(), passage.text());
      assertEquals(passage.number() * sentence.length(), passage.start());
    }
    assertEquals(9L * 20_000, split.tokensSeen());
    assertTrue(split.isComplete());
  }

  @Test
  void theWorkGrowsWithTheLengthAndNoFaster() {
    for (String unit :
        List.of("The river grew, and grew again. ", "word", " ", "\n", ". ", "\u0001", "\u0301")) {
      AtomicLong chars = new AtomicLong();
      TextEmbedder counted = countingChars(chars);
      PassageSplitter splitter = new PassageSplitter(counted).withSize(60);
      String text = "a " + unit.repeat(2_000_000 / unit.length()) + " b";
      splitter.split(text);
      assertTrue(chars.get() < 6L * text.length(), chars + " chars for units of '" + unit + "'");
    }
  }

  /** An embedder that counts the chars that it is asked for the tokens of. */
  private static TextEmbedder countingChars(AtomicLong chars) {
    DocumentTokens tokens = new WordTokens("model-a", 8, 64, 1).documentTokens().orElseThrow();
    return new FakeEmbedder("model-a", 8) {
      @Override
      public Optional<DocumentTokens> documentTokens() {
        return Optional.of(
            new DocumentTokens() {
              @Override
              public int limit() {
                return tokens.limit();
              }

              @Override
              public int count(String text) {
                chars.addAndGet(text.length());
                return tokens.count(text);
              }

              @Override
              public TokenSpans spans(String text) {
                chars.addAndGet(text.length());
                return tokens.spans(text);
              }
            });
      }
    };
  }

  @Test
  void whatDoesNotFitTheModelIsRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> tens.withSize(65));
    assertTrue(e.getMessage().contains("64"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> tens.withSize(3));
    assertThrows(IllegalArgumentException.class, () -> tens.withOverlap(-1));
    assertThrows(IllegalArgumentException.class, () -> tens.withMaxPassages(0));
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new PassageSplitter(new FakeEmbedder("model-b", 8)));
    assertTrue(e.getMessage().contains("documentTokens"), e.getMessage());
  }

  @Test
  void theDefaultIsNoMoreThanTheModelReads() {
    PassageSplitter small = new PassageSplitter(new WordTokens("model-a", 8, 64, 1));
    assertEquals(64, small.size());
    assertEquals(8, small.overlap());
    PassageSplitter large = new PassageSplitter(new WordTokens("model-a", 8, 8192, 1));
    assertEquals(256, large.size());
    assertEquals(32, large.overlap());
    assertEquals(10, large.withSize(80).overlap());
    assertEquals(Integer.MAX_VALUE, large.maxPassages());
  }
}
