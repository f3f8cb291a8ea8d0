package dev.lucenesemantic.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextPair;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples with the real models. */
class ExamplesTest {
  private interface Example {
    void run(PrintStream out) throws Exception;
  }

  private static List<String> output(Example example) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    example.run(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void indexAndSearchFindsTheAnswerWithoutACommonWord() throws Exception {
    List<String> lines = output(IndexAndSearch::run);
    assertEquals(4, lines.size());
    assertTrue(lines.get(1).endsWith("Around nine million people live in London."), lines.get(1));
  }

  @Test
  void sentenceSimilarityPrintsThePublishedNumbers() throws Exception {
    assertEquals(
        List.of(
            "1.0000  0.6660  0.1046  The weather is lovely today.",
            "0.6660  1.0000  0.1411  It's so sunny outside!",
            "0.1046  0.1411  1.0000  He drove to the stadium."),
        output(SentenceSimilarity::run));
  }

  @Test
  void parserMixesWordsAndMeaning() throws Exception {
    List<String> lines = output(ParserExample::run);
    int both = lines.indexOf("+body:london +body_vector:\"population of the capital\"");
    assertTrue(lines.get(both + 1).endsWith("Around nine million people live in London."));
    assertTrue(!lines.get(both + 2).startsWith(" "), "Paris does not have the word london");
    List<String> last = lines.subList(both + 3, lines.size());
    assertTrue(last.getFirst().contains("buses"), last::toString);
    assertTrue(last.stream().noneMatch(line -> line.contains("financial")), last::toString);
  }

  @Test
  void filterAndHybridKeepTheirConditions() throws Exception {
    List<String> lines = output(FilterAndHybrid::run);
    int filtered = lines.indexOf("Since 2024: not enough RAM");
    int hybrid = lines.indexOf("Hybrid, since 2024: login problem e4711");
    assertTrue(lines.get(1).contains("2019"), lines::toString);
    assertTrue(lines.get(filtered + 1).contains("its heap was full"), lines::toString);
    assertEquals(2, hybrid - filtered - 1);
    assertTrue(lines.get(hybrid + 1).contains("E4711"), lines::toString);
    assertTrue(lines.get(hybrid + 2).contains("password"), lines::toString);
    assertTrue(
        lines.subList(filtered, lines.size()).stream().noneMatch(line -> line.contains("2019 ")),
        lines::toString);
  }

  @Test
  void findDuplicatesFindsThePasswordQuestionsAndRemovesWhatIsDouble() throws Exception {
    List<String> lines = output(FindDuplicates::run);
    int communities = lines.indexOf("Communities");
    assertEquals(4, communities, lines::toString);
    assertTrue(lines.get(1).contains("password") && lines.get(1).contains(" | "), lines::toString);
    String largest = lines.get(communities + 1);
    assertEquals(4, largest.split("password", -1).length, largest);
    assertEquals("Left in the index: 3 of 6", lines.getLast(), lines::toString);
  }

  @Test
  void longDocumentsAreFoundByTheirBestPassage() throws Exception {
    List<String> lines = output(LongDocuments::run);
    assertTrue(
        lines.get(1).contains("  security, passage 1, chars ")
            && lines.get(1).contains(": If you lose your laptop or phone"),
        lines::toString);
    int filtered = lines.indexOf("having a baby (team people)");
    // One document, though several of its passages match the filter.
    assertEquals(filtered + 2, lines.size(), lines::toString);
    assertTrue(lines.getLast().contains("leave, passage"), lines::toString);
    assertTrue(lines.getLast().contains("New parents can stay at home"), lines::toString);
  }

  @Test
  void searchImagesRanksTheImagesOfAFolder(@TempDir Path model) throws Exception {
    // A tiny CLIP with random weights: what it finds means nothing, but it finds.
    Path clip = Path.of("../lucene-embed/src/test/resources/reference/clip");
    Files.createDirectory(model.resolve("onnx"));
    for (String file :
        List.of(
            "config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json")) {
      Files.copy(clip.resolve("base").resolve(file), model.resolve(file));
    }
    for (String file : List.of("onnx/text_model.onnx", "onnx/vision_model.onnx")) {
      Files.copy(clip.resolve("split").resolve(file), model.resolve(file));
    }
    List<String> lines =
        output(out -> SearchImages.run(model.toString(), clip.resolve("images"), "a cat", out));
    assertEquals(5, lines.size());
    assertTrue(firstNumber(lines.get(0)) >= firstNumber(lines.get(4)), lines::toString);
    assertTrue(lines.get(0).contains("images"), lines::toString);
  }

  @Test
  void rerankingAnExistingSearchBringsTheHitUpThatTheModelPrefers() throws Exception {
    PairScorer likesRefunds =
        new PairScorer() {
          @Override
          public float[] predict(List<TextPair> pairs) {
            float[] scores = new float[pairs.size()];
            for (int i = 0; i < scores.length; i++) {
              scores[i] = pairs.get(i).document().startsWith("Refunds") ? 1 : 0;
            }
            return scores;
          }

          @Override
          public void close() {}
        };
    List<String> lines = output(out -> RerankExistingSearch.run(out, likesRefunds));
    int before = lines.indexOf("Before");
    int after = lines.indexOf("After");
    assertTrue(lines.get(before + 1).contains("Get our app"), lines::toString);
    assertTrue(lines.get(after + 1).contains("Refunds are paid"), lines::toString);
    int why = lines.indexOf("Why the first hit is the first");
    assertEquals(firstNumber(lines.get(after + 1)), firstNumber(lines.get(why + 1)), 5e-4);
  }

  private static double firstNumber(String line) {
    return Double.parseDouble(line.strip().split(" ")[0]);
  }

  @Test
  void rerankingAnExistingSearchAnswersWithTheRealModel() throws Exception {
    RerankerWeights.assumePresent();
    List<String> lines = output(RerankExistingSearch::run);
    int why = lines.indexOf("Why the first hit is the first");
    assertTrue(lines.indexOf("After") < why, lines::toString);
    assertTrue(
        lines.subList(why, lines.size()).stream().anyMatch(line -> line.contains("lucene-rerank")),
        lines::toString);
  }
}
