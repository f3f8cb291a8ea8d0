package dev.lucenesemantic.embed;

import static dev.lucenesemantic.embed.Reference.cosine;
import static dev.lucenesemantic.embed.Reference.maxDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.Reference.NamedText;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundled models give Python's token ids and Python's vectors. */
class BundledModelParityTest {
  private static final EncoderOptions SILENT =
      EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);

  @ParameterizedTest
  @EnumSource(names = {"ALL_MINILM_L6_V2", "BGE_SMALL_EN_V15", "E5_SMALL_V2"})
  void tokensAndVectorsArePythons(BundledModel bundled) {
    List<NamedText> texts = Reference.texts();
    assertTrue(texts.size() >= 200, texts.size() + " texts");
    try (SentenceTransformer model = SentenceTransformer.load(bundled, SILENT)) {
      List<int[]> ids = Reference.ids(model.modelName() + ".ids");
      assertEquals(texts.size(), ids.size());
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(
            ids.get(i), model.tokenize(texts.get(i).text()).ids(), texts.get(i).name());
      }
      List<String> plain = texts.stream().map(NamedText::text).toList();
      assertPythons(texts, Reference.vectors(model.modelName() + ".f32", 384), model.encode(plain));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BGE_SMALL_EN_V15", "E5_SMALL_V2"})
  void promptsForQueriesArePythons(BundledModel bundled) {
    List<NamedText> texts = Reference.texts();
    try (SentenceTransformer model = SentenceTransformer.load(bundled, SILENT)) {
      List<float[]> expected = Reference.vectors(model.modelName() + ".query.f32", 384);
      List<float[]> queries =
          texts.subList(0, expected.size()).stream()
              .map(text -> model.embedQuery(text.text()))
              .toList();
      assertPythons(texts, expected, queries);
      List<float[]> byName =
          model.encode(
              texts.subList(0, expected.size()).stream().map(NamedText::text).toList(), "query");
      assertPythons(texts, expected, byName);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "E5_SMALL_V2")
  void promptsForDocumentsArePythons(BundledModel bundled) {
    List<NamedText> texts = Reference.texts();
    try (SentenceTransformer model = SentenceTransformer.load(bundled, SILENT)) {
      List<float[]> expected = Reference.vectors(model.modelName() + ".document.f32", 384);
      List<String> documents =
          texts.subList(0, expected.size()).stream().map(NamedText::text).toList();
      assertPythons(texts, expected, model.embedDocuments(documents));
      assertPythons(texts, expected, model.encode(documents, "passage"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyBundledModelHasItsOwnFingerprintAndSettings(BundledModel bundled) {
    try (SentenceTransformer model = SentenceTransformer.load(bundled)) {
      assertEquals(384, model.dimension());
      assertEquals(bundled.modelName(), model.modelName());
      boolean miniLm = bundled.name().startsWith("ALL_MINILM");
      assertEquals(miniLm ? 256 : 512, model.maxSequenceLength());
      assertEquals(Similarity.COSINE, model.similarity());
      Map<String, String> prompts = model.prompts();
      assertEquals(
          bundled.name().startsWith("E5")
              ? "query: "
              : miniLm ? "" : "Represent this sentence for searching relevant passages: ",
          prompts.get("query"));
    }
  }

  private static void assertPythons(
      List<NamedText> texts, List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      String name = texts.get(i).name();
      assertTrue(cosine(expected.get(i), actual.get(i)) >= 0.99999, name);
      assertEquals(0f, maxDifference(expected.get(i), actual.get(i)), 1e-4f, name);
    }
  }
}
