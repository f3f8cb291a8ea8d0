package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SplitText;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passages of texts that nobody wrote to be read, by tokenizers of every kind. */
class HostilePassagesTest {
  private static final Map<String, String> TEXTS = new LinkedHashMap<>();

  static {
    TEXTS.put("words", "the library of the river. ".repeat(3000));
    TEXTS.put("no spaces", "internationalization".repeat(300));
    TEXTS.put("one giant word", "x".repeat(100_000));
    TEXTS.put("lines", "the library of the river grew, and so on\n\n".repeat(500));
    TEXTS.put("crlf", "A line here\r\nand there.\r\n\r\nNext one.\r\n".repeat(200));
    TEXTS.put("chinese", "水飲山登本当？".repeat(300));
    TEXTS.put("chinese without marks", "水飲山登本当".repeat(300));
    TEXTS.put("thai", "สวัสดีครับผมชื่อสมชาย ยินดีที่ได้รู้จัก ".repeat(60));
    TEXTS.put("thai without spaces", "สวัสดีครับผมชื่อสมชาย".repeat(100));
    TEXTS.put("hindi", "क्षत्रिय ज्ञान है। ".repeat(150));
    TEXTS.put("jamo", "한국어 \u1112\u1161\u11ab ".repeat(200));
    TEXTS.put(
        "families",
        "\ud83d\udc68\u200D\ud83d\udc69\u200D\ud83d\udc67\u200D\ud83d\udc66 ".repeat(200));
    TEXTS.put("flags", "\ud83c\udde9\ud83c\uddea".repeat(150));
    TEXTS.put("lone surrogates", "a\ud83d b \ude00\ud83d x ".repeat(300));
    TEXTS.put("nothing but lone surrogates", "\ud83d".repeat(500) + "\ude00".repeat(500));
    TEXTS.put("nfd", Normalizer.normalize("Café Zoë naïve ậ ".repeat(200), Normalizer.Form.NFD));
    TEXTS.put("nfc", "Café Zoë naïve ậ ".repeat(200));
    TEXTS.put("zalgo", "a" + "\u0301\u0308\u0323".repeat(1500) + " b");
    TEXTS.put("marks alone", "\u0301".repeat(1000));
    TEXTS.put("lengths", "\ufdfa ﬃ ㎏ Å \u1E9B\u0323 İ ß ".repeat(200));
    TEXTS.put("controls", "a\u200b\u0001b \u0000c ".repeat(300));
    TEXTS.put("controls alone", "\u0001\u0002");
    TEXTS.put("many controls", "\u0001".repeat(70_000) + "end");
    TEXTS.put("blanks", "word" + " ".repeat(300_000) + "word " + "\n".repeat(200_000) + "x y z");
    TEXTS.put("blanks behind", "w " + " ".repeat(300_000));
    TEXTS.put("blank", " \n\t\u00a0\u3000".repeat(100));
    TEXTS.put("empty", "");
    TEXTS.put("full stops", ".".repeat(5_000));
    TEXTS.put("numbers", "3,000.5;".repeat(1000));
    TEXTS.put("special tokens", "[CLS] [SEP] <s> </s> <unk> <mask> <|endoftext|> ".repeat(100));
  }

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bundled",
        "family-bert",
        "family-mpnet",
        "family-roberta",
        "family-xlm-roberta",
        "family-albert",
        "family-deberta-v2",
        "family-qwen3"
      })
  void everyPassageFitsAndNothingIsLeftOut(String name) {
    try (SentenceTransformer model =
        name.equals("bundled")
            ? SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8)
            : SentenceTransformer.load(FamilyFolder.make(name, temp))) {
      DocumentTokens tokens = model.documentTokens().orElseThrow();
      PassageSplitter splitter = new PassageSplitter(model).withSize(48);
      TEXTS.forEach(
          (kind, text) -> {
            String title = kind.length() % 2 == 0 ? "" : "Title";
            check(kind, text, splitter.split(title, text), tokens, splitter);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bundled", "family-roberta", "family-qwen3"})
  void passagesThatOverlapByHalfBeginWithWholeWordsAndCharacters(String name) {
    Random random = new Random(7);
    try (SentenceTransformer model =
        name.equals("bundled")
            ? SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8)
            : SentenceTransformer.load(FamilyFolder.make(name, temp))) {
      for (int i = 0; i < 250; i++) {
        int size = 24 + 4 * random.nextInt(6);
        PassageSplitter splitter = new PassageSplitter(model).withSize(size).withOverlap(size / 2);
        String text = words(random);
        for (Passage passage : splitter.split(text).passages()) {
          int start = passage.start();
          assertTrue(
              start == 0 || !Character.isLetter(text.charAt(start - 1)),
              () -> "size " + size + ", offset " + start + " of " + text);
        }
        String marked = characters(random);
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(marked);
        for (Passage passage : splitter.split(marked).passages()) {
          assertTrue(
              characters.isBoundary(passage.start()),
              () -> "size " + size + ", offset " + passage.start() + " of " + marked);
        }
      }
    }
  }

  private static String words(Random random) {
    List<String> words = List.of("the", "river", "Yehud", "Kras", "osmium", "likely", "and", "of");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append(words.get(random.nextInt(words.size())));
      text.append(random.nextInt(6) == 0 ? ". " : random.nextInt(8) == 0 ? ", " : " ");
    }
    return text.append("end").toString();
  }

  private static String characters(Random random) {
    List<String> characters =
        List.of(
            "\u1112\u1161\u11ab",
            "\u0915\u094d\u0937\u093f",
            "\ud83c\udde9\ud83c\uddea",
            "\ud83d\udc4d\ud83c\udffd",
            "e\u0301\u0323");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append(characters.get(random.nextInt(characters.size())));
      text.append(random.nextInt(5) == 0 ? ". " : random.nextInt(5) == 0 ? " " : "");
    }
    return text.append("end").toString();
  }

  @Test
  void aPassageThatMovesOnDoesNotBeginInsideAWord() {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8)) {
      PassageSplitter splitter = new PassageSplitter(model).withSize(16).withOverlap(8);
      String text = "and. Yehud Kras people, behavioural. molybdenum";
      for (Passage passage : splitter.split(text).passages()) {
        assertTrue(
            passage.start() == 0 || text.charAt(passage.start() - 1) == ' ', passage.toString());
      }
    }
  }

  private static void check(
      String kind, String text, SplitText split, DocumentTokens tokens, PassageSplitter splitter) {
    assertTrue(split.isComplete(), kind);
    int start = -1;
    int covered = 0;
    for (Passage passage : split.passages()) {
      String where = kind + " " + passage.number() + ": " + passage.start() + "-" + passage.end();
      assertEquals(text.substring(passage.start(), passage.end()), passage.text(), where);
      assertTrue(passage.start() > start && passage.end() > covered, where);
      assertTrue(isBlank(text, covered, passage.start()), where);
      assertFalse(isSpace(passage.text().charAt(0)), where);
      assertFalse(isSpace(passage.text().charAt(passage.text().length() - 1)), where);
      assertFalse(isInsideOfPair(text, passage.start()), where);
      assertFalse(isInsideOfPair(text, passage.end()), where);
      assertTrue(passage.tokens() <= splitter.size(), where + " " + passage.tokens());
      assertEquals(tokens.count(passage.encoded()), passage.tokens(), where);
      start = passage.start();
      covered = passage.end();
    }
    assertTrue(isBlank(text, covered, text.length()), kind);
  }

  private static boolean isBlank(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  private static boolean isInsideOfPair(String text, int offset) {
    return offset > 0
        && offset < text.length()
        && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset));
  }
}
