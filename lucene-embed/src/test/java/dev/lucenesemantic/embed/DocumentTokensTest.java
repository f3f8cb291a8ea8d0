package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.inference.TokenSpans;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens by which documents are divided are those that the model then reads. */
class DocumentTokensTest {
  private static final String TEXT =
      "The river rose in spring. It carried trees, and boats! ".repeat(40);

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "family-bert",
        "family-qwen3",
        "static",
        "static-model2vec",
        "router",
        "router-mapped"
      })
  void passagesAreReadToTheirEnd(String name) {
    try (SentenceTransformer model = SentenceTransformer.load(FamilyFolder.make(name, temp))) {
      List<Passage> passages = passages(model, 24);
      assertTrue(passages.size() > 10, passages::toString);
      assertRead(model, passages);
    }
  }

  @Test
  void thePromptForDocumentsCounts() {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.E5_SMALL_V2_INT8)) {
      DocumentTokens tokens = model.documentTokens().orElseThrow();
      assertEquals(512, tokens.limit());
      // [CLS] passage : [SEP]
      assertEquals(4, tokens.count(""));
      assertEquals(5, tokens.count("river"));
      assertRead(model, passages(model, 24));
    }
  }

  @Test
  void aModelWithoutALimitHasPassagesOfTheUsualSize() {
    try (SentenceTransformer model = SentenceTransformer.load(FamilyFolder.make("static", temp))) {
      assertEquals(Integer.MAX_VALUE, model.documentTokens().orElseThrow().limit());
      assertEquals(256, new PassageSplitter(model).size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"family-roberta", "family-xlm-roberta", "family-albert", "family-qwen3"})
  void whereABlankIsAPartOfATokenNoWordStandsForItself(String name) {
    try (SentenceTransformer model = SentenceTransformer.load(FamilyFolder.make(name, temp))) {
      assertFalse(model.documentTokens().orElseThrow().independentWords());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bundled", "prompted", "family-bert", "family-mpnet"})
  void aWordBetweenBlanksHasTheSameTokensInEveryText(String name) {
    try (SentenceTransformer model =
        switch (name) {
          case "bundled" -> SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2_INT8);
          case "prompted" -> SentenceTransformer.load(BundledModel.E5_SMALL_V2_INT8);
          default -> SentenceTransformer.load(FamilyFolder.make(name, temp));
        }) {
      DocumentTokens tokens = model.documentTokens().orElseThrow();
      assertTrue(tokens.independentWords());
      int beside = tokens.count("");
      Random random = new Random(5);
      for (int i = 0; i < 300; i++) {
        StringBuilder text = new StringBuilder();
        int sum = 0;
        for (int j = 0; j < 20; j++) {
          String word = word(random);
          sum += tokens.count(word) - beside;
          text.append(word).append(" \n\r\t".charAt(random.nextInt(4)));
        }
        assertEquals(sum, tokens.spans(text.toString()).size(), text.toString());
        assertEquals(sum, tokens.count(text.toString()) - beside, text.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"family-bert", "family-mpnet"})
  void noTextChangesWhatIsFoundInAnother(String name) {
    try (SentenceTransformer first = SentenceTransformer.load(FamilyFolder.make(name, temp));
        SentenceTransformer second = SentenceTransformer.load(FamilyFolder.make(name, temp))) {
      DocumentTokens tokens = first.documentTokens().orElseThrow();
      List<String> texts =
          List.of(
              "a <mask> b", "<mask> b", "<mask> and <mask>", "word\u00a0 <mask>", "word\u00a0 b");
      List<TokenSpans> once = texts.stream().map(tokens::spans).toList();
      assertEquals(once, texts.stream().map(tokens::spans).toList());
      DocumentTokens others = second.documentTokens().orElseThrow();
      for (String text : texts.reversed()) {
        assertEquals(once.get(texts.indexOf(text)), others.spans(text), text);
        assertEquals(tokens.count(text) - 2, others.spans(text).size(), text);
      }
      assertRead(first, passages(first, 24, "the <mask> of <mask> all. <mask> ".repeat(40)));
    }
  }

  private static String word(Random random) {
    List<String> parts =
        List.of(
            "river",
            "un",
            "ing",
            "\u00c9",
            "e\u0301",
            "\u0301",
            "\u0323",
            "\ud55c",
            "\u1112\u1161",
            "\u6c34",
            "\u0130",
            "\u03a3",
            "\ufffd",
            "\u0000",
            "\u0085",
            "\u00a0",
            "\u200b",
            "\ufeff",
            "\ue000",
            "\u00b4",
            "\ufdfa",
            "\u2028",
            "[SEP]",
            "<mask>",
            "[",
            "##",
            ".",
            "-",
            "\ud83d\ude00",
            "\ud83d",
            "\u0915\u094d",
            "\u0e01\u0e33",
            "x".repeat(101));
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      word.append(parts.get(random.nextInt(parts.size())));
    }
    return word.toString();
  }

  private static List<Passage> passages(SentenceTransformer model, int size) {
    return passages(model, size, TEXT);
  }

  private static List<Passage> passages(SentenceTransformer model, int size, String text) {
    return new PassageSplitter(model).withSize(size).split(text).passages();
  }

  private static void assertRead(SentenceTransformer model, List<Passage> passages) {
    int[] seen = new int[passages.size()];
    int[] read = new int[passages.size()];
    model.embedDocuments(
        passages.stream().map(Passage::encoded).toList(),
        (text, tokens, encoded) -> {
          seen[text] = tokens;
          read[text] = encoded;
        });
    assertArrayEquals(passages.stream().mapToInt(Passage::tokens).toArray(), read);
    assertArrayEquals(seen, read);
  }
}
