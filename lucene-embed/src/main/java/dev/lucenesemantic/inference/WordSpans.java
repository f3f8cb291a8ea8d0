package dev.lucenesemantic.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Finds the places of tokens word by word, for a tokenizer by which a word that stands between
 * blanks, tabs or line ends has the same tokens in every text. It remembers the words: nearly all
 * of a text are words that other texts have had, so that few are left to the tokenizer. Safe for
 * use by several threads.
 */
final class WordSpans {
  /** With these and their places it takes up to 15 MB. */
  private static final int MAX_WORDS = 1 << 16;

  /** What is longer is hardly ever there twice. */
  private static final int MAX_CHARS = 32;

  private static final int MAX_TOKENS = 8;

  private static final int[] NONE = {};

  private final Function<String, TokenSpans> tokenizer;
  private final Set<String> greedy;

  /** The tokens of a word: where each begins and ends in it. */
  private final Map<String, int[]> known = new ConcurrentHashMap<>();

  /**
   * @param tokenizer finds the places of all tokens of a text
   * @param greedy what makes the white space beside it a part of its token: the words of a text in
   *     which it stands are not taken apart
   */
  WordSpans(Function<String, TokenSpans> tokenizer, Set<String> greedy) {
    this.tokenizer = tokenizer;
    this.greedy = greedy;
  }

  /** As {@code DocumentTokens.independentWords} says. */
  private static boolean isBetweenWords(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  /** The places of all tokens of a text. */
  TokenSpans of(String text) {
    if (greedy.stream().anyMatch(text::contains)) {
      return tokenizer.apply(text);
    }
    List<Word> words = words(text);
    findUnknown(words);
    int size = 0;
    for (Word word : words) {
      size += word.places.length / 2;
    }
    int[] starts = new int[size];
    int[] ends = new int[size];
    int at = 0;
    for (Word word : words) {
      for (int i = 0; i < word.places.length; i += 2) {
        starts[at] = word.start + word.places[i];
        ends[at] = word.start + word.places[i + 1];
        at++;
      }
    }
    return new TokenSpans(starts, ends, true);
  }

  private List<Word> words(String text) {
    List<Word> words = new ArrayList<>(text.length() / 4);
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && !isBetweenWords(text.charAt(end))) {
        end++;
      }
      if (end > start) {
        String word = text.substring(start, end);
        words.add(new Word(word, start, known.get(word)));
      }
      start = end + 1;
    }
    return words;
  }

  /** Has the tokenizer read all unknown words together. */
  private void findUnknown(List<Word> words) {
    StringBuilder unknown = new StringBuilder();
    for (Word word : words) {
      if (word.places == null) {
        unknown.append(word.text).append(' ');
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    TokenSpans spans = tokenizer.apply(unknown.toString());
    int token = 0;
    int start = 0;
    for (Word word : words) {
      if (word.places == null) {
        int end = start + word.text.length();
        int from = token;
        while (token < spans.size() && spans.starts()[token] < end) {
          token++;
        }
        word.places = places(spans, from, token, start);
        remember(word);
        start = end + 1;
      }
    }
  }

  private static int[] places(TokenSpans spans, int from, int to, int start) {
    int[] places = from == to ? NONE : new int[2 * (to - from)];
    for (int i = from; i < to; i++) {
      places[2 * (i - from)] = spans.starts()[i] - start;
      places[2 * (i - from) + 1] = spans.ends()[i] - start;
    }
    return places;
  }

  private void remember(Word word) {
    if (word.text.length() > MAX_CHARS || word.places.length > 2 * MAX_TOKENS) {
      return;
    }
    if (known.size() >= MAX_WORDS) {
      // Another language, perhaps. The usual words are soon there again.
      known.clear();
    }
    known.put(word.text, word.places);
  }

  /** A word of a text, and its tokens' places once they are known. */
  private static final class Word {
    final String text;
    final int start;
    int[] places;

    Word(String text, int start, int[] places) {
      this.text = text;
      this.start = start;
      this.places = places;
    }
  }
}
