package dev.lucenesemantic.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The texts of the throughput run, in three lengths: <em>short</em> like a title, <em>medium</em>
 * like a paragraph and <em>long</em> like an abstract, which fills the window of a model of 256
 * tokens. The first 600 documents of SciFact give 14, 95 and 238 tokens on average; the generated
 * texts are made to come near that.
 */
final class TextSets {
  private static final int SHORT_WORDS = 7;
  private static final int MEDIUM_WORDS = 60;

  /** Makes the generated texts the same in every run. */
  private static final long SEED = 42;

  private TextSets() {}

  /**
   * Texts from the first documents of a collection: the beginning of the title, the beginning of
   * title and text, and the whole.
   *
   * @param count how many texts each set has; fewer where the collection is smaller
   */
  static List<TextSet> from(BeirFolder collection, int count) throws IOException {
    List<String> shortTexts = new ArrayList<>();
    List<String> mediumTexts = new ArrayList<>();
    List<String> longTexts = new ArrayList<>();
    try (BeirFolder.DocumentReader documents = collection.documents()) {
      while (documents.hasNext() && longTexts.size() < count) {
        BeirDocument document = documents.next();
        if (!document.title().isBlank() && !document.text().isBlank()) {
          shortTexts.add(firstWords(document.title(), SHORT_WORDS));
          mediumTexts.add(firstWords(document.contents(), MEDIUM_WORDS));
          longTexts.add(document.contents());
        }
      }
    }
    if (longTexts.isEmpty()) {
      throw new BeirFormatException(
          collection.folder(), "no document with a title and a text to measure throughput with");
    }
    return sets(shortTexts, mediumTexts, longTexts);
  }

  /** English sentences about a search library, put together from lists of words. */
  static List<TextSet> generated(int count) {
    SentenceGenerator sentences = new SentenceGenerator(new Random(SEED));
    Random lengths = new Random(SEED + 1);
    List<String> shortTexts = new ArrayList<>();
    List<String> mediumTexts = new ArrayList<>();
    List<String> longTexts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      shortTexts.add(firstWords(sentences.text(10), 8 + lengths.nextInt(5)));
      mediumTexts.add(firstWords(sentences.text(90), 66 + lengths.nextInt(22)));
      longTexts.add(firstWords(sentences.text(330), 130 + lengths.nextInt(200)));
    }
    return sets(shortTexts, mediumTexts, longTexts);
  }

  /** Writes the texts for the peer, one JSON object with {@code set} and {@code text} per line. */
  static void write(List<TextSet> sets, Path file) throws IOException {
    Gson gson = new Gson();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (TextSet set : sets) {
        for (String text : set.texts()) {
          JsonObject line = new JsonObject();
          line.addProperty("set", set.name());
          line.addProperty("text", text);
          out.write(gson.toJson(line) + "\n");
        }
      }
    }
  }

  private static List<TextSet> sets(
      List<String> shortTexts, List<String> mediumTexts, List<String> longTexts) {
    return List.of(
        new TextSet("short", shortTexts),
        new TextSet("medium", mediumTexts),
        new TextSet("long", longTexts));
  }

  private static String firstWords(String text, int count) {
    String[] words = text.strip().split("\\s+");
    return String.join(" ", Arrays.asList(words).subList(0, Math.min(count, words.length)));
  }
}
