package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.ClipModel;
import dev.lucenesemantic.inference.OnnxModel;
import dev.lucenesemantic.inference.StaticEmbedding;
import dev.lucenesemantic.inference.Transformer;
import dev.lucenesemantic.inference.TruncationMonitor;
import dev.lucenesemantic.model.ClipSource;
import dev.lucenesemantic.model.ModelDirectory;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelSource;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.StaticEmbeddingSource;
import dev.lucenesemantic.model.TextInput;
import dev.lucenesemantic.model.TransformerSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The loaded roads of a model. Roads that begin with the same module share its network. Closing
 * closes all.
 */
final class RoadMap implements AutoCloseable {

  /** What several roads can share: a network, and the layers of it that are asked for. */
  private record Start(TextInput input, Optional<ModuleConfig.WeightedLayers> layers) {}

  private record Loaded(Transformer transformer, TruncationMonitor truncation) {}

  private final ModelSource model;
  private final EncoderOptions options;
  private final Map<Start, Loaded> starts = new LinkedHashMap<>();
  private final Map<Road, RoadEncoder> encoders = new HashMap<>();

  private RoadMap(ModelSource model, EncoderOptions options) {
    this.model = model;
    this.options = options;
  }

  static RoadMap load(ModelSource model, EncoderOptions options) {
    RoadMap roads = new RoadMap(model, options);
    try {
      for (Road road : model.roads().all()) {
        roads.encoders.put(road, roads.encoder(road));
      }
      roads.checkLengths();
      roads.checkDimensions();
      return roads;
    } catch (RuntimeException | Error e) {
      roads.close();
      throw e;
    }
  }

  private RoadEncoder encoder(Road road) {
    Optional<ModuleConfig.WeightedLayers> layers =
        road.modules().stream()
            .filter(ModuleConfig.WeightedLayers.class::isInstance)
            .map(ModuleConfig.WeightedLayers.class::cast)
            .findFirst();
    Start start = new Start(road.input(), layers);
    Loaded loaded = starts.get(start);
    if (loaded == null) {
      loaded = load(start);
      starts.put(start, loaded);
    }
    boolean prompted = model.config().prompts().values().stream().anyMatch(p -> !p.isEmpty());
    return new RoadEncoder(road, loaded.transformer(), loaded.truncation(), prompted);
  }

  private Loaded load(Start start) {
    Transformer transformer =
        switch (start.input()) {
          case TransformerSource source ->
              Transformer.load(
                  source,
                  each -> OnnxModel.loadTokenEncoder(each, start.layers(), options.device()),
                  options.threads(),
                  options.tokenBudget());
          case ClipSource source ->
              Transformer.load(
                  source,
                  each -> ClipModel.load(each, options.device()),
                  options.threads(),
                  options.tokenBudget());
          case StaticEmbeddingSource source ->
              Transformer.load(
                  source, StaticEmbedding::load, options.threads(), options.tokenBudget());
        };
    return new Loaded(
        transformer,
        new TruncationMonitor(
            start.input().description(),
            options.truncation(),
            transformer.tokenizer().maxLength()));
  }

  /** The cosine does not ask for the length of a vector, other functions do. */
  private void checkLengths() {
    if (model.config().similarityName().equals(ModelDirectory.DEFAULT_SIMILARITY)) {
      return;
    }
    for (Start start : starts.keySet()) {
      if (starts.get(start).transformer().network() instanceof ClipModel clip
          && clip.hasUnitLength()) {
        throw new ModelException(
            start.input().weights().location(),
            "gives vectors of length 1, and the model compares vectors of any length by "
                + model.config().similarityName()
                + ". Export the two networks to files of their own, without the normalisation");
      }
    }
  }

  private void checkDimensions() {
    Set<Integer> dimensions = new LinkedHashSet<>();
    encoders.values().forEach(encoder -> dimensions.add(encoder.dimension()));
    if (dimensions.size() > 1) {
      throw new ModelException(
          model.roads().all().iterator().next().input().weights().location(),
          "and the other roads of the model give vectors of different dimensions, "
              + dimensions
              + ", which cannot be compared");
    }
  }

  /** The road for a task, if the model has one. */
  Optional<RoadEncoder> of(String task) {
    return model.roads().of(task).map(encoders::get);
  }

  /** The road of a text without a task, if the model has one. */
  Optional<RoadEncoder> usual() {
    return model.roads().usual().map(encoders::get);
  }

  /** What encodes images, if the model can and has one road for all. */
  Optional<ImageEncoder> images() {
    RoadEncoder encoder = any();
    boolean forAll = model.roads().byTask().isEmpty();
    return forAll
            && model.roads().all().iterator().next().input() instanceof ClipSource source
            && encoder.transformer().network() instanceof ClipModel network
        ? Optional.of(new ImageEncoder(source, network, encoder, options.tokenBudget()))
        : Optional.empty();
  }

  /** The usual road, or the first one where there is none. */
  RoadEncoder any() {
    return usual().orElseGet(() -> encoders.get(model.roads().all().iterator().next()));
  }

  /** What counts the texts that were too long, for each network. */
  Collection<TruncationMonitor> truncations() {
    List<TruncationMonitor> all = new ArrayList<>();
    starts.values().forEach(start -> all.add(start.truncation()));
    return all;
  }

  /** The length limits of all networks. */
  Collection<Integer> limits() {
    List<Integer> all = new ArrayList<>();
    starts.values().forEach(start -> all.add(start.transformer().tokenizer().maxLength()));
    return all;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Loaded start : starts.values()) {
      try {
        start.transformer().close();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
