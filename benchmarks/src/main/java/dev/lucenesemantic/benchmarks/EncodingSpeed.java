package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.SentenceTransformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how fast a model encodes sets of texts, each set with one call, again and again. */
final class EncodingSpeed {
  private static final int WARM_UP_TEXTS = 128;

  private final SentenceTransformer model;
  private final List<TextSet> sets;
  private final Map<String, Long> tokens = new LinkedHashMap<>();

  EncodingSpeed(SentenceTransformer model, List<TextSet> sets) {
    this.model = model;
    this.sets = sets;
    for (TextSet set : sets) {
      tokens.put(
          set.name(), set.texts().stream().mapToLong(text -> model.tokenize(text).length()).sum());
    }
  }

  /** The mean number of tokens that the model sees of a text. */
  double meanTokens(TextSet set) {
    return (double) tokens.get(set.name()) / set.texts().size();
  }

  /** Encodes some texts of each set, so that what is compiled late is compiled. */
  void warmUp() {
    for (TextSet set : sets) {
      model.encode(set.texts().subList(0, Math.min(WARM_UP_TEXTS, set.texts().size())));
    }
  }

  /**
   * Encodes each set, as a whole and as often as fits the time.
   *
   * @param seconds the time for each set, at least; the pass that is under way is finished
   * @return the rate for each set, by its name
   */
  Map<String, Rate> measure(double seconds) {
    Map<String, Rate> rates = new LinkedHashMap<>();
    for (TextSet set : sets) {
      rates.put(set.name(), measure(set, seconds));
    }
    return rates;
  }

  private Rate measure(TextSet set, double seconds) {
    int passes = 0;
    double elapsed = 0;
    long start = System.nanoTime();
    while (elapsed < seconds) {
      model.encode(set.texts());
      passes++;
      elapsed = (System.nanoTime() - start) / 1e9;
    }
    return new Rate(
        passes * set.texts().size() / elapsed, passes * tokens.get(set.name()) / elapsed);
  }
}
