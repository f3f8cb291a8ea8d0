package dev.lucenesemantic.model.convert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.lucenesemantic.model.ModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@code config.json} says of an encoder. Where it says nothing the defaults of
 * transformers' classes count.
 *
 * @param location the file, for messages
 * @param architecture the kind of network
 * @param hidden components of a token's vector
 * @param embedding components of a word's vector, before it is projected to the others' size
 * @param layers how many layers
 * @param heads how many attention heads a layer has
 * @param inner components between the two products of a layer's second half
 * @param activation the function between them
 * @param epsilon what the normalisation adds to the variance
 * @param padding the token that fills rows up
 * @param allLayers whether the vectors of all layers are wanted
 */
record EncoderConfig(
    String location,
    Architecture architecture,
    int hidden,
    int embedding,
    int layers,
    int heads,
    int inner,
    ActivationFunction activation,
    float epsilon,
    int padding,
    boolean allLayers) {

  /** Settings under which a network computes something else, and the values that they may have. */
  private static final Map<String, List<String>> ONLY =
      Map.of(
          "position_embedding_type", List.of("absolute"),
          "is_decoder", List.of("false"),
          "is_encoder_decoder", List.of("false"),
          "add_cross_attention", List.of("false"),
          "pruned_heads", List.of("{}", "[]"),
          "quantization_config", List.of("{}"),
          "auto_map", List.of("{}"));

  /** Why a configuration is of none of the networks that can be converted; empty if it is one. */
  static Optional<String> obstacle(JsonElement json) {
    if (!json.isJsonObject()) {
      return Optional.of("config.json is no JSON object");
    }
    JsonObject config = json.getAsJsonObject();
    String type = text(config, "model_type").orElse("");
    Optional<Architecture> architecture = Architecture.of(type);
    if (architecture.isEmpty()) {
      return Optional.of(
          "its model_type is '" + type + "', not one of " + Architecture.allModelTypes());
    }
    for (Map.Entry<String, List<String>> only : ONLY.entrySet()) {
      JsonElement value = config.get(only.getKey());
      if (value != null && !value.isJsonNull() && !only.getValue().contains(plain(value))) {
        return Optional.of("its " + only.getKey() + " is " + value);
      }
    }
    String name = architecture.get().names().setting("hidden_act");
    String activation = text(config, name).orElse("gelu");
    return ActivationFunction.of(activation).isPresent()
        ? Optional.empty()
        : Optional.of(
            "its " + name + " is '" + activation + "', not one of " + ActivationFunction.NAMES);
  }

  private static String plain(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private static Optional<String> text(JsonObject config, String key) {
    return Optional.ofNullable(config.get(key))
        .filter(value -> value.isJsonPrimitive() && value.getAsJsonPrimitive().isString())
        .map(JsonElement::getAsString);
  }

  /** Reads a configuration that has no obstacle. */
  static EncoderConfig read(String location, JsonObject config) {
    Reader in = new Reader(location, config);
    Architecture architecture =
        Architecture.of(text(config, "model_type").orElseThrow()).orElseThrow();
    Architecture.Names names = architecture.names();
    boolean electra = architecture == Architecture.ELECTRA;
    int hidden = in.count(names.setting("hidden_size"), electra ? 256 : 768);
    int heads = in.count(names.setting("num_attention_heads"), electra ? 4 : 12);
    if (hidden % heads != 0) {
      throw in.error(
          names.setting("num_attention_heads"),
          "is " + heads + ", which does not divide " + hidden);
    }
    return new EncoderConfig(
        location,
        architecture,
        hidden,
        electra ? in.count("embedding_size", 128) : hidden,
        in.count(
            names.setting("num_hidden_layers"), architecture == Architecture.DISTILBERT ? 6 : 12),
        heads,
        in.count(names.setting("intermediate_size"), electra ? 1024 : 3072),
        ActivationFunction.of(text(config, names.setting("hidden_act")).orElse("gelu"))
            .orElseThrow(),
        architecture == Architecture.DISTILBERT ? 1e-12f : in.epsilon(),
        in.wholeNumber("pad_token_id", architecture.positionsBehindPadding() ? 1 : 0),
        in.isTrue("output_hidden_states"));
  }

  /** Checks a size that a tensor has against the one that is written here, if there is one. */
  void check(String setting, JsonObject config, long actual) {
    Reader in = new Reader(location, config);
    int written = in.count(setting, Math.toIntExact(actual));
    if (written != actual) {
      throw in.error(
          setting,
          "is "
              + written
              + ", and the weights beside it have "
              + actual
              + ": one of the two files belongs to another model");
    }
  }

  private record Reader(String location, JsonObject config) {

    int count(String key, int otherwise) {
      int value = wholeNumber(key, otherwise);
      if (value < 1) {
        throw error(key, "must be at least 1 and is " + value);
      }
      return value;
    }

    int wholeNumber(String key, int otherwise) {
      double value = number(key, otherwise);
      if (!(value >= 0) || value != (int) value) {
        throw error(key, "must be a whole number and is " + config.get(key));
      }
      return (int) value;
    }

    float epsilon() {
      double value = number("layer_norm_eps", 1e-12);
      if (!(value > 0 && value < 1)) {
        throw error("layer_norm_eps", "must be a number between 0 and 1 and is " + value);
      }
      return (float) value;
    }

    boolean isTrue(String key) {
      return config.get(key) instanceof JsonPrimitive value
          && value.isBoolean()
          && value.getAsBoolean();
    }

    private double number(String key, double otherwise) {
      JsonElement value = config.get(key);
      if (value == null || value.isJsonNull()) {
        return otherwise;
      }
      if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
        throw error(key, "must be a number and is " + value);
      }
      return value.getAsDouble();
    }

    ModelException error(String key, String problem) {
      return new ModelException(location, "'" + key + "' " + problem);
    }
  }
}
