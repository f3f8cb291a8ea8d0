package dev.lucenesemantic.benchmarks;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Passages and questions out of files of several kinds: BEIR folders, files of pairs, and plain
 * text. Texts are cut into passages of whole sentences; each passage and each question is there
 * once.
 *
 * <p>In a file {@code queries.jsonl} every {@code text} is a question. In every other {@code
 * .jsonl} file {@code text} or {@code passage} is a text and {@code query} is a question. A {@code
 * .txt} file is one text. A folder stands for the files of these kinds that lie directly in it.
 */
final class PassageTexts {
  /** So many has a word that says something. */
  private static final int LETTERS = 5;

  /** A text that is not cut may be a word or two; these are left out. */
  private static final int LEAST = 100;

  private final int characters;
  private final Set<String> passages = new LinkedHashSet<>();
  private final Set<String> questions = new LinkedHashSet<>();

  /**
   * Starts without texts.
   *
   * @param characters a passage ends with the sentence in which it reaches this length
   */
  PassageTexts(int characters) {
    this.characters = characters;
  }

  /** Leaves texts whole: each is one passage. */
  static PassageTexts uncut() {
    return new PassageTexts(Integer.MAX_VALUE);
  }

  /**
   * Adds what is in a file or folder.
   *
   * @throws UsageException if there is no such file, or no text in it
   * @throws BeirFormatException if a line of a {@code .jsonl} file is not a JSON object
   */
  void addAll(Path path) throws IOException {
    int before = passages.size() + questions.size();
    for (Path file : files(path)) {
      if (file.toString().endsWith(".jsonl")) {
        addLines(file);
      } else {
        cut(Files.readString(file));
      }
    }
    if (passages.size() + questions.size() == before) {
      throw new UsageException("no new text in '" + path + "'; .jsonl and .txt files are read");
    }
  }

  private static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      if (!Files.isRegularFile(path)) {
        throw new UsageException("'" + path + "' is neither a file nor a folder");
      }
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl") || file.toString().endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  private void addLines(Path file) throws IOException {
    boolean isQueries = file.endsWith("queries.jsonl");
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        JsonObject json = json(file, number, line);
        String text = string(json, "text");
        if (isQueries) {
          addQuestion(text);
        } else {
          cut(text);
          cut(string(json, "passage"));
          addQuestion(string(json, "query"));
        }
      }
    }
  }

  private static JsonObject json(Path file, long number, String line) throws BeirFormatException {
    try {
      JsonElement json = JsonParser.parseString(line);
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException e) {
      throw new BeirFormatException(file, number, "not JSON: " + e.getMessage(), e);
    }
    throw new BeirFormatException(file, number, "not a JSON object", null);
  }

  private static String string(JsonObject json, String key) {
    JsonElement value = json.get(key);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private void addQuestion(String text) {
    if (!text.isBlank()) {
      questions.add(text.strip());
    }
  }

  private void cut(String text) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(text);
    int start = 0;
    for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
      if (end - start >= characters || end == text.length()) {
        String passage = text.substring(start, end).strip();
        // The rest of a text may be a word or two.
        if (passage.length() >= (characters == Integer.MAX_VALUE ? LEAST : characters / 3)) {
          passages.add(passage);
        }
        start = end;
      }
    }
  }

  /**
   * What people type who ask no question: one, two or three words, here of passages from all over
   * the texts, each once.
   *
   * @param passages the passages
   * @param most how many, at most
   */
  static List<String> words(List<String> passages, int most) {
    Set<String> found = new LinkedHashSet<>();
    for (int i = 0; i < most; i++) {
      String[] words =
          passages
              .get((int) ((long) i * passages.size() / most))
              .toLowerCase(Locale.ROOT)
              .split("\\P{L}+");
      int count = 1 + i % 3;
      int from = words.length / 2;
      while (from < words.length && words[from].length() < LETTERS) {
        from++;
      }
      if (from + count <= words.length) {
        found.add(String.join(" ", Arrays.asList(words).subList(from, from + count)));
      }
    }
    return List.copyOf(found);
  }

  /** All passages, in the order in which they were found. */
  List<String> passages() {
    return List.copyOf(passages);
  }

  /** So many of the questions, from all parts of the data; all if there are not as many. */
  List<String> questions(int count) {
    List<String> all = List.copyOf(questions);
    List<String> some = new ArrayList<>();
    for (long i = 0; i < Math.min(count, all.size()); i++) {
      some.add(all.get((int) (i * all.size() / Math.min(count, all.size()))));
    }
    return some;
  }
}
