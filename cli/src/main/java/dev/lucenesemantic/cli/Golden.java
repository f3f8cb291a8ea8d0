package dev.lucenesemantic.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model gave for a few texts, for example in Python:
 *
 * <pre>{@code
 * {
 *   "version": 1,
 *   "made_by": "sentence-transformers 6.0.1",
 *   "files": {"model.onnx": "<SHA-256>"},
 *   "vectors": [{"text": "...", "task": "query", "vector": [0.1, ...]}],
 *   "scores": [{"query": "...", "document": "...", "score": 8.6}]
 * }
 * }</pre>
 *
 * Of a bi-encoder there are vectors: without a task those of {@code encode}, with the task {@code
 * query} or {@code document} those with the prompt for it. Of a cross-encoder there are scores.
 *
 * @param madeBy by what
 * @param files the SHA-256 of the model's files, by their names; may be empty
 * @param vectors the vectors of a bi-encoder
 * @param scores the scores of a cross-encoder
 */
record Golden(
    String madeBy, Map<String, String> files, List<TextVector> vectors, List<PairScore> scores) {

  /** The file in a model's folder. */
  static final String FILE = "golden.json";

  private static final int VERSION = 1;

  /** The vector of a text. */
  record TextVector(String text, Optional<String> task, float[] vector) {}

  /** The score of a pair. */
  record PairScore(String query, String document, float score) {}

  /**
   * Reads a file.
   *
   * @throws Refusal if it is none
   */
  static Golden read(ModelFile file) {
    try {
      JsonObject root = file.readJson().getAsJsonObject();
      int version = root.get("version").getAsInt();
      if (version != VERSION) {
        throw new Refusal(
            ExitCode.BAD_INPUT, file.location() + " is of version " + version + ", not " + VERSION);
      }
      Map<String, String> files = new LinkedHashMap<>();
      if (root.has("files")) {
        root.getAsJsonObject("files")
            .entrySet()
            .forEach(entry -> files.put(entry.getKey(), entry.getValue().getAsString()));
      }
      List<TextVector> vectors = new ArrayList<>();
      array(root, "vectors").forEach(entry -> vectors.add(vector(entry.getAsJsonObject())));
      List<PairScore> scores = new ArrayList<>();
      array(root, "scores").forEach(entry -> scores.add(score(entry.getAsJsonObject())));
      String madeBy = root.has("made_by") ? root.get("made_by").getAsString() : "unknown";
      return new Golden(madeBy, files, vectors, scores);
    } catch (RuntimeException e) {
      if (e instanceof Refusal) {
        throw e;
      }
      if (e instanceof ModelException) {
        throw new Refusal(ExitCode.BAD_INPUT, e.getMessage(), e);
      }
      throw new Refusal(
          ExitCode.BAD_INPUT,
          file.location()
              + " is no file with golden vectors, or a damaged one; verify --record makes one",
          e);
    }
  }

  private static JsonArray array(JsonObject root, String key) {
    return root.has(key) ? root.getAsJsonArray(key) : new JsonArray();
  }

  private static TextVector vector(JsonObject entry) {
    JsonArray numbers = entry.getAsJsonArray("vector");
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).getAsFloat();
    }
    JsonElement task = entry.get("task");
    return new TextVector(
        entry.get("text").getAsString(),
        task == null || task.isJsonNull() ? Optional.empty() : Optional.of(task.getAsString()),
        vector);
  }

  private static PairScore score(JsonObject entry) {
    return new PairScore(
        entry.get("query").getAsString(),
        entry.get("document").getAsString(),
        entry.get("score").getAsFloat());
  }

  Map<String, Object> json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", VERSION);
    root.put("made_by", madeBy);
    root.put("files", files);
    List<Map<String, Object>> entries = new ArrayList<>();
    for (TextVector vector : vectors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("text", vector.text());
      vector.task().ifPresent(task -> entry.put("task", task));
      entry.put("vector", Json.numbers(vector.vector()));
      entries.add(entry);
    }
    if (!entries.isEmpty()) {
      root.put("vectors", entries);
    }
    List<Map<String, Object>> pairs = new ArrayList<>();
    for (PairScore score : scores) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("query", score.query());
      entry.put("document", score.document());
      entry.put("score", score.score());
      pairs.add(entry);
    }
    if (!pairs.isEmpty()) {
      root.put("scores", pairs);
    }
    return root;
  }
}
