package dev.lucenesemantic.cli;

import dev.lucenesemantic.model.ClipSource;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.PoolingMode;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.StaticEmbeddingSource;
import dev.lucenesemantic.model.TextInput;
import dev.lucenesemantic.model.TokenizerSource;
import dev.lucenesemantic.model.TransformerSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The road of a text through a model, step by step. */
final class RoadSteps {
  /**
   * A step.
   *
   * @param name the module
   * @param what what it does
   */
  record Step(String name, String what) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("step", name);
      json.put("what", what);
      return json;
    }
  }

  private RoadSteps() {}

  static List<Step> of(Road road) {
    List<Step> steps = new ArrayList<>();
    steps.add(tokenizer(road.input()));
    steps.add(network(road.input()));
    for (ModuleConfig module : road.modules()) {
      steps.add(module(module));
    }
    return steps;
  }

  static Step tokenizer(TextInput input) {
    TokenizerSource tokenizer = input.tokenizer();
    boolean fromTheEnd = tokenizer.truncationSide().equals(Optional.of(TokenizerSource.Side.LEFT));
    String read =
        tokenizer.maxLength() == TokenizerSource.UNLIMITED
            ? "all tokens of a text"
            : "the " + (fromTheEnd ? "last " : "first ") + tokenizer.maxLength() + " tokens";
    return new Step(
        "tokenizer",
        fileName(tokenizer.file().location())
            + ": "
            + read
            + (tokenizer.specialTokens() ? ", special tokens included" : ", no special tokens")
            + (tokenizer.lowerCase() ? "; the text is lower-cased before" : ""));
  }

  static Step network(TextInput input) {
    return switch (input) {
      case TransformerSource transformer ->
          new Step(
              "transformer",
              fileName(transformer.weights().location()) + beside(transformer.externalData()));
      case ClipSource clip ->
          new Step(
              "clip",
              fileName(clip.weights().location())
                  + " for texts, "
                  + (clip.inOneFile() ? "the same" : fileName(clip.imageWeights().location()))
                  + " for images, whose vectors compare with those of texts"
                  + beside(clip.externalData()));
      case StaticEmbeddingSource embedding ->
          new Step(
              "static embedding",
              fileName(embedding.weights().location())
                  + ": a vector for each token, and their mean; no transformer");
    };
  }

  private static String beside(List<ModelFile> externalData) {
    return externalData.isEmpty()
        ? ""
        : " with " + Words.plural(externalData.size(), "file") + " of weights beside it";
  }

  private static Step module(ModuleConfig module) {
    return switch (module) {
      case ModuleConfig.Pooling pooling -> new Step("pooling", pooling(pooling));
      case ModuleConfig.Normalize normalize ->
          new Step(
              "normalize",
              normalize.tokens()
                  ? "the vectors of the tokens get length 1"
                  : "the vector gets length 1");
      case ModuleConfig.Dense dense ->
          new Step(
              "dense",
              dense.inFeatures()
                  + " to "
                  + dense.outFeatures()
                  + " components, "
                  + dense.activation().name().toLowerCase(Locale.ROOT)
                  + (dense.bias() ? "" : ", no bias")
                  + (dense.residual() ? ", added to what goes in" : "")
                  + (dense.tokens() ? "; of each token's vector" : ""));
      case ModuleConfig.LayerNorm norm ->
          new Step("layer norm", "the components get mean 0 and variance 1, scaled and moved");
      case ModuleConfig.WeightedLayers layers ->
          new Step(
              "weighted layers",
              "the weighted mean of a token's vectors in the layers from "
                  + layers.layerStart()
                  + " on");
      case ModuleConfig.Identity identity ->
          new Step(identity.type(), "does nothing to a text that is encoded");
    };
  }

  private static String pooling(ModuleConfig.Pooling pooling) {
    List<String> modes = new ArrayList<>();
    pooling.modes().forEach(mode -> modes.add(mode(mode)));
    return String.join(", and behind it ", modes)
        + (pooling.includePrompt() ? "" : "; the prompt's tokens do not count");
  }

  private static String mode(PoolingMode mode) {
    return switch (mode) {
      case CLS -> "the vector of the first token (cls)";
      case MEAN -> "the mean over the tokens' vectors";
      case MAX -> "the maximum of the tokens' vectors";
      case MEAN_SQRT_LEN -> "the sum of the tokens' vectors, divided by the root of their number";
      case WEIGHTED_MEAN -> "the mean over the tokens' vectors, weighted by their places";
      case LAST_TOKEN -> "the vector of the last token";
    };
  }

  static String fileName(String location) {
    return location.substring(Math.max(location.lastIndexOf('/'), location.lastIndexOf('\\')) + 1);
  }
}
