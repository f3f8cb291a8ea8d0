package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageSplitter;
import java.nio.file.Path;
import java.util.List;
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

  private static List<Passage> passages(SentenceTransformer model, int size) {
    return new PassageSplitter(model).withSize(size).split(TEXT).passages();
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
