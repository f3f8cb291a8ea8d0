package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * The class that Python's {@code AutoTokenizer} (transformers 5) takes for a folder, and what
 * follows from it: of the known classes, how a text is normalised and split comes from their
 * options, and not from {@code tokenizer.json}, which has the vocabulary and the special tokens. A
 * class that is none of the known ones uses that file as it is.
 */
final class TokenizerClass {
  /** These split texts as BERT does. */
  private static final Set<String> BERT =
      Set.of(
          "BertTokenizer",
          "DistilBertTokenizer",
          "ElectraTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "MPNetTokenizer",
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

  /** Those whose tokenizer is the file as it is, whatever class the file beside it names. */
  private static final Set<String> ARCHITECTURES_WITHOUT_CLASS =
      Set.of("modernbert", "modernbert-decoder", "xlm-roberta-xl");

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

  /** How the tokenizer of Qwen 2 and 3 splits a text. */
  private static final String QWEN2_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** How CLIP's tokenizer splits a text. */
  private static final String CLIP_WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|"
          + "[^\\s\\p{L}\\p{N}]+";

  private final String name;
  private final Optional<JsonFile> tokenizerConfig;

  private TokenizerClass(String name, Optional<JsonFile> tokenizerConfig) {
    this.name = name;
    this.tokenizerConfig = tokenizerConfig;
  }

  static TokenizerClass of(Optional<JsonFile> tokenizerConfig, Optional<JsonFile> architecture) {
    Optional<String> type = architecture.flatMap(file -> file.string("model_type"));
    if (type.filter(ARCHITECTURES_WITHOUT_CLASS::contains).isPresent()) {
      return new TokenizerClass("", tokenizerConfig);
    }
    String name =
        tokenizerConfig
            .flatMap(file -> file.string("tokenizer_class"))
            .or(() -> architecture.flatMap(file -> file.string("tokenizer_class")))
            .map(given -> given.replaceAll("Fast$", ""))
            .or(() -> type.map(TokenizerClass::usual))
            .orElse("");
    return new TokenizerClass(name, tokenizerConfig);
  }

  private static String usual(String architecture) {
    return switch (architecture) {
      case "clip" -> "CLIPTokenizer";
      case "camembert" -> "CamembertTokenizer";
      case "t5" -> "T5Tokenizer";
      case "albert", "yoso" -> "AlbertTokenizer";
      case "deberta" -> "DebertaTokenizer";
      case "deberta-v2" -> "DebertaV2Tokenizer";
      case "fnet" -> "FNetTokenizer";
      case "gte", "xlm-roberta", "xmod", "jina_embeddings_v3" -> "XLMRobertaTokenizer";
      case "mpnet" -> "MPNetTokenizer";
      case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe" -> "Qwen2Tokenizer";
      case "roberta", "roberta-prelayernorm", "data2vec-text", "ibert", "longformer" ->
          "RobertaTokenizer";
      default -> BERT_ARCHITECTURES.contains(architecture) ? "BertTokenizer" : "";
    };
  }

  /** What Python puts in the place of parts of {@code tokenizer.json}. */
  TokenizerParts parts() {
    if (BERT.contains(name)) {
      return parts(bertNormalizer(), false, of("BertPreTokenizer"));
    }
    return switch (name) {
      case "AlbertTokenizer" ->
          parts(
              sequence("normalizers", albertNormalizers()),
              true,
              sequence("pretokenizers", list(of("WhitespaceSplit"), metaspace("always", "never"))));
      case "CLIPTokenizer" ->
          parts(
              sequence(
                  "normalizers", list(of("NFC"), replace("Regex", "\\s+", " "), of("Lowercase"))),
              false,
              sequence("pretokenizers", list(clipWords(), byteLevel(false, true))));
      case "CamembertTokenizer", "XLMRobertaTokenizer" ->
          parts(
              JsonNull.INSTANCE,
              true,
              sequence("pretokenizers", list(of("WhitespaceSplit"), metaspace("always", "never"))));
      case "T5Tokenizer" ->
          parts(
              JsonNull.INSTANCE,
              true,
              sequence(
                  "pretokenizers", list(of("WhitespaceSplit"), metaspace("always", "always"))));
      case "DebertaV2Tokenizer" ->
          parts(
              sequence("normalizers", debertaNormalizers()),
              false,
              sequence("pretokenizers", debertaPreTokenizers()));
      case "RobertaTokenizer" ->
          parts(JsonNull.INSTANCE, false, byteLevel(option("add_prefix_space", false), true));
      case "Qwen2Tokenizer" ->
          parts(
              of("NFC"),
              false,
              sequence(
                  "pretokenizers",
                  list(split(QWEN2_WORDS), byteLevel(option("add_prefix_space", false), false))));
      default -> TokenizerParts.NONE;
    };
  }

  private static TokenizerParts parts(
      JsonElement normalizer, boolean keepCharsMap, JsonObject words) {
    return new TokenizerParts(
        Optional.of(normalizer.toString()), keepCharsMap, Optional.of(words.toString()));
  }

  private boolean option(String key, boolean otherwise) {
    return tokenizerConfig.flatMap(file -> file.bool(key)).orElse(otherwise);
  }

  // ---- normalisers ------------------------------------------------------------------------------

  private JsonObject bertNormalizer() {
    JsonObject normalizer = of("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", option("tokenize_chinese_chars", true));
    Optional<Boolean> stripAccents = tokenizerConfig.flatMap(file -> file.bool("strip_accents"));
    if (stripAccents.isPresent()) {
      normalizer.addProperty("strip_accents", stripAccents.get());
    } else {
      normalizer.add("strip_accents", JsonNull.INSTANCE);
    }
    normalizer.addProperty("lowercase", option("do_lower_case", true));
    return normalizer;
  }

  private JsonArray albertNormalizers() {
    JsonArray steps = list(replace("String", "``", "\""), replace("String", "''", "\""));
    if (!option("keep_accents", false)) {
      steps.add(of("NFKD"));
      steps.add(of("StripAccents"));
    }
    if (option("do_lower_case", true)) {
      steps.add(of("Lowercase"));
    }
    return steps;
  }

  private JsonArray debertaNormalizers() {
    JsonArray steps = new JsonArray();
    if (option("do_lower_case", false)) {
      steps.add(of("Lowercase"));
    }
    steps.add(replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "));
    steps.add(of("NFC"));
    JsonObject strip = of("Strip");
    strip.addProperty("strip_left", false);
    strip.addProperty("strip_right", true);
    steps.add(strip);
    return steps;
  }

  private static JsonObject replace(String kind, String pattern, String content) {
    JsonObject replace = of("Replace");
    JsonObject wrapped = new JsonObject();
    wrapped.addProperty(kind, pattern);
    replace.add("pattern", wrapped);
    replace.addProperty("content", content);
    return replace;
  }

  // ---- words ------------------------------------------------------------------------------------

  private JsonArray debertaPreTokenizers() {
    JsonArray steps = new JsonArray();
    if (option("split_by_punct", false)) {
      JsonObject punctuation = of("Punctuation");
      punctuation.addProperty("behavior", "Isolated");
      steps.add(punctuation);
    }
    steps.add(metaspace("always", "first"));
    return steps;
  }

  private JsonObject metaspace(String withPrefix, String withoutPrefix) {
    JsonObject metaspace = of("Metaspace");
    metaspace.addProperty("replacement", "\u2581");
    metaspace.addProperty(
        "prepend_scheme", option("add_prefix_space", true) ? withPrefix : withoutPrefix);
    metaspace.addProperty("split", true);
    return metaspace;
  }

  private static JsonObject byteLevel(boolean prefixSpace, boolean regex) {
    JsonObject bytes = of("ByteLevel");
    bytes.addProperty("add_prefix_space", prefixSpace);
    bytes.addProperty("trim_offsets", true);
    bytes.addProperty("use_regex", regex);
    return bytes;
  }

  /** What the pattern finds is kept, and what is between is dropped. */
  private static JsonObject clipWords() {
    JsonObject split = split(CLIP_WORDS);
    split.addProperty("behavior", "Removed");
    split.addProperty("invert", true);
    return split;
  }

  private static JsonObject split(String regex) {
    JsonObject split = of("Split");
    JsonObject pattern = new JsonObject();
    pattern.addProperty("Regex", regex);
    split.add("pattern", pattern);
    split.addProperty("behavior", "Isolated");
    split.addProperty("invert", false);
    return split;
  }

  // ---- JSON -------------------------------------------------------------------------------------

  private static JsonObject of(String type) {
    JsonObject object = new JsonObject();
    object.addProperty("type", type);
    return object;
  }

  private static JsonObject sequence(String key, JsonArray steps) {
    JsonObject sequence = of("Sequence");
    sequence.add(key, steps);
    return sequence;
  }

  private static JsonArray list(JsonElement... elements) {
    JsonArray list = new JsonArray();
    for (JsonElement element : elements) {
      list.add(element);
    }
    return list;
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
