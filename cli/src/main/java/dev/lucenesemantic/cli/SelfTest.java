package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.embed.Similarity;
import dev.lucenesemantic.rerank.CrossEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Whether the models that come with this program give on this CPU what they gave elsewhere. */
final class SelfTest {
  /** The quickstart of sentence-transformers: the first three golden texts of all-MiniLM-L6-v2. */
  private static final int QUICKSTART = 3;

  /** Measured: 8-bit weights move the three similarities by .026 at the most. */
  private static final double SIMILARITY_TOLERANCE = 0.05;

  private static final double ALONE_OR_TOGETHER = 1e-5;

  private final SentenceTransformer encoder;
  private final CrossEncoder reranker;

  SelfTest(SentenceTransformer encoder, CrossEncoder reranker) {
    this.encoder = encoder;
    this.reranker = reranker;
  }

  List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    Golden golden = BundledGolden.of(BundledModel.ALL_MINILM_L6_V2_INT8).orElseThrow();
    findings.add(
        parity(
            "vectors",
            golden.vectors().size() + " texts against Python's float32 vectors",
            Parity.INT8.compare(new LoadedModel.Encoder(encoder), golden)));
    findings.add(similarities(golden.vectors().subList(0, QUICKSTART)));
    findings.add(batches(golden.vectors()));
    BundledGolden.ofDefaultReranker()
        .ifPresent(
            probes ->
                findings.add(
                    parity(
                        "reranker",
                        probes.scores().size() + " pairs against the scores of its export",
                        Parity.INT8.compare(new LoadedModel.Reranker(reranker), probes))));
    return findings;
  }

  static Finding parity(String area, String what, List<Parity.Comparison> comparisons) {
    List<Parity.Comparison> off = comparisons.stream().filter(c -> !c.fine()).toList();
    if (off.isEmpty()) {
      return Finding.ok(area, what + ": all fit");
    }
    Parity.Comparison first = off.get(0);
    return Finding.fail(
        area,
        what + ": " + off.size() + " do not fit; " + first.what() + ", " + first.found(),
        wrongNumbers());
  }

  private static String wrongNumbers() {
    return "this CPU or a native library computes 8-bit models wrongly: use a model in full"
        + " precision here, and report it with the output of doctor --json";
  }

  private Finding similarities(List<Golden.TextVector> quickstart) {
    float[][] original = quickstart.stream().map(Golden.TextVector::vector).toArray(float[][]::new);
    float[][] vectors =
        encoder
            .encode(quickstart.stream().map(Golden.TextVector::text).toList())
            .toArray(float[][]::new);
    List<Float> found = pairs(Similarity.COSINE.matrix(vectors, vectors));
    List<Float> expected = pairs(Similarity.COSINE.matrix(original, original));
    double worst = 0;
    for (int i = 0; i < found.size(); i++) {
      worst = Math.max(worst, Math.abs(found.get(i) - expected.get(i)));
    }
    String message =
        "of the quickstart's sentences " + shown(found) + "; in float32 " + shown(expected);
    return worst <= SIMILARITY_TOLERANCE
        ? Finding.ok("similarities", message)
        : Finding.fail("similarities", message, wrongNumbers());
  }

  private static List<Float> pairs(float[][] matrix) {
    return List.of(matrix[0][1], matrix[0][2], matrix[1][2]);
  }

  private static String shown(List<Float> values) {
    return String.format(
        Locale.ROOT, "%.4f %.4f %.4f", values.get(0), values.get(1), values.get(2));
  }

  private Finding batches(List<Golden.TextVector> texts) {
    List<float[]> together = encoder.encode(texts.stream().map(Golden.TextVector::text).toList());
    double worst = 0;
    for (int i = 0; i < texts.size(); i++) {
      float[] alone = encoder.encode(texts.get(i).text());
      float[] other = together.get(i);
      worst =
          Math.max(
              worst,
              Arrays.equals(alone, other)
                  ? 0
                  : 1
                      - Similarity.COSINE
                          .matrix(new float[][] {alone}, new float[][] {other})[0][0]);
    }
    return worst <= ALONE_OR_TOGETHER
        ? Finding.ok("batches", "a text has the same vector alone and together with others")
        : Finding.fail(
            "batches", "a text has another vector alone than together with others", wrongNumbers());
  }
}
