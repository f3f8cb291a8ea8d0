package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;

/**
 * A query, and texts of the length that hits usually have: {@value #MIN_TOKENS} to {@value
 * #MAX_TOKENS} tokens.
 *
 * @param query the query
 * @param hits the texts
 */
record QueryHits(String query, List<String> hits) {
  static final int MIN_TOKENS = 60;
  static final int MAX_TOKENS = 300;

  /** Makes the generated texts the same in every run. */
  private static final long SEED = 42;

  /** Most generated texts have the right length; if none has, it is the tokenizer's fault. */
  private static final int ATTEMPTS = 100;

  QueryHits {
    hits = List.copyOf(hits);
  }

  /**
   * The first query of a collection, and the first of its documents that have the right length.
   *
   * @param count how many documents
   * @param tokens how many tokens a text has, without special ones
   * @throws UsageException if there are not enough
   */
  static QueryHits from(BeirFolder collection, int count, ToIntFunction<String> tokens)
      throws IOException {
    String query =
        collection.queries().values().stream()
            .findFirst()
            .orElseThrow(() -> new BeirFormatException(collection.folder(), "no query in it"));
    List<String> hits = new ArrayList<>();
    try (BeirFolder.DocumentReader documents = collection.documents()) {
      while (documents.hasNext() && hits.size() < count) {
        addIfFits(documents.next().contents(), tokens, hits);
      }
    }
    return enough(query, hits, count, collection.folder().toString());
  }

  /**
   * Sentences about a search library.
   *
   * @param count how many texts
   * @param tokens how many tokens a text has, without special ones
   * @throws UsageException if the tokenizer finds other numbers of tokens in all texts
   */
  static QueryHits generated(int count, ToIntFunction<String> tokens) {
    SentenceGenerator sentences = new SentenceGenerator(new Random(SEED));
    Random lengths = new Random(SEED + 1);
    String query = sentences.text(1);
    List<String> hits = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS * count && hits.size() < count; i++) {
      addIfFits(sentences.text(50 + lengths.nextInt(200)), tokens, hits);
    }
    return enough(query, hits, count, "the generated texts");
  }

  private static void addIfFits(String text, ToIntFunction<String> tokens, List<String> hits) {
    int length = tokens.applyAsInt(text);
    if (length >= MIN_TOKENS && length <= MAX_TOKENS) {
      hits.add(text);
    }
  }

  private static QueryHits enough(String query, List<String> hits, int count, String source) {
    if (hits.size() < count) {
      throw new UsageException(
          "'--hits' asks for "
              + count
              + " texts of "
              + MIN_TOKENS
              + " to "
              + MAX_TOKENS
              + " tokens, and there are "
              + hits.size()
              + " in "
              + source);
    }
    return new QueryHits(query, hits);
  }
}
