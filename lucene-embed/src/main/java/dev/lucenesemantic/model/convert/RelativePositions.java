package dev.lucenesemantic.model.convert;

import java.io.IOException;
import java.util.Map;

/**
 * MPNet's attention by distance: tokens at a distance share a bucket, the farther the more of them,
 * and each bucket has a value for each head. Buckets are those of {@code
 * MPNetEncoder.relative_position_bucket} in transformers.
 */
final class RelativePositions {
  private static final String NAME = "encoder.relative_attention_bias.weight";
  private static final int MAX_DISTANCE = 128;

  private RelativePositions() {}

  /** What is added to the scores of all heads, for each pair of places. */
  static String bias(
      OnnxGraphWriter graph,
      MatrixWriter matrices,
      Weights weights,
      EncoderConfig config,
      String length)
      throws IOException {
    int buckets = Math.toIntExact(weights.shape(NAME).get(0));
    float[] values = weights.floats(NAME, buckets, config.heads());
    int places = Math.toIntExact(weights.shape("embeddings.position_embeddings.weight").get(0));
    // One row for every distance that can be, so that the network need not compute logarithms.
    float[] byDistance = new float[(2 * places - 1) * config.heads()];
    for (int distance = 1 - places; distance < places; distance++) {
      int row = distance + places - 1;
      System.arraycopy(
          values,
          bucket(distance, buckets) * config.heads(),
          byDistance,
          row * config.heads(),
          config.heads());
    }
    String table = matrices.table("relative_attention_bias", byDistance, config.heads());
    String end = graph.add("Squeeze", length);
    String places0 = graph.add("Range", graph.constant(0L), end, graph.constant(1L));
    String to = graph.add("Unsqueeze", places0, graph.constants(0));
    String from = graph.add("Unsqueeze", places0, graph.constants(1));
    String rows = graph.add("Add", graph.add("Sub", to, from), graph.constant((long) places - 1));
    String perPair = graph.add("Gather", table, rows);
    String perHead = graph.add("Transpose", Map.of("perm", new int[] {2, 0, 1}), perPair);
    return graph.add("Unsqueeze", perHead, graph.constants(0));
  }

  /** The bucket of the distance from a token to one that it attends to. */
  static int bucket(int distance, int buckets) {
    int half = buckets / 2;
    int start = distance > 0 ? half : 0;
    int steps = Math.abs(distance);
    int exact = half / 2;
    if (steps < exact) {
      return start + steps;
    }
    // In 32 bits, as PyTorch computes it.
    float share =
        (float) Math.log((float) steps / exact) / (float) Math.log((double) MAX_DISTANCE / exact);
    return start + Math.min(half - 1, exact + (int) (share * (half - exact)));
  }
}
