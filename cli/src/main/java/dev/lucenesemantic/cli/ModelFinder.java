package dev.lucenesemantic.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.hub.HubException;
import dev.lucenesemantic.hub.HubId;
import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelHub;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.rerank.BundledReranker;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the model that an argument means: a folder, a bundled model, or one of the hub. */
final class ModelFinder {
  /** How the constants of the bundled models look, and no id on the hub does. */
  private static final Pattern CONSTANT = Pattern.compile("[A-Z0-9]+(?:_[A-Z0-9]+)*");

  /** So many letters may be wrong in a name for the right one to be suggested. */
  private static final int TYPING_ERRORS = 4;

  private final HubSettings hub;

  ModelFinder(HubSettings hub) {
    this.hub = hub;
  }

  /**
   * Finds a model; fetches it if it has to.
   *
   * @throws Refusal if there is no such model
   * @throws ModelException if it cannot be had
   */
  ModelReference find(ModelArguments arguments) {
    return find(arguments.model, arguments.crossEncoder, arguments.modelFile());
  }

  ModelReference find(String asked, boolean crossEncoder, OnnxChoice modelFile) {
    if (asked.isBlank()) {
      throw new Refusal(
          ExitCode.WRONG_USE, "the model's name is empty; give a folder or an id on the hub");
    }
    Optional<Path> path = existing(asked);
    if (path.isPresent()) {
      return inFolder(asked, path.get(), crossEncoder, Optional.empty());
    }
    Optional<ModelReference> bundled = bundled(asked);
    if (bundled.isPresent()) {
      if (crossEncoder && bundled.get() instanceof ModelReference.Bundled encoder) {
        throw new Refusal(
            ExitCode.WRONG_USE,
            encoder.asked()
                + " is a bi-encoder, and --cross-encoder contradicts that; leave it out");
      }
      return bundled.get();
    }
    if (CONSTANT.matcher(asked).matches()) {
      throw new Refusal(
          ExitCode.NO_MODEL,
          "there is no bundled model '"
              + asked
              + "' and no such folder; the bundled models are "
              + String.join(", ", bundledNames())
              + suggestion(asked));
    }
    return onHub(asked, crossEncoder, modelFile);
  }

  private static Optional<Path> existing(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  // ---- the hub ----------------------------------------------------------------------------------

  private ModelReference onHub(String asked, boolean crossEncoder, OnnxChoice modelFile) {
    ModelKind kind =
        crossEncoder || asked.startsWith("cross-encoder/")
            ? ModelKind.CROSS_ENCODER
            : ModelKind.SENTENCE_TRANSFORMER;
    try {
      HubId id = HubId.parse(asked, kind);
      Path folder = ModelHub.locate(id.toString(), kind, modelFile, hub);
      return inFolder(asked, folder, kind == ModelKind.CROSS_ENCODER, Optional.of(id));
    } catch (ModelException e) {
      boolean isOfHub = e instanceof HubException;
      if (e instanceof HubException failure && !failure.isNowhere()) {
        throw new Refusal(ExitCode.NO_MODEL, e.getMessage(), e);
      }
      String hint = suggestion(asked);
      if (hint.isEmpty() && asked.indexOf('/') < 0 && !crossEncoder) {
        hint = ". If it is a cross-encoder, add --cross-encoder";
      }
      String folder = isOfHub ? ". There is no folder '" + asked + "' here either" : "";
      throw new Refusal(ExitCode.NO_MODEL, e.getMessage() + folder + hint, e);
    }
  }

  // ---- folders ----------------------------------------------------------------------------------

  private static ModelReference inFolder(
      String asked, Path folder, boolean crossEncoder, Optional<HubId> id) {
    boolean isCrossEncoder =
        crossEncoder || (Files.isDirectory(folder) && saysCrossEncoder(folder));
    return new ModelReference.InFolder(
        asked,
        folder,
        isCrossEncoder ? ModelKind.CROSS_ENCODER : ModelKind.SENTENCE_TRANSFORMER,
        id);
  }

  /** As far as it can be told; what is wrong with a file is for the model's reader to say. */
  private static boolean saysCrossEncoder(Path folder) {
    if (Files.exists(folder.resolve("modules.json"))) {
      return text(folder.resolve("config_sentence_transformers.json"), "model_type")
          .contains("CrossEncoder");
    }
    Path config = folder.resolve("config.json");
    // Networks of an own kind do not say in their name what they are for.
    return text(config, "architectures").contains("ForSequenceClassification")
        || text(config, "sentence_transformers").contains("\"activation_fn\"")
        || text(config, "lucene_semantic").contains("\"first_stage_weight\"")
        || !text(config, "sbert_ce_default_activation_function").isEmpty();
  }

  private static String text(Path file, String key) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try {
      JsonElement root = new ModelFile.OnDisk(file).readJson();
      JsonElement value = root instanceof JsonObject object ? object.get(key) : null;
      return value == null ? "" : value.toString();
    } catch (ModelException e) {
      return "";
    }
  }

  // ---- bundled models ---------------------------------------------------------------------------

  /** A model in a jar, by its name in any case. */
  static Optional<ModelReference> bundled(String asked) {
    String name = asked.toUpperCase(Locale.ROOT);
    for (BundledModel model : BundledModel.values()) {
      if (model.name().equals(name)) {
        return Optional.of(new ModelReference.Bundled(model.name(), model));
      }
    }
    for (BundledReranker model : BundledReranker.values()) {
      if (model.name().equals(name)) {
        return Optional.of(new ModelReference.BundledCrossEncoder(model.name(), model));
      }
    }
    return Optional.empty();
  }

  private static List<String> bundledNames() {
    List<String> names = new ArrayList<>();
    Arrays.stream(BundledModel.values()).map(Enum::name).forEach(names::add);
    Arrays.stream(BundledReranker.values()).map(Enum::name).forEach(names::add);
    return names;
  }

  /** The bundled model whose name is nearest to what was typed, in words. */
  private static String suggestion(String asked) {
    String name = asked.substring(asked.lastIndexOf('/') + 1).replaceAll("@.*", "");
    String constant = name.toUpperCase(Locale.ROOT).replace('-', '_').replace(".", "");
    String best = "";
    int least = Math.min(TYPING_ERRORS, constant.length() / 3) + 1;
    for (String bundled : bundledNames()) {
      int distance = distance(constant, bundled);
      if (distance < least) {
        least = distance;
        best = bundled;
      }
    }
    return best.isEmpty() ? "" : ". Did you mean the bundled " + best + "?";
  }

  /** How many letters must be put in, taken out or replaced to make one text of the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
