package dev.lucenesemantic.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Of what kind the places in a text are. */
class TextBreaksTest {

  /** The pieces between places of a kind, white space around them left out. */
  private static List<String> pieces(String text, IntPredicate place) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int at = 1; at <= text.length(); at++) {
      // White space belongs to what is before it.
      if (place.test(at) && (at == text.length() || !TextBreaks.isSpace(text.charAt(at)))) {
        pieces.add(text.substring(from, at).replace('\u00a0', ' ').strip());
        from = at;
      }
    }
    return pieces;
  }

  private static List<String> sentences(String text) {
    return pieces(text, new TextBreaks(text)::isSentence);
  }

  private static List<String> clauses(String text) {
    return pieces(text, new TextBreaks(text)::isClause);
  }

  private static List<String> words(String text) {
    return pieces(text, new TextBreaks(text)::isWord);
  }

  @Test
  void sentencesWithoutCapitalsEndAtFullStops() {
    assertEquals(
        List.of("people write like this.", "nobody cares!", "\"it is so.\"", "(and so on.)", "ok."),
        sentences("people write like this. nobody cares! \"it is so.\" (and so on.)\u00a0 ok."));
    assertEquals(
        List.of("flow past a plate .", "the angle is 3 .", "it is called a .", "so i don't.", "no"),
        sentences("flow past a plate . the angle is 3 . it is called a . so i don't. no"));
    assertEquals(
        List.of("\u10d0\u10d1\u10d2.", "\u10d2\u10d3"),
        sentences("\u10d0\u10d1\u10d2. \u10d2\u10d3"));
  }

  @Test
  void aFewNamesAreNoCapitalsOfSentences() {
    assertEquals(
        List.of(
            "we were there.", "it rained.", "Berlin was grey.", "we left.", "it was late.", "x"),
        sentences("we were there. it rained. Berlin was grey. we left. it was late. x"));
  }

  @Test
  void abbreviationsEndNoSentenceWithoutCapitals() {
    for (String text :
        List.of(
            "it took approx. five days",
            "fruit, i.e. apples",
            "fruit, e.g. apples",
            "fruit, e . g . apples",
            "apples vs. pears",
            "by dr. brown",
            "by prof. brown",
            "by j. brown",
            "by brown et al. in spring",
            "am 3. mai",
            "die stadt bzw. das land",
            "wait ... and see")) {
      assertEquals(
          List.of("it was so.", text + ".", "and so on"),
          sentences("it was so. " + text + ". and so on"));
    }
  }

  @Test
  void aFullStopBeforeASmallLetterEndsAClauseOfTextWithCapitals() {
    String text = "This is so. We used it in mice. mTOR was low. It was approx. five. He left.";
    assertEquals(
        List.of(
            "This is so.", "We used it in mice. mTOR was low.", "It was approx. five.", "He left."),
        sentences(text));
    text =
        "This is so. We used it in experiments. mTOR was low. It was approx. five, not etc. six.";
    assertEquals(
        List.of(
            "This is so.",
            "We used it in experiments.",
            "mTOR was low.",
            "It was approx. five,",
            "not etc. six."),
        clauses(text));
    assertEquals(3, sentences(text).size());
    assertEquals(
        List.of("Wir kamen am 3. mai bzw. am 17. dezember an.", "Er ging."),
        clauses("Wir kamen am 3. mai bzw. am 17. dezember an. Er ging."));
  }

  @Test
  void someAbbreviationsEndNoSentenceBeforeCapitalsEither() {
    String text = "Cities, e.g. Berlin, i.e. Prof. Brown's, Dr. Y. Z. White's vs. J. Black's.";
    assertEquals(List.of(text), sentences(text));
    // Capitals without vowels are a word of their own.
    assertEquals(
        List.of("It was found by PCR.", "We say so."),
        sentences("It was found by PCR. We say so."));
  }

  @Test
  void aQuoteThatIsClosedBehindASpaceBelongsToItsSentence() {
    assertEquals(
        List.of("\u00ab Non ! \u00bb", "Il partit."),
        sentences("\u00ab\u00a0Non\u00a0!\u00a0\u00bb Il partit."));
    assertEquals(
        List.of("\u00ab Non. \u00bb", "Il partit (vite ! )", "Oui."),
        sentences("\u00ab Non. \u00bb Il partit (vite ! ) Oui."));
    assertEquals(
        List.of("\u00ab Non ! \u00bb dit-il.", "Oui."),
        sentences("\u00ab\u00a0Non\u00a0!\u00a0\u00bb dit-il. Oui."));
    // German has them the other way round.
    assertEquals(
        List.of("Er ging.", "\u00bbKomm!\u00ab", "Sie blieb."),
        sentences("Er ging. \u00bbKomm!\u00ab Sie blieb."));
  }

  @Test
  void marksStayWithTheWordBeforeThem() {
    assertEquals(
        List.of("Non ! \u00bb", "dit ,", "il ."), words("Non\u00a0!\u00a0\u00bb dit , il ."));
    assertTrue(new TextBreaks("a\n\n) b").isWord(3), "a paragraph");
    assertFalse(new TextBreaks("a ) b").isWord(2));
    assertTrue(new TextBreaks("a .net b").isWord(2), "a word that begins with a mark");
  }

  @Test
  void sentencesEndInEveryScript() {
    for (int mark :
        List.of(
            0x0702, 0x07F9, 0x1362, 0x166E, 0x1944, 0x1AA9, 0x1B5F, 0x1C3B, 0x1C7E, 0x1C7F, 0x203D,
            0x2CF9, 0xA4FF, 0xA60E, 0xA6F3, 0xA8CE, 0xA92F, 0xA9C9, 0xAA5D, 0xAAF0, 0xABEB, 0xFE56,
            0x11141, 0x16AF5, 0x1DA88)) {
      String text = "\u1C5A\u1C5B" + Character.toString(mark) + " \u1C5A\u1C5C";
      assertEquals(
          List.of(text.substring(0, text.indexOf(' ')), "\u1C5A\u1C5C"),
          sentences(text),
          Integer.toHexString(mark));
    }
  }

  @Test
  void theNumberOfAnItemStaysWithIt() {
    assertEquals(
        List.of("Mix it:", "1. Flour", "2. Water"), sentences("Mix it:\n1. Flour\n2. Water"));
    assertEquals(
        List.of("a. The first", "B. The second", "1.2. A part"),
        sentences("a. The first\nB. The second\n1.2. A part"));
    // What begins a line belongs to it.
    assertEquals(List.of("mov ax", "; A note"), sentences("mov ax\n; A note"));
    assertEquals(List.of("One", ". Two", "! Three"), sentences("One\n. Two\n! Three"));
  }

  @Test
  void aNumberBeforeACapitalEndsAClauseIfItCanBeADay() {
    assertEquals(
        List.of("Er kam am 12. Oktober.", "Sie ging."),
        sentences("Er kam am 12. Oktober. Sie ging."));
    assertEquals(List.of("It was 1990.", "Then he left."), sentences("It was 1990. Then he left."));
    assertEquals(List.of("Ludwig XIV.", "K\u00F6nig."), clauses("Ludwig XIV. K\u00F6nig."));
    assertEquals(1, sentences("Ludwig XIV. K\u00F6nig.").size());
  }

  @Test
  void aMarkWithNothingBehindItEndsNoSentence() {
    String text = "See x.org/watch?v=1 and if (!ready) or Enum<?>.";
    assertEquals(List.of(text), sentences(text));
    // Other scripts have no spaces there.
    assertEquals(2, sentences("\u771F\u7684?\u662F").size());
  }

  @Test
  void initialsAndTitlesGoOnInEveryScript() {
    for (String text :
        List.of(
            "Das gilt z. B. Hunden i. d. R. Katzen.",
            "Gen. Grant met Rev. King, Gov. Brown and Capt. Cook.",
            "\u0410. \u0421. \u041F\u0443\u0448\u043A\u0438\u043D \u0432 \u0433. \u041C\u043E\u0441\u043A\u0432\u0430.")) {
      assertEquals(List.of(text), sentences(text));
    }
    assertEquals(
        List.of("It weighs 5 kg.", "Then it fell."), sentences("It weighs 5 kg. Then it fell."));
  }

  @Test
  void sentencesBeginWithNumbersAndAmounts() {
    for (String text :
        List.of(
            "The river rose.|25 people came to see that.|2010 was worse.",
            "It costs more than bread.|$5 is the price.|\u20AC7 it was before.",
            "It rose in 2010.|25 people left.")) {
      assertEquals(List.of(text.split("\\|")), sentences(text.replace('|', ' ')));
    }
    for (String text :
        List.of(
            "See No. 5 and Fig. 3 and p. 12 and pp. 33 of vol. 7.",
            "Er kam am Mo. 12 mit ca. 20 Leuten aus Nr. 5.",
            "On Jan. 5 he met Dr. 9.",
            "Friedrichstr. 12 und Telefonnr. 030 einschl. 19 Prozent.",
            "See Rev. Lett. 12 and Eqns. 5 on Tues. 5 May.")) {
      assertEquals(List.of(text), clauses(text));
    }
    assertEquals(List.of("It was so.", "3 came."), clauses("It was so. 3 came."));
  }

  @Test
  void theMarksOfFootnotesBelongToTheSentenceBefore() {
    for (String text :
        List.of(
            "It was so.[1]|Then it was not.[2,3]|He left.",
            "It was so.[1][2]|Then it was not.[a]|He left.",
            "He left.*|She stayed.",
            "He left.\u00B9|She stayed.",
            "He left.\u00B9\u2076|She stayed.")) {
      assertEquals(List.of(text.split("\\|")), sentences(text.replace('|', ' ')));
    }
  }

  @Test
  void theNumberOfAClauseStaysWithIt() {
    assertEquals(
        List.of("(1) The seller delivers.", "(2) The buyer pays,", "(b) the other one."),
        clauses("(1) The seller delivers. (2) The buyer pays, (b) the other one."));
    for (String mark : List.of("1.)", "iii.", "IV.", "A.1.", "1)", "a)", "(ii)", "2.3.")) {
      String item = mark + " Second part of it";
      assertEquals(List.of("First,", item), clauses("First,\n" + item));
    }
    assertEquals(
        List.of("He saw it (once),", "then left."), clauses("He saw it (once), then left."));
  }

  @Test
  void abbreviationsOfOtherLanguagesGoOn() {
    for (String text :
        List.of(
            "Vive en P. ej. Madrid con la Dra. Ruiz.",
            "Il voit p. ex. Paris.",
            "Il Sig. Rossi e il Dott. Bianchi.",
            "Nap\u0159. Praha.",
            "Mieszka na ul. D\u0142ugiej.")) {
      assertEquals(List.of(text), sentences(text));
    }
  }

  @Test
  void aStraightQuoteBehindAnIdeographIsClosedIfOneWasOpened() {
    String said = "\u4ED6\u8BF4:\"\u4ECA\u5929\u3002\"";
    String then = "\u7136\u540E\u8D70\u3002";
    assertEquals(List.of(said, then), sentences(said + then));
    // One that opens does not.
    String quoted = "\"" + then + "\"";
    assertEquals(List.of(then, quoted), sentences(then + quoted));
  }

  @Test
  void aQuoteThatOpensStaysWithWhatItOpens() {
    // "He said: (quote) today he comes. (quote)"
    String text = "\u4ED6\u8BF4\uFF1A\u201C\u4ECA\u5929\u4ED6\u6765\u3002\u201D";
    assertEquals(
        List.of("\u4ED6\u8BF4\uFF1A", "\u201C\u4ECA\u5929\u4ED6\u6765\u3002\u201D"), clauses(text));
  }
}
