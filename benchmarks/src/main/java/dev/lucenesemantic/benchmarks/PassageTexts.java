package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Passages to index: pieces of 30 to 90 words, about 95 tokens on average, of which no two are the
 * same.
 */
final class PassageTexts {
  private static final int FEWEST_WORDS = 30;
  private static final int MOST_WORDS = 90;

  /** Makes the passages the same in every run. */
  private static final long SEED = 42;

  private PassageTexts() {}

  /**
   * Cuts the documents of collections into passages, one after the other.
   *
   * @param count how many passages; fewer where the collections are smaller
   */
  static List<String> from(List<BeirFolder> collections, int count) throws IOException {
    List<String> passages = new ArrayList<>();
    Random lengths = new Random(SEED);
    for (BeirFolder collection : collections) {
      try (BeirFolder.DocumentReader documents = collection.documents()) {
        while (documents.hasNext() && passages.size() < count) {
          String[] words = documents.next().contents().strip().split("\\s+");
          int from = 0;
          while (words.length - from >= FEWEST_WORDS && passages.size() < count) {
            int to = Math.min(words.length, from + length(lengths));
            passages.add(String.join(" ", Arrays.asList(words).subList(from, to)));
            from = to;
          }
        }
      }
    }
    return passages;
  }

  /** English sentences about a search library, put together from lists of words. */
  static List<String> generated(int count) {
    SentenceGenerator sentences = new SentenceGenerator(new Random(SEED));
    Random lengths = new Random(SEED + 1);
    List<String> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passages.add(i + ": " + sentences.text(length(lengths)));
    }
    return passages;
  }

  private static int length(Random lengths) {
    return FEWEST_WORDS + lengths.nextInt(MOST_WORDS - FEWEST_WORDS + 1);
  }
}
