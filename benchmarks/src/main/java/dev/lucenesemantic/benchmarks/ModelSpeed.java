package dev.lucenesemantic.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Measures how fast a model takes sets of texts, each set with one call, again and again: a
 * bi-encoder that encodes them, or a cross-encoder that scores them for a query.
 */
final class ModelSpeed {
  private static final int WARM_UP_TEXTS = 128;

  private final Consumer<List<String>> model;
  private final List<TextSet> sets;
  private final Map<String, Long> tokens = new LinkedHashMap<>();

  /**
   * Counts the tokens; measures nothing yet.
   *
   * @param model takes the texts of a set through the model
   * @param tokens how many tokens the model sees for a text
   * @param sets the sets
   */
  ModelSpeed(Consumer<List<String>> model, ToIntFunction<String> tokens, List<TextSet> sets) {
    this.model = model;
    this.sets = sets;
    for (TextSet set : sets) {
      this.tokens.put(
          set.name(), set.texts().stream().mapToLong(text -> tokens.applyAsInt(text)).sum());
    }
  }

  /** The mean number of tokens that the model sees for a text. */
  double meanTokens(TextSet set) {
    return (double) tokens.get(set.name()) / set.texts().size();
  }

  /** Takes some texts of each set, so that what is compiled late is compiled. */
  void warmUp() {
    for (TextSet set : sets) {
      model.accept(set.texts().subList(0, Math.min(WARM_UP_TEXTS, set.texts().size())));
    }
  }

  /**
   * Takes each set, as a whole and as often as fits the time.
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
      model.accept(set.texts());
      passes++;
      elapsed = (System.nanoTime() - start) / 1e9;
    }
    return new Rate(
        passes * set.texts().size() / elapsed, passes * tokens.get(set.name()) / elapsed);
  }
}
