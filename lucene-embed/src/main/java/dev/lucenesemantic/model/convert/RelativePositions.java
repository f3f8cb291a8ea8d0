package dev.lucenesemantic.model.convert;

import dev.lucenesemantic.model.ModelException;
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

  /** So many, whatever {@code relative_attention_num_buckets} says: Python does not pass it on. */
  private static final int BUCKETS = 32;

  private RelativePositions() {}

  /** What is added to the scores of all heads, for each pair of places. */
  static String bias(
      OnnxGraphWriter graph,
      MatrixWriter matrices,
      Weights weights,
      EncoderConfig config,
      String length)
      throws IOException {
    int rows = Math.toIntExact(weights.shape(NAME).get(0));
    if (rows < BUCKETS) {
      throw new ModelException(
          NAME,
          "has "
              + rows
              + " rows, and the network looks into "
              + BUCKETS
              + "; the weights are another model's");
    }
    float[] values = weights.floats(NAME, rows, config.heads());
    int places = Math.toIntExact(weights.shape("embeddings.position_embeddings.weight").get(0));
    // One row for every distance that can be, so that the network need not compute logarithms.
    float[] byDistance = new float[(2 * places - 1) * config.heads()];
    for (int distance = 1 - places; distance < places; distance++) {
      int from = bucket(distance, BUCKETS) * config.heads();
      int row = distance + places - 1;
      System.arraycopy(values, from, byDistance, row * config.heads(), config.heads());
    }
    String table = matrices.table("relative_attention_bias", byDistance, config.heads());
    String end = graph.add("Squeeze", length);
    String places0 = graph.add("Range", graph.constant(0L), end, graph.constant(1L));
    String to = graph.add("Unsqueeze", places0, graph.constants(0));
    String from = graph.add("Unsqueeze", places0, graph.constants(1));
    String row = graph.add("Add", graph.add("Sub", to, from), graph.constant((long) places - 1));
    String perPair = graph.add("Gather", table, row);
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
