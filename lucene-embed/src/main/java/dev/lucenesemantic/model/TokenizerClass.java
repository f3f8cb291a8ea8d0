package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.util.Optional;
import java.util.Set;

/**
 * The class that Python's {@code AutoTokenizer} (transformers 5) takes for a folder, and what
 * follows from it. A class that is none of the known ones uses {@code tokenizer.json} as it is.
 */
final class TokenizerClass {
  /** These are built from their options, and the normaliser of {@code tokenizer.json} is not. */
  private static final Set<String> BERT =
      Set.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer");

  /** The architectures that get a {@code BertTokenizer} where no class is named. */
  private static final Set<String> BERT_ARCHITECTURES =
      Set.of(
          "bert",
          "convbert",
          "distilbert",
          "electra",
          "ernie",
          "layoutlm",
          "megatron-bert",
          "mobilebert",
          "nezha",
          "nomic_bert",
          "squeezebert");

  /** These tell the network which tokens belong to the first text and which to the second. */
  private static final Set<String> WITH_SEGMENTS =
      Set.of(
          "BertTokenizer",
          "ConvBertTokenizer",
          "DebertaTokenizer",
          "DebertaV2Tokenizer",
          "ElectraTokenizer",
          "FNetTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer");

  private final String name;
  private final Optional<JsonFile> tokenizerConfig;

  private TokenizerClass(String name, Optional<JsonFile> tokenizerConfig) {
    this.name = name;
    this.tokenizerConfig = tokenizerConfig;
  }

  static TokenizerClass of(Optional<JsonFile> tokenizerConfig, Optional<JsonFile> architecture) {
    String name =
        tokenizerConfig
            .flatMap(file -> file.string("tokenizer_class"))
            .or(() -> architecture.flatMap(file -> file.string("tokenizer_class")))
            .map(given -> given.replaceAll("Fast$", ""))
            .or(() -> architecture.flatMap(file -> file.string("model_type")).map(s -> usual(s)))
            .orElse("");
    return new TokenizerClass(name, tokenizerConfig);
  }

  private static String usual(String architecture) {
    return switch (architecture) {
      case "deberta" -> "DebertaTokenizer";
      case "deberta-v2" -> "DebertaV2Tokenizer";
      case "fnet" -> "FNetTokenizer";
      default -> BERT_ARCHITECTURES.contains(architecture) ? "BertTokenizer" : "";
    };
  }

  /** What Python puts in the place of the normaliser of {@code tokenizer.json}. */
  Optional<TokenizerSource.BertNormalization> bertNormalization() {
    if (!BERT.contains(name)) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenizerSource.BertNormalization(
            tokenizerConfig.flatMap(file -> file.bool("do_lower_case")).orElse(true),
            tokenizerConfig.flatMap(file -> file.bool("strip_accents")),
            tokenizerConfig.flatMap(file -> file.bool("tokenize_chinese_chars")).orElse(true)));
  }

  /** Whether the network is told to which text of a pair a token belongs. */
  boolean segments() {
    Optional<JsonFile> named = tokenizerConfig.filter(file -> file.has("model_input_names"));
    if (named.isEmpty()) {
      return WITH_SEGMENTS.contains(name);
    }
    JsonElement names = named.get().object().get("model_input_names");
    if (!names.isJsonArray()) {
      throw named.get().error("model_input_names", "must be a list and is " + names);
    }
    for (JsonElement each : names.getAsJsonArray()) {
      if (each.isJsonPrimitive() && each.getAsString().equals("token_type_ids")) {
        return true;
      }
    }
    return false;
  }
}
