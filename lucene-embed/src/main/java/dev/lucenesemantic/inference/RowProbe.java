package dev.lucenesemantic.inference;

import dev.lucenesemantic.model.TransformerSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries out whether a text has the same output alone and beside a longer one. Attention leaves
 * fillers out, as the mask says; what looks at neighbours without asking the mask (the convolutions
 * of ConvBERT, MobileBERT's three words at a time) does not, and its files do not say so.
 */
final class RowProbe {
  private static final Logger LOG = LoggerFactory.getLogger(RowProbe.class);

  /** Of the largest number; rounding alone is a hundredth of it. */
  private static final float TOLERANCE = 1e-4f;

  private static final int SHORT = 4;
  private static final int LONG = 9;

  private RowProbe() {}

  /** True as well if the network cannot run two texts at once. */
  static boolean mixesRows(TensorModel model, TransformerSource source) {
    TokenIds text = tokens(SHORT, source);
    float[] alone;
    float[] beside;
    try {
      alone = model.run(TokenBatch.of(List.of(text))).data();
      beside = model.run(TokenBatch.of(List.of(text, tokens(LONG, source)))).data();
    } catch (InferenceException e) {
      LOG.debug("{} runs one text at a time only", source.name(), e);
      return true;
    }
    float largest = 0;
    float difference = 0;
    // The text comes first, and its fillers behind its tokens.
    for (int i = 0; i < alone.length; i++) {
      largest = Math.max(largest, Math.abs(alone[i]));
      difference = Math.max(difference, Math.abs(alone[i] - beside[i]));
    }
    if (difference > TOLERANCE * largest) {
      LOG.info(
          "{} gives a text other numbers beside a longer one; it runs one by one", source.name());
      return true;
    }
    return false;
  }

  /** Ids that every vocabulary has; none of them is the filler's, which has a meaning to some. */
  private static TokenIds tokens(int count, TransformerSource source) {
    int vocabulary = source.vocabularySize().orElse(2 * LONG);
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      int id = Math.min(vocabulary - 1, 1 + i % Math.max(1, vocabulary - 1));
      ids[i] = id == source.padId() ? Math.max(0, id - 1) : id;
    }
    return new TokenIds(ids, new int[count], false);
  }
}
