package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * Which modules can be run, told by their types in {@code modules.json} alone, so that the weights
 * of a model that would be refused need not be fetched.
 */
public final class ModuleTypes {
  private static final Set<String> FIRST = Set.of("Transformer", "CLIPModel", "StaticEmbedding");
  private static final Set<String> ROUTERS = Set.of("Router", "Asym");
  private static final Set<String> LATER =
      Set.of("Pooling", "Dense", "LayerNorm", "Normalize", "WeightedLayerPooling", "Dropout");

  private ModuleTypes() {}

  /**
   * Looks for a module that cannot be run. What else is wrong with the file is for its reader to
   * say.
   *
   * @param modules the content of a {@code modules.json}
   * @return what is wrong with the first such module; empty if there is none
   */
  public static Optional<String> obstacle(JsonElement modules) {
    if (!modules.isJsonArray()) {
      return Optional.empty();
    }
    boolean isFirst = true;
    for (JsonElement entry : modules.getAsJsonArray()) {
      JsonElement type = entry instanceof JsonObject object ? object.get("type") : null;
      if (type == null || !type.isJsonPrimitive()) {
        return Optional.empty();
      }
      Optional<String> obstacle = obstacle(type.getAsString(), isFirst);
      if (obstacle.isPresent()) {
        return obstacle;
      }
      isFirst = false;
    }
    return Optional.empty();
  }

  private static Optional<String> obstacle(String type, boolean isFirst) {
    String kind = kind(type);
    if (isForeign(type)) {
      return Optional.of(foreign(type));
    }
    if (ROUTERS.contains(kind) || (isFirst ? FIRST : LATER).contains(kind)) {
      return Optional.empty();
    }
    return Optional.of(isFirst ? notFirst(type) : notLater(type));
  }

  /** The last part of a type. */
  static String kind(String type) {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  static boolean isRouter(String kind) {
    return ROUTERS.contains(kind);
  }

  static boolean isForeign(String type) {
    return !type.startsWith("sentence_transformers.");
  }

  static String foreign(String type) {
    return "names the module " + type + ", which is code of the model's own and is never run";
  }

  static String notFirst(String type) {
    return "starts with module "
        + type
        + ", which is not supported; a Transformer, a CLIPModel, a StaticEmbedding or a Router was"
        + " expected first";
  }

  static String notLater(String type) {
    String unsupported =
        "module " + type + " is not supported, and without it the vectors would be wrong; ";
    return unsupported
        + (kind(type).equals("CLIPModel")
            ? "it may only be the first module"
            : "supported are Transformer, StaticEmbedding, Router, Pooling, Dense, LayerNorm,"
                + " Normalize, WeightedLayerPooling and Dropout");
  }
}
