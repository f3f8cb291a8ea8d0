package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.util.Optional;
import java.util.Set;

/** Which command of Python's Optimum makes the ONNX file of a model that has none. */
public enum OptimumExport {
  /** One vector per token, for a bi-encoder. */
  FEATURE_EXTRACTION("feature-extraction", "AutoPeftModelForFeatureExtraction"),
  /** One score per label, for a cross-encoder. */
  TEXT_CLASSIFICATION("text-classification", "AutoPeftModelForSequenceClassification");

  /** Their export has a decoder, and no output with the vectors of a text's tokens. */
  private static final Set<String> WITH_DECODER =
      Set.of(
          "bart",
          "bigbird_pegasus",
          "blenderbot",
          "led",
          "longt5",
          "m2m_100",
          "marian",
          "mbart",
          "mt5",
          "mvp",
          "nllb-moe",
          "pegasus",
          "pegasus_x",
          "prophetnet",
          "switch_transformers",
          "t5",
          "t5gemma",
          "umt5");

  /** They do not read texts. */
  private static final Set<String> NOT_FOR_TEXTS =
      Set.of("hubert", "speech_to_text", "vit", "wav2vec2", "wavlm", "whisper");

  private final String task;
  private final String adapterClass;

  OptimumExport(String task, String adapterClass) {
    this.task = task;
    this.adapterClass = adapterClass;
  }

  /** The class of Python's peft that puts an adapter and its model together. */
  String adapterClass() {
    return adapterClass;
  }

  /**
   * Why Optimum's export of a network would be of no use.
   *
   * @param config the content of its {@code config.json}
   * @return the reason, and what to do instead, as a sentence without its full stop; empty if
   *     nothing is known against it
   */
  public static Optional<String> obstacle(JsonElement config) {
    if (!config.isJsonObject()) {
      return Optional.empty();
    }
    JsonElement code = config.getAsJsonObject().get("auto_map");
    if (code != null && code.isJsonObject() && !code.getAsJsonObject().isEmpty()) {
      return Optional.of(
          "Its network is Python code that comes with the model (auto_map in config.json), which"
              + " Optimum does not know either: look for an ONNX file that its makers have"
              + " published, or for another model");
    }
    JsonElement written = config.getAsJsonObject().get("model_type");
    String type = written != null && written.isJsonPrimitive() ? written.getAsString() : "";
    if (NOT_FOR_TEXTS.contains(type)) {
      return Optional.of("A " + type + " does not read texts: take a model that is made for them");
    }
    return WITH_DECODER.contains(type)
        ? Optional.of(
            "Optimum exports a "
                + type
                + " with its decoder, which gives no vectors of a text; export its encoder alone"
                + " with torch.onnx.export, from the inputs input_ids and attention_mask to the"
                + " output last_hidden_state, as onnx/model.onnx in its folder")
        : Optional.empty();
  }

  /**
   * The command.
   *
   * @param folder where the model is
   * @param target where the ONNX file is to be
   * @return one line for a shell
   */
  public String command(String folder, String target) {
    return "optimum-cli export onnx --library transformers --task "
        + task
        + " --model "
        + folder
        + " "
        + target;
  }
}
