package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code Router} module (before version 5: {@code Asym}): lists of modules, of which the task of
 * a text chooses one. Its rules are those of Python's {@code Router._resolve_route}.
 *
 * @param location the configuration file
 * @param routes the modules of each route, in order
 * @param defaultRoute the route without a task, if there is one
 * @param mappings the routes of tasks that have other names than their route
 */
record RouterFile(
    String location,
    Map<String, List<SavedModule>> routes,
    Optional<String> defaultRoute,
    Map<Key, String> mappings) {

  /**
   * What leads to a route.
   *
   * @param task the task; empty for any
   * @param modality the kind of input, {@code text} for the only one that is supported here; empty
   *     for any
   */
  record Key(Optional<String> task, Optional<String> modality) {}

  private static final Optional<String> TEXT = Optional.of("text");

  /** How Python writes a pair of two texts, either of which may be None. */
  private static final Pattern PAIR =
      Pattern.compile(
          "\\(\\s*(None|'[^']*'|\"[^\"]*\")\\s*,\\s*(None|'[^']*'|\"[^\"]*\")\\s*,?\\)");

  /** The same with several modalities at once, which no text has. */
  private static final Pattern PAIR_OF_MODALITIES =
      Pattern.compile("\\(\\s*(None|'[^']*'|\"[^\"]*\")\\s*,\\s*\\([^()]*\\)\\s*,?\\)");

  static RouterFile read(SavedModule module) {
    Path own = module.folder().resolve("router_config.json");
    Path older = module.folder().resolve("config.json");
    JsonFile file =
        JsonFile.readIfExists(own)
            .filter(found -> !found.object().isEmpty())
            .or(() -> JsonFile.readIfExists(older))
            .orElseThrow(
                () ->
                    new ModelException(
                        own.toString(),
                        "is missing, so the routes are not known; fetch the model again"));
    JsonObject types = child(file, "types");
    Map<String, List<SavedModule>> routes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> route : child(file, "structure").entrySet()) {
      routes.put(route.getKey(), modules(module.folder(), file, types, route));
    }
    if (routes.isEmpty()) {
      throw file.error("structure", "names no route");
    }
    return withParameters(file, routes, child(file, "parameters"));
  }

  private static JsonObject child(JsonFile file, String key) {
    return file.child(key).orElseThrow(() -> file.error(key, "is missing; fetch the model again"));
  }

  private static List<SavedModule> modules(
      Path folder, JsonFile file, JsonObject types, Map.Entry<String, JsonElement> route) {
    if (!route.getValue().isJsonArray() || route.getValue().getAsJsonArray().isEmpty()) {
      throw file.error("structure", "has no list of modules for '" + route.getKey() + "'");
    }
    List<SavedModule> modules = new ArrayList<>();
    for (JsonElement id : route.getValue().getAsJsonArray()) {
      JsonElement type = id.isJsonPrimitive() ? types.get(id.getAsString()) : null;
      if (type == null || !type.isJsonPrimitive()) {
        throw file.error("structure", "names " + id + ", which is not among the types");
      }
      modules.add(
          SavedModule.of(folder, Path.of(file.location()), type.getAsString(), id.getAsString()));
    }
    return modules;
  }

  private static RouterFile withParameters(
      JsonFile file, Map<String, List<SavedModule>> routes, JsonObject parameters) {
    boolean allowEmpty = true;
    Optional<String> defaultRoute = Optional.empty();
    Map<Key, String> mappings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> parameter : parameters.entrySet()) {
      JsonElement value = parameter.getValue();
      boolean isNull = value.isJsonNull();
      switch (parameter.getKey()) {
        case "allow_empty_key" ->
            allowEmpty = !isNull && value.isJsonPrimitive() && value.getAsBoolean();
        case "default_route" ->
            defaultRoute =
                isNull
                    ? Optional.empty()
                    : Optional.of(route(file, "default_route", routes, value));
        case "route_mappings" -> {
          if (!isNull && !value.isJsonObject()) {
            throw file.error("route_mappings", "must be an object and is " + value);
          }
          if (!isNull) {
            for (Map.Entry<String, JsonElement> each : value.getAsJsonObject().entrySet()) {
              String target = route(file, "route_mappings", routes, each.getValue());
              key(file, each.getKey()).ifPresent(key -> mappings.put(key, target));
            }
          }
        }
        default -> {
          if (!JsonFile.isBlank(value)) {
            throw file.error(
                "parameters", "has the option " + parameter.getKey() + ", which is not supported");
          }
        }
      }
    }
    if (allowEmpty && defaultRoute.isEmpty()) {
      defaultRoute = Optional.of(routes.keySet().iterator().next());
    }
    return new RouterFile(file.location(), routes, defaultRoute, mappings);
  }

  private static String route(
      JsonFile file, String key, Map<String, List<SavedModule>> routes, JsonElement value) {
    if (!value.isJsonPrimitive() || !routes.containsKey(value.getAsString())) {
      throw file.error(key, "names " + value + ", and the routes are " + routes.keySet());
    }
    return value.getAsString();
  }

  /** Empty for a key that no text matches. */
  private static Optional<Key> key(JsonFile file, String written) {
    Matcher pair = PAIR.matcher(written.strip());
    if (pair.matches()) {
      return Optional.of(new Key(unquote(pair.group(1)), unquote(pair.group(2))));
    }
    if (PAIR_OF_MODALITIES.matcher(written.strip()).matches()) {
      return Optional.empty();
    }
    throw file.error(
        "route_mappings", "has the key " + written + ", which is not a pair (task, modality)");
  }

  private static Optional<String> unquote(String written) {
    return written.equals("None")
        ? Optional.empty()
        : Optional.of(written.substring(1, written.length() - 1));
  }

  /** The tasks that are named anywhere. */
  Set<String> tasks() {
    Set<String> tasks = new LinkedHashSet<>(routes.keySet());
    mappings.keySet().forEach(key -> key.task().ifPresent(tasks::add));
    return tasks;
  }

  /** The modules for a text of a task; empty where Python refuses the task. */
  Optional<List<SavedModule>> modules(Optional<String> task) {
    return route(task).map(routes::get);
  }

  private Optional<String> route(Optional<String> task) {
    for (Key key :
        List.of(
            new Key(task, TEXT),
            new Key(task, Optional.empty()),
            new Key(Optional.empty(), TEXT),
            new Key(Optional.empty(), Optional.empty()))) {
      if (mappings.containsKey(key)) {
        return Optional.of(mappings.get(key));
      }
    }
    if (task.filter(routes::containsKey).isPresent()) {
      return task;
    }
    if (routes.containsKey("text")) {
      return TEXT;
    }
    return task.isPresent() ? Optional.empty() : defaultRoute;
  }
}
