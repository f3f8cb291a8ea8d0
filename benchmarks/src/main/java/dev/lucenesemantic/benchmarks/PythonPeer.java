package dev.lucenesemantic.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Measures Python's sentence-transformers on the same texts, in a process of its own. The script
 * {@code peer_throughput.py} does the work and prints a JSON object for each set of texts.
 */
final class PythonPeer {
  private static final String SCRIPT = "peer_throughput.py";

  private final String python;
  private final Path model;
  private final Path texts;
  private final Path work;
  private final int threads;
  private final double seconds;
  private final String query;
  private String versions = "";
  private float[] scores = {};

  private PythonPeer(
      String python, Path model, Path texts, Path work, int threads, double seconds, String query) {
    this.python = python;
    this.model = model;
    this.texts = texts;
    this.work = work;
    this.threads = threads;
    this.seconds = seconds;
    this.query = query;
  }

  /**
   * Prepares a peer that encodes the texts; starts nothing yet.
   *
   * @param python the interpreter, one that has sentence-transformers
   * @param model a folder with the model's weights for PyTorch
   * @param texts the texts as {@link TextSets#write} writes them
   * @param work a folder for the script and its messages
   * @param threads how many threads torch may use
   * @param seconds for how long each set is encoded
   */
  static PythonPeer biEncoder(
      String python, Path model, Path texts, Path work, int threads, double seconds) {
    return new PythonPeer(python, model, texts, work, threads, seconds, null);
  }

  /**
   * Prepares a peer that scores the texts for a query; starts nothing yet.
   *
   * @param python the interpreter, one that has sentence-transformers
   * @param model a cross-encoder's folder with the weights for PyTorch
   * @param texts one set of texts as {@link TextSets#write} writes it
   * @param work a folder for the script and its messages
   * @param threads how many threads torch may use
   * @param seconds for how long the set is scored
   * @param query the query
   */
  static PythonPeer crossEncoder(
      String python, Path model, Path texts, Path work, int threads, double seconds, String query) {
    return new PythonPeer(
        python, model, texts, work, threads, seconds, Objects.requireNonNull(query, "query"));
  }

  /**
   * Runs the peer once.
   *
   * @param dtype {@code fp32} or {@code bf16}
   * @return the rate for each set of texts, by its name
   * @throws IOException if the process fails or prints something else; the message has what it said
   */
  Map<String, Rate> measure(String dtype) throws IOException, InterruptedException {
    Path script = work.resolve(SCRIPT);
    try (InputStream in = PythonPeer.class.getResourceAsStream("/" + SCRIPT)) {
      if (in == null) {
        throw new IOException("no " + SCRIPT + " on the class path: build the module again");
      }
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    Path output = work.resolve("peer-output.txt");
    Path messages = work.resolve("peer-messages.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                script.toString(),
                "--model",
                model.toString(),
                "--texts",
                texts.toString(),
                "--dtype",
                dtype,
                "--threads",
                String.valueOf(threads),
                "--seconds",
                String.valueOf(seconds)));
    if (query != null) {
      // In one word, because a query may begin with a dash.
      command.add("--query=" + query);
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.to(output.toFile()))
            .redirectError(Redirect.to(messages.toFile()))
            .start();
    try {
      if (!process.waitFor(Math.round(30 * (seconds + 60)), TimeUnit.SECONDS)) {
        throw new IOException("the peer did not end: " + String.join(" ", command));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "the peer failed with exit code "
              + process.exitValue()
              + ": "
              + String.join(" ", command)
              + "\n"
              + Files.readString(messages));
    }
    return parse(Files.readString(output));
  }

  /** The versions that the last run reported; empty before the first. */
  String versions() {
    return versions;
  }

  /** The scores that a cross-encoder gave the texts in the last run, in their order. */
  float[] scores() {
    return scores.clone();
  }

  /** Reads what the script printed. */
  Map<String, Rate> parse(String output) throws IOException {
    Map<String, Rate> rates = new LinkedHashMap<>();
    // A library may print something of its own; a result is a line with a JSON object.
    for (String line : output.lines().filter(line -> line.startsWith("{")).toList()) {
      try {
        JsonObject json = new Gson().fromJson(line, JsonObject.class);
        Rate rate =
            new Rate(json.get("docs_per_s").getAsDouble(), json.get("tokens_per_s").getAsDouble());
        rates.put(json.get("set").getAsString(), rate);
        if (json.has("scores")) {
          scores = new Gson().fromJson(json.get("scores"), float[].class);
        }
        versions =
            "torch "
                + json.get("torch").getAsString()
                + ", sentence-transformers "
                + json.get("sentence_transformers").getAsString();
      } catch (JsonParseException | NullPointerException | UnsupportedOperationException e) {
        throw new IOException("the peer printed what is no result: " + line, e);
      }
    }
    if (rates.isEmpty()) {
      throw new IOException("the peer printed no result: " + output);
    }
    return rates;
  }
}
