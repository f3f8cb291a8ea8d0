package dev.lucenesemantic.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts English sentences together from lists of words, in the same way for the same random. */
final class SentenceGenerator {
  private static final List<String> NOUNS =
      List.of(
          "index",
          "segment",
          "document",
          "field",
          "term",
          "query",
          "collector",
          "analyzer",
          "tokenizer",
          "posting list",
          "norm",
          "vector",
          "graph",
          "commit",
          "directory",
          "codec",
          "similarity",
          "scorer",
          "filter",
          "snapshot",
          "merge policy",
          "buffer",
          "checksum",
          "dictionary",
          "automaton",
          "skip list",
          "cache",
          "searcher",
          "reader",
          "writer");
  private static final List<String> ADJECTIVES =
      List.of(
          "compressed",
          "sorted",
          "immutable",
          "concurrent",
          "approximate",
          "exact",
          "deleted",
          "pending",
          "nearest",
          "hierarchical",
          "random",
          "stored",
          "numeric",
          "multivalued",
          "sparse",
          "dense",
          "quantized",
          "temporary",
          "shared",
          "previous");
  private static final List<String> VERBS =
      List.of(
          "reads",
          "rewrites",
          "merges",
          "scores",
          "collects",
          "skips",
          "flushes",
          "decodes",
          "traverses",
          "counts",
          "encodes",
          "reopens",
          "validates",
          "intersects",
          "copies",
          "expands",
          "normalizes",
          "terminates",
          "locks",
          "replaces");
  private static final List<String> ADVERBS =
      List.of(
          "lazily",
          "atomically",
          "in order",
          "per segment",
          "without locking",
          "in parallel",
          "at most once",
          "in constant memory",
          "on every commit",
          "before the next flush");
  private static final List<String> PATTERNS =
      List.of(
          "The {adjective} {noun} {verb} every {noun} that the {noun} has not yet seen.",
          "The {noun} {verb} the {adjective} {noun} {adverb}, so that no {noun} ever blocks.",
          "When the {noun} {verb} its {noun}, the {adjective} {noun} must be closed first.",
          "Each {adjective} {noun} belongs to one {noun} and {verb} its {noun} {adverb}.",
          "If the {noun} is {adjective}, the {noun} {verb} it {adverb} and returns the {noun}.",
          "Use the {adjective} {noun} instead where the {noun} {verb} more than one {noun}.",
          "This {noun} {verb} the {adjective} {noun}; it stays valid until the {noun} is closed.");
  private static final Map<String, List<String>> WORDS =
      Map.of("noun", NOUNS, "adjective", ADJECTIVES, "verb", VERBS, "adverb", ADVERBS);
  private static final Pattern SLOT = Pattern.compile("\\{(\\w+)\\}");

  private final Random random;

  SentenceGenerator(Random random) {
    this.random = random;
  }

  /** Sentences until there are at least so many words. */
  String text(int words) {
    StringBuilder text = new StringBuilder();
    while (text.toString().split(" ").length < words) {
      text.append(text.isEmpty() ? "" : " ").append(sentence());
    }
    return text.toString();
  }

  private String sentence() {
    Matcher slots = SLOT.matcher(pick(PATTERNS));
    return slots.replaceAll(slot -> pick(WORDS.get(slot.group(1))));
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
