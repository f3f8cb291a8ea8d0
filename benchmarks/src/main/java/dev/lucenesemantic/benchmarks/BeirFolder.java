package dev.lucenesemantic.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A retrieval collection in the layout of the BEIR benchmark: {@code corpus.jsonl} with {@code
 * _id}, {@code title} and {@code text}, {@code queries.jsonl} with {@code _id} and {@code text},
 * and {@code qrels/SPLIT.tsv} with a header and the columns query id, document id and grade.
 *
 * <p>The corpus is read line by line and never held in memory.
 */
final class BeirFolder {
  private static final Gson GSON = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  private final Path folder;

  private BeirFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Looks whether the files are there; reads none of them.
   *
   * @throws BeirFormatException if there is no such folder, or one of its two files is missing
   */
  static BeirFolder open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new BeirFormatException(folder, "not a folder");
    }
    for (String file : List.of("corpus.jsonl", "queries.jsonl")) {
      if (!Files.isRegularFile(folder.resolve(file))) {
        throw new BeirFormatException(folder, "no " + file + " in it, so it is no BEIR folder");
      }
    }
    return new BeirFolder(folder);
  }

  /** Where the files are. */
  Path folder() {
    return folder;
  }

  /** The folder's own name, by which published figures are found. */
  String name() {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  /** Opens the corpus for reading; to be closed. */
  DocumentReader documents() throws IOException {
    return new DocumentReader(new Lines(folder.resolve("corpus.jsonl")));
  }

  /**
   * Reads documents one after the other. A line that is no document is an {@link
   * UncheckedIOException} with a {@link BeirFormatException} as its cause.
   */
  static final class DocumentReader implements Iterator<BeirDocument>, AutoCloseable {
    private final Lines lines;
    private BeirDocument next;
    private long count;

    private DocumentReader(Lines lines) {
      this.lines = lines;
    }

    @Override
    public boolean hasNext() {
      try {
        if (next == null && lines.advance()) {
          next = document(lines);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return next != null;
    }

    @Override
    public BeirDocument next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      BeirDocument document = next;
      next = null;
      count++;
      return document;
    }

    private static BeirDocument document(Lines lines) throws IOException {
      JsonObject json = lines.json();
      return new BeirDocument(
          lines.id(json),
          json.has("title") ? lines.string(json, "title") : "",
          lines.string(json, "text"));
    }

    /** The documents that are still to be read. */
    Stream<BeirDocument> stream() {
      return StreamSupport.stream(
          Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false);
    }

    /** How many documents have been read. */
    long count() {
      return count;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /**
   * Reads all queries.
   *
   * @return the text of each query by its id, in the order of the file
   * @throws BeirFormatException if a line is not a query, or has the id of another
   */
  Map<String, String> queries() throws IOException {
    Map<String, String> queries = new LinkedHashMap<>();
    try (Lines lines = new Lines(folder.resolve("queries.jsonl"))) {
      while (lines.advance()) {
        JsonObject json = lines.json();
        String id = lines.id(json);
        if (queries.putIfAbsent(id, lines.string(json, "text")) != null) {
          throw lines.error("a second query with the _id '" + id + "'", null);
        }
      }
    }
    return queries;
  }

  /**
   * Reads the judgements of a split.
   *
   * @param split the name of the file in {@code qrels}, without {@code .tsv}
   * @throws BeirFormatException if there is no such split, a line is not a judgement, or a document
   *     is judged twice for one query
   */
  Qrels qrels(String split) throws IOException {
    Path file = folder.resolve("qrels").resolve(split + ".tsv");
    if (!Files.isRegularFile(file)) {
      throw new BeirFormatException(file, "no such file; the splits here are " + splits());
    }
    Qrels qrels = new Qrels();
    try (Lines lines = new Lines(file)) {
      if (!lines.advance()) {
        throw new BeirFormatException(file, "empty; a header and judgements were expected");
      }
      if (isGrade(lines.columns()[2])) {
        throw lines.error("a judgement where the header should be: query-id corpus-id score", null);
      }
      while (lines.advance()) {
        String[] columns = lines.columns();
        if (!isGrade(columns[2])) {
          throw lines.error("'" + columns[2] + "' is not a whole number", null);
        }
        if (!qrels.add(columns[0], columns[1], Integer.parseInt(columns[2]))) {
          throw lines.error(
              "document '" + columns[1] + "' is judged twice for query '" + columns[0] + "'", null);
        }
      }
    }
    if (qrels.queryIds().isEmpty()) {
      throw new BeirFormatException(file, "no judgement after the header");
    }
    return qrels;
  }

  private static boolean isGrade(String column) {
    return column.matches("-?\\d{1,9}");
  }

  private List<String> splits() throws IOException {
    Path qrels = folder.resolve("qrels");
    if (!Files.isDirectory(qrels)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(qrels)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".tsv"))
          .map(name -> name.substring(0, name.length() - ".tsv".length()))
          .sorted()
          .toList();
    }
  }

  /** The lines of a file that are not blank, each with its number for the errors. */
  private static final class Lines implements AutoCloseable {
    private final Path file;
    private final BufferedReader reader;
    private String line;
    private long number;

    Lines(Path file) throws IOException {
      this.file = file;
      this.reader = Files.newBufferedReader(file);
    }

    boolean advance() throws IOException {
      do {
        number++;
        try {
          line = reader.readLine();
        } catch (CharacterCodingException e) {
          // The reader decodes ahead, so the bad byte is in this line or one soon after it.
          throw error("not UTF-8 in this line or shortly after it", e);
        }
      } while (line != null && line.isBlank());
      return line != null;
    }

    JsonObject json() throws BeirFormatException {
      JsonElement json;
      try {
        json = GSON.fromJson(line, JsonElement.class);
      } catch (JsonParseException e) {
        throw error("not JSON: " + e.getMessage(), e);
      }
      if (!json.isJsonObject()) {
        throw error("not a JSON object", null);
      }
      return json.getAsJsonObject();
    }

    String id(JsonObject json) throws BeirFormatException {
      String id = string(json, "_id");
      // The run file separates its columns by white space.
      if (id.isEmpty() || id.chars().anyMatch(Character::isWhitespace)) {
        throw error("the _id '" + id + "' is empty or has white space in it", null);
      }
      return id;
    }

    String string(JsonObject json, String key) throws BeirFormatException {
      JsonElement value = json.get(key);
      if (value == null) {
        throw error("no \"" + key + "\"", null);
      }
      if (!value.isJsonPrimitive()) {
        throw error("\"" + key + "\" is not a string", null);
      }
      return value.getAsString();
    }

    String[] columns() throws BeirFormatException {
      String[] columns = line.split("\t", -1);
      if (columns.length != 3) {
        throw error("three columns separated by tabs expected, not " + columns.length, null);
      }
      return columns;
    }

    BeirFormatException error(String problem, Throwable cause) {
      return new BeirFormatException(file, number, problem, cause);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
