package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.model.CrossEncoderConfig;
import dev.lucenesemantic.model.CrossEncoderSource;
import dev.lucenesemantic.model.OnnxSelection;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.Roads;
import dev.lucenesemantic.model.SentenceTransformerConfig;
import dev.lucenesemantic.model.TokenizerSource;
import dev.lucenesemantic.rerank.CrossEncoder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All that inspect shows of a model, for people and as JSON. */
final class ModelDescription {
  private static final int LABEL_WIDTH = 14;

  private final ModelReference reference;
  private final LoadedModel model;
  private final ModelArguments arguments;
  private final List<ModelFiles.Used> files;
  private final List<String> onnxNames;

  private ModelDescription(ModelReference reference, LoadedModel model, ModelArguments arguments) {
    this.reference = reference;
    this.model = model;
    this.arguments = arguments;
    this.files = ModelFiles.of(model);
    this.onnxNames = ModelFiles.onnxNames(model);
  }

  static ModelDescription of(
      ModelReference reference, LoadedModel model, ModelArguments arguments) {
    return new ModelDescription(reference, model, arguments);
  }

  // ---- as JSON ----------------------------------------------------------------------------------

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.name());
    json.put("kind", Kinds.name(model));
    json.put("from", from());
    switch (model) {
      case LoadedModel.Encoder encoder -> describe(encoder.model(), json);
      case LoadedModel.Reranker reranker -> describe(reranker.model(), json);
    }
    json.put("files", files.stream().map(ModelDescription::json).toList());
    json.put("quantized", ModelFiles.isQuantized(model));
    json.put("model_files", onnxNames);
    Map<String, Object> fastest = null;
    Optional<OnnxSelection.Selected> selected = ModelFiles.fastest(onnxNames);
    if (selected.isPresent()) {
      fastest = new LinkedHashMap<>();
      fastest.put("file", selected.get().name());
      fastest.put("why", selected.get().why());
    }
    json.put("fastest_here", fastest);
    json.put("java", java());
    return json;
  }

  private static Map<String, Object> json(ModelFiles.Used used) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("role", used.role());
    file.put("file", used.file().location());
    file.put("bytes", used.bytes());
    file.put("why", used.why().isEmpty() ? null : used.why());
    return file;
  }

  private static void describe(SentenceTransformer encoder, Map<String, Object> json) {
    SentenceTransformerConfig config = encoder.source().config();
    json.put("dimensions", encoder.dimension());
    json.put("truncate_dim", config.truncateDim().isPresent() ? encoder.dimension() : null);
    json.put("normalized", encoder.normalized());
    json.put("similarity", encoder.similarity().name().toLowerCase(Locale.ROOT));
    json.put("max_tokens", limit(encoder.maxSequenceLength()));
    json.put("prompts", encoder.prompts());
    json.put("default_prompt", config.defaultPromptName().orElse(null));
    json.put("fingerprint", encoder.fingerprint());
    List<Map<String, Object>> roads = new ArrayList<>();
    roads(encoder)
        .forEach(
            (name, steps) -> {
              Map<String, Object> road = new LinkedHashMap<>();
              road.put("texts", name);
              road.put("steps", steps.stream().map(RoadSteps.Step::json).toList());
              roads.add(road);
            });
    json.put("roads", roads);
  }

  private static void describe(CrossEncoder crossEncoder, Map<String, Object> json) {
    CrossEncoderConfig config = crossEncoder.source().config();
    json.put("labels", crossEncoder.labelNames());
    json.put("activation", config.activation().name().toLowerCase(Locale.ROOT));
    json.put("max_tokens", limit(crossEncoder.maxLength()));
    json.put("prompts", crossEncoder.prompts());
    json.put("default_prompt", config.defaultPromptName().orElse(null));
    json.put("first_stage_weight", config.firstStageWeight());
    json.put("fingerprint", crossEncoder.fingerprint());
    Map<String, Object> road = new LinkedHashMap<>();
    road.put("texts", "pairs");
    road.put("steps", steps(crossEncoder.source()).stream().map(RoadSteps.Step::json).toList());
    json.put("roads", List.of(road));
  }

  private static Integer limit(int tokens) {
    return tokens == TokenizerSource.UNLIMITED ? null : (Integer) tokens;
  }

  // ---- for people -------------------------------------------------------------------------------

  void print(PrintStream out) {
    out.println(model.name() + ", a " + Kinds.name(model));
    out.println();
    line(out, "from", from());
    switch (model) {
      case LoadedModel.Encoder encoder -> print(encoder.model(), out);
      case LoadedModel.Reranker reranker -> print(reranker.model(), out);
    }
    for (ModelFiles.Used used : files) {
      line(
          out,
          used.role(),
          used.name()
              + ", "
              + Words.megabytes(used.bytes())
              + (used.why().isEmpty() ? "" : "; " + used.why()));
    }
    line(
        out,
        "precision",
        ModelFiles.isQuantized(model)
            ? "8-bit, dynamically quantised: near to the original's numbers, not the same"
            : "as in the ONNX file; nothing is quantised while it runs");
    printChoices(out);
    line(
        out,
        "fingerprint",
        switch (model) {
          case LoadedModel.Encoder encoder -> encoder.model().fingerprint();
          case LoadedModel.Reranker reranker -> reranker.model().fingerprint();
        });
    line(out, "in Java", java());
    switch (model) {
      case LoadedModel.Encoder encoder ->
          roads(encoder.model())
              .forEach((name, steps) -> printRoad(out, "The road of " + name, steps));
      case LoadedModel.Reranker reranker ->
          printRoad(out, "The road of a pair", steps(reranker.model().source()));
    }
  }

  private static void print(SentenceTransformer encoder, PrintStream out) {
    SentenceTransformerConfig config = encoder.source().config();
    line(
        out,
        "dimensions",
        encoder.dimension()
            + (encoder.normalized()
                ? "; every vector has length 1"
                : "; vectors have different lengths")
            + (config.truncateDim().isPresent() ? "; cut to so many (truncate_dim)" : ""));
    line(out, "similarity", encoder.similarity().name().toLowerCase(Locale.ROOT));
    printLimit(out, encoder.maxSequenceLength(), "a longer text");
    printPrompts(out, encoder.prompts(), config.defaultPromptName());
  }

  private static void print(CrossEncoder crossEncoder, PrintStream out) {
    CrossEncoderConfig config = crossEncoder.source().config();
    line(
        out,
        "scores",
        crossEncoder.labels() == 1
            ? "one for a pair: the larger, the better the document fits"
            : "one for each of " + String.join(", ", crossEncoder.labelNames()));
    printLimit(out, crossEncoder.maxLength(), "of a longer pair the document");
    printPrompts(out, crossEncoder.prompts(), config.defaultPromptName());
    line(
        out,
        "fusion",
        config.firstStageWeight() == 0
            ? "the reranked hits are ordered by these scores alone"
            : "in a search together with the first stage's scores, whose weight is "
                + config.firstStageWeight());
  }

  private static void printLimit(PrintStream out, int tokens, String longer) {
    line(
        out,
        "length limit",
        tokens == TokenizerSource.UNLIMITED
            ? "none"
            : tokens + " tokens, special tokens and prompt included; " + longer + " is cut");
  }

  private static void printPrompts(
      PrintStream out, Map<String, String> prompts, Optional<String> defaultName) {
    String label = "prompts";
    if (prompts.values().stream().allMatch(String::isEmpty)) {
      line(out, label, "none");
      return;
    }
    for (Map.Entry<String, String> prompt : prompts.entrySet()) {
      String isDefault =
          defaultName.equals(Optional.of(prompt.getKey())) ? " (where none is asked for)" : "";
      line(
          out,
          label,
          prompt.getKey()
              + ": "
              + (prompt.getValue().isEmpty() ? "none" : Words.quotedWhole(prompt.getValue()))
              + isDefault);
      label = "";
    }
  }

  private void printChoices(PrintStream out) {
    if (onnxNames.size() < 2) {
      return;
    }
    line(out, "also there", String.join(", ", otherNames()) + " (--model-file)");
    boolean isTaken = arguments.file.fastest;
    ModelFiles.fastest(onnxNames)
        .filter(selected -> !isTaken)
        .ifPresent(
            selected ->
                line(out, "--fastest", "would take " + selected.name() + "; " + selected.why()));
  }

  private List<String> otherNames() {
    List<String> taken =
        files.stream().map(used -> used.file().location().replace('\\', '/')).toList();
    return onnxNames.stream()
        .filter(name -> taken.stream().noneMatch(location -> location.endsWith("/" + name)))
        .toList();
  }

  private static void printRoad(PrintStream out, String title, List<RoadSteps.Step> steps) {
    out.println();
    out.println(title);
    int number = 1;
    for (RoadSteps.Step step : steps) {
      out.println(String.format(Locale.ROOT, "  %d  %-17s %s", number, step.name(), step.what()));
      number++;
    }
  }

  private static void line(PrintStream out, String label, String value) {
    String padding = " ".repeat(Math.max(1, LABEL_WIDTH - label.length()));
    out.println("  " + label + padding + value);
  }

  // ---- both -------------------------------------------------------------------------------------

  private String from() {
    return switch (reference) {
      case ModelReference.Bundled bundled -> "the jar " + bundled.model().dependency();
      case ModelReference.BundledCrossEncoder bundled -> "the jar " + bundled.model().dependency();
      case ModelReference.InFolder folder ->
          folder.folder() + folder.id().map(id -> " (" + id + " of the hub)").orElse("");
    };
  }

  private String java() {
    String type = model instanceof LoadedModel.Encoder ? "SentenceTransformer" : "CrossEncoder";
    String what =
        switch (reference) {
          case ModelReference.Bundled bundled -> "BundledModel." + bundled.model().name();
          case ModelReference.BundledCrossEncoder bundled ->
              "BundledReranker." + bundled.model().name();
          case ModelReference.InFolder folder ->
              folder
                  .id()
                  .map(id -> "\"" + id + "\"")
                  .orElseGet(
                      () ->
                          "Path.of(\"" + folder.folder().toString().replace("\\", "\\\\") + "\")");
        };
    String options =
        arguments.file.name != null
            ? ".withModelFile(\"" + arguments.file.name + "\")"
            : arguments.file.fastest ? ".withFastestModelFile()" : "";
    String optionsType =
        model instanceof LoadedModel.Encoder ? "EncoderOptions" : "CrossEncoderOptions";
    return type
        + ".load("
        + what
        + (options.isEmpty() ? "" : ", " + optionsType + ".defaults()" + options)
        + ")";
  }

  /** The roads of a model by what takes them. */
  private static Map<String, List<RoadSteps.Step>> roads(SentenceTransformer encoder) {
    Roads roads = encoder.source().roads();
    Map<Road, List<String>> takers = new LinkedHashMap<>();
    roads.byTask().forEach((task, road) -> add(takers, road, "the task " + task));
    boolean isOnly = roads.byTask().isEmpty();
    roads.usual().ifPresent(road -> add(takers, road, isOnly ? "a text" : "a text without a task"));
    Map<String, List<RoadSteps.Step>> steps = new LinkedHashMap<>();
    int whole = encoder.dimension();
    boolean truncates = encoder.source().config().truncateDim().isPresent();
    takers.forEach(
        (road, names) -> {
          List<RoadSteps.Step> own = RoadSteps.of(road);
          if (truncates) {
            own.add(new RoadSteps.Step("truncate_dim", "the first " + whole + " components"));
          }
          steps.put(String.join(", ", names), own);
        });
    return steps;
  }

  private static void add(Map<Road, List<String>> takers, Road road, String name) {
    takers.computeIfAbsent(road, key -> new ArrayList<>()).add(name);
  }

  private static List<RoadSteps.Step> steps(CrossEncoderSource source) {
    return List.of(
        RoadSteps.tokenizer(source.transformer()),
        RoadSteps.network(source.transformer()),
        new RoadSteps.Step(
            "activation", source.config().activation().name().toLowerCase(Locale.ROOT)));
  }
}
