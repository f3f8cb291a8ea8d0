package dev.lucenesemantic.cli;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which documents are right for which queries, from a file as BEIR or TREC have it. */
final class Judgements {
  private static final Pattern SPACES = Pattern.compile("\\s+");

  /** How the column of the grades is called, alone or at the end of a longer name. */
  private static final Pattern NAME_OF_GRADES =
      Pattern.compile(
          "(.*[\\W_])?(score|grade|relevance|rel|label|judge?ment)s?", CASE_INSENSITIVE);

  private static final String FORM =
      "query id, document id, grade (with tabs between them, as BEIR has it) or query id, 0,"
          + " document id, grade (as TREC has it); a grade is a whole number";

  private final Path file;

  /** Grades of documents by the query's id. */
  private final Map<String, Map<String, Integer>> grades = new HashMap<>();

  private int line;
  private boolean begun;

  /**
   * Reads a file.
   *
   * @throws Refusal if it cannot be read, has a line that is no judgement, or has none at all
   */
  Judgements(Path file) {
    this.file = file;
    Texts.readFile(file, lines -> lines.forEach(this::add));
    if (grades.isEmpty()) {
      throw new Refusal(
          ExitCode.BAD_INPUT, "there are no judgements in " + file + ": a line each, " + FORM);
    }
  }

  private void add(String judgement) {
    line++;
    if (judgement.isBlank()) {
      return;
    }
    String[] columns =
        judgement.indexOf('\t') >= 0 ? judgement.split("\t") : SPACES.split(judgement.strip());
    String last = columns[columns.length - 1].strip();
    Optional<Integer> grade = grade(last);
    // BEIR's files begin with the columns' names.
    boolean names = !begun && NAME_OF_GRADES.matcher(last).matches();
    begun = true;
    if ((columns.length != 3 && columns.length != 4) || (grade.isEmpty() && !names)) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          file + ", line " + line + ": expected " + FORM + ", found " + Words.quoted(judgement));
    }
    grade.ifPresent(
        each ->
            grades
                .computeIfAbsent(columns[0].strip(), query -> new HashMap<>())
                .put(columns[columns.length - 2].strip(), each));
  }

  private static Optional<Integer> grade(String text) {
    try {
      return Optional.of(Integer.valueOf(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The judgements of queries by their texts. Queries that are not judged are left out.
   *
   * @param lines a query each: id, tab, text, or an object with {@code _id} and {@code text}
   * @throws Refusal if a line is no query, or none is judged
   */
  Map<String, Map<String, Integer>> of(List<String> lines) {
    Map<String, Map<String, Integer>> judged = new LinkedHashMap<>();
    for (String query : lines) {
      Optional<JsonObject> object = object(query);
      int tab = query.indexOf('\t');
      String id;
      String text;
      if (object.isPresent() && object.get().get("_id") instanceof JsonPrimitive) {
        id = object.get().get("_id").getAsString();
        text = object.get().get("text").getAsString();
      } else if (tab > 0) {
        id = query.substring(0, tab).strip();
        text = query.substring(tab + 1).strip();
      } else {
        throw new Refusal(
            ExitCode.BAD_INPUT,
            "with --judgements a query needs its id: ID, tab, TEXT, or an object with _id and text"
                + " as in BEIR's queries.jsonl; found "
                + Words.quoted(query));
      }
      if (grades.containsKey(id)) {
        judged.computeIfAbsent(text, each -> new HashMap<>()).putAll(grades.get(id));
      }
    }
    if (judged.isEmpty()) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "of "
              + Words.plural(lines.size(), "query", "queries")
              + " none is judged in "
              + file
              + ": the ids have to be the same");
    }
    return judged;
  }

  /** The texts of queries, for a comparison without judgements. */
  static List<String> texts(List<String> lines) {
    List<String> texts = new ArrayList<>();
    for (String line : lines) {
      texts.add(object(line).map(query -> query.get("text").getAsString()).orElse(line));
    }
    return texts;
  }

  /** A line of BEIR's queries.jsonl. */
  private static Optional<JsonObject> object(String line) {
    if (!line.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonElement element = JsonParser.parseString(line);
      return element.isJsonObject()
              && element.getAsJsonObject().get("text") instanceof JsonPrimitive
          ? Optional.of(element.getAsJsonObject())
          : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
