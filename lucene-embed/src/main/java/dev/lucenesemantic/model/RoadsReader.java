package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads {@code modules.json}. A router within it is resolved for each task, so that what is left is
 * a list of modules for every task.
 */
final class RoadsReader {
  private static final TransformerTask TASK = TransformerTask.FEATURE_EXTRACTION;

  /** What {@code encode_query} and {@code encode_document} ask for. */
  private static final List<String> USUAL_TASKS = List.of("query", "document");

  private final String name;
  private final Path folder;
  private final OnnxChoice modelFile;
  private final OptionalInt maxSequenceLength;
  private final Map<SavedModule, RouterFile> routers = new HashMap<>();
  private final Map<List<SavedModule>, Road> roads = new HashMap<>();
  private final Map<SavedModule, TextInput> inputs = new HashMap<>();

  RoadsReader(String name, Path folder, OnnxChoice modelFile, OptionalInt maxSequenceLength) {
    this.name = name;
    this.folder = folder;
    this.modelFile = modelFile;
    this.maxSequenceLength = maxSequenceLength;
  }

  /**
   * The road of a folder without {@code modules.json}: mean pooling, as in Python, which adds none
   * to a network that gives one vector for a text.
   */
  Roads plain() {
    if (ClipReader.isClip(folder)) {
      return Roads.one(
          new Road(ClipReader.read(name, folder, false, modelFile, maxSequenceLength), List.of()));
    }
    TransformerFiles files = TransformerFiles.in(folder, TASK, false);
    TextInput input =
        TransformerFiles.source(name, folder, files, TASK, modelFile, maxSequenceLength);
    return Roads.one(new Road(input, List.of(ModuleConfig.Pooling.mean())));
  }

  Roads read() {
    List<SavedModule> modules = SavedModule.readAll(folder);
    Optional<Road> usual = modules(modules, Optional.empty()).map(this::road);
    if (routers.isEmpty()) {
      return Roads.one(usual.orElseThrow());
    }
    Map<String, Road> byTask = new LinkedHashMap<>();
    for (String task : tasks()) {
      modules(modules, Optional.of(task)).ifPresent(chain -> byTask.put(task, road(chain)));
    }
    if (byTask.isEmpty() && usual.isEmpty()) {
      throw new ModelException(
          folder.resolve("modules.json").toString(), "has routers that agree on no task");
    }
    return new Roads(byTask, usual);
  }

  private Set<String> tasks() {
    Set<String> tasks = new LinkedHashSet<>(USUAL_TASKS);
    routers.values().forEach(router -> tasks.addAll(router.tasks()));
    return tasks;
  }

  /** The modules that a text of a task goes through; empty where a router knows no such task. */
  private Optional<List<SavedModule>> modules(List<SavedModule> saved, Optional<String> task) {
    List<SavedModule> chain = new ArrayList<>();
    for (SavedModule module : saved) {
      if (!isRouter(module)) {
        chain.add(module);
        continue;
      }
      RouterFile router = routers.computeIfAbsent(module, RouterFile::read);
      Optional<List<SavedModule>> part =
          router.modules(task).flatMap(route -> modules(route, task));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      chain.addAll(part.get());
    }
    return Optional.of(chain);
  }

  private static boolean isRouter(SavedModule module) {
    return ModuleTypes.isRouter(module.kind());
  }

  private Road road(List<SavedModule> chain) {
    return roads.computeIfAbsent(chain, this::readRoad);
  }

  private Road readRoad(List<SavedModule> chain) {
    SavedModule first = chain.get(0);
    TextInput input = inputs.get(first);
    if (input == null) {
      input = input(first);
      inputs.put(first, input);
    }
    boolean allLayers =
        first.kind().equals("Transformer")
            && !(input instanceof ClipSource)
            && TransformerFiles.in(first.folder(), TASK, true).givesAllLayers();
    List<ModuleConfig> steps = new ArrayList<>();
    for (SavedModule module : chain.subList(1, chain.size())) {
      steps.add(StepReader.read(module, allLayers));
    }
    Road road = new Road(input, steps);
    checkOrder(road);
    return road;
  }

  private TextInput input(SavedModule module) {
    return switch (module.kind()) {
      case "CLIPModel" -> clip(module);
      case "Transformer" -> ClipReader.isClip(module.folder()) ? clip(module) : transformer(module);
      case "StaticEmbedding" -> staticEmbedding(module.folder());
      default ->
          throw new ModelException(
              folder.resolve("modules.json").toString(), ModuleTypes.notFirst(module.type()));
    };
  }

  private TextInput transformer(SavedModule module) {
    return TransformerFiles.source(
        name,
        module.folder(),
        TransformerFiles.in(module.folder(), TASK, true),
        TASK,
        modelFile,
        maxSequenceLength);
  }

  private TextInput clip(SavedModule module) {
    return ClipReader.read(name, module.folder(), true, modelFile, maxSequenceLength);
  }

  // ---- static embeddings ------------------------------------------------------------------------

  private TextInput staticEmbedding(Path module) {
    Path tokenizer = module.resolve("tokenizer.json");
    if (!Files.isRegularFile(tokenizer)) {
      throw new ModelException(tokenizer.toString(), "is missing; fetch the model again");
    }
    Path weights = Safetensors.in(module);
    Safetensors tensors = Safetensors.open(weights);
    if (tensors.names().contains("mapping")) {
      throw new ModelException(
          weights.toString(),
          "has a tensor 'mapping', which gives several tokens one vector; sentence-transformers"
              + " does not know it, and it is not supported here");
    }
    String table = "embedding.weight";
    return new StaticEmbeddingSource(
        name,
        weights,
        // model2vec's own name for it.
        tensors.names().contains(table) ? table : "embeddings",
        TokenizerSource.withoutSpecialTokens(
            new ModelFile.OnDisk(tokenizer), staticLimit(tokenizer)));
  }

  /**
   * Python sets no limit, and keeps the one that the tokenizer's file has, if it has one; a limit
   * that the caller gives comes first.
   */
  private int staticLimit(Path tokenizer) {
    if (maxSequenceLength.isPresent()) {
      return maxSequenceLength.getAsInt();
    }
    JsonFile file = JsonFile.read(new ModelFile.OnDisk(tokenizer));
    if (!file.root().isJsonObject()) {
      return TokenizerSource.UNLIMITED;
    }
    Optional<JsonObject> truncation = file.child("truncation");
    if (truncation.isEmpty()) {
      return TokenizerSource.UNLIMITED;
    }
    JsonElement limit = truncation.get().get("max_length");
    double number =
        limit != null && limit.isJsonPrimitive() && limit.getAsJsonPrimitive().isNumber()
            ? limit.getAsDouble()
            : Double.NaN;
    if (!(number >= 1) || number != Math.rint(number)) {
      throw file.error(
          "truncation", "must have a max_length of at least 1 and is " + truncation.get());
    }
    return (int) Math.min(number, TokenizerSource.UNLIMITED);
  }

  // ---- the order of the modules -----------------------------------------------------------------

  private void checkOrder(Road road) {
    boolean pooled = !(road.input() instanceof TransformerSource);
    boolean first = true;
    for (ModuleConfig step : road.modules()) {
      switch (step) {
        case ModuleConfig.Pooling pooling -> {
          if (pooled) {
            throw order("puts Pooling behind what gives one vector for a text already");
          }
          pooled = true;
        }
        case ModuleConfig.Normalize normalize ->
            checkPlace("Normalize", normalize.tokens(), pooled);
        case ModuleConfig.Dense dense -> checkPlace("Dense", dense.tokens(), pooled);
        case ModuleConfig.LayerNorm norm -> checkPlace("LayerNorm", false, pooled);
        case ModuleConfig.WeightedLayers layers -> {
          if (!first) {
            throw order("has WeightedLayerPooling at another place than behind the Transformer");
          }
        }
        case ModuleConfig.Identity identity -> {}
      }
      first = false;
    }
    if (!pooled) {
      throw order("names no Pooling module behind the Transformer");
    }
  }

  private void checkPlace(String kind, boolean tokens, boolean pooled) {
    if (!tokens && !pooled) {
      throw order("puts " + kind + " before Pooling");
    }
    if (tokens && pooled) {
      throw order("has " + kind + " for the vectors of tokens behind Pooling");
    }
  }

  private ModelException order(String problem) {
    return new ModelException(
        folder.resolve("modules.json").toString(), problem + ", which is not supported");
  }
}
