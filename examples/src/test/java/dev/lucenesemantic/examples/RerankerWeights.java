package dev.lucenesemantic.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lucenesemantic.rerank.BundledReranker;

/** Whether there is a reranker to run a program with. */
final class RerankerWeights {
  private RerankerWeights() {}

  static void assumePresent() {
    assumeTrue(
        BundledReranker.class.getResource("model/model.onnx") != null,
        "the weights of lucene-rerank-model are not in this checkout");
  }
}
