package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import java.util.Optional;
import java.util.Set;

/**
 * The class that Python's {@code AutoTokenizer} (transformers 5) takes for a folder, and what
 * follows from it: of the known classes, how a text is normalised and split comes from their
 * options, and not from {@code tokenizer.json}, which has the vocabulary and the special tokens
 * (see {@link RebuiltTokenizer}). Of others too, but it is not known how: they are refused. A class
 * that is neither uses that file as it is.
 */
final class TokenizerClass {
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
      Set.of(
          "bigbird_pegasus",
          "ernie4_5",
          "flex_olmo",
          "glm",
          "glm4",
          "gpt_bigcode",
          "granite",
          "granitemoe",
          "granitemoehybrid",
          "granitemoeshared",
          "internlm2",
          "jamba",
          "minicpm3",
          "ministral",
          "ministral3",
          "mistral",
          "mistral3",
          "mixtral",
          "modernbert",
          "modernbert-decoder",
          "nemotron",
          "nystromformer",
          "olmo2",
          "olmo3",
          "pegasus_x",
          "persimmon",
          "phi3",
          "phimoe",
          "stablelm",
          "umt5",
          "xlm-roberta-xl");

  /** These tell the network which tokens belong to the first text and which to the second. */
  private static final Set<String> WITH_SEGMENTS =
      Set.of(
          "BertTokenizer",
          "ConvBertTokenizer",
          "DPRContextEncoderTokenizer",
          "DPRQuestionEncoderTokenizer",
          "DebertaTokenizer",
          "DebertaV2Tokenizer",
          "ElectraTokenizer",
          "FNetTokenizer",
          "LayoutLMTokenizer",
          "LxmertTokenizer",
          "MobileBertTokenizer",
          "SqueezeBertTokenizer");

  /** These are built anew in ways that are not known here. */
  private static final Set<String> UNKNOWN =
      Set.of(
          "CodeGenTokenizer",
          "CodeLlamaTokenizer",
          "CohereTokenizer",
          "DPRReaderTokenizer",
          "EsmcTokenizer",
          "LasrTokenizer",
          "LayoutLMv2Tokenizer",
          "LayoutLMv3Tokenizer",
          "LayoutXLMTokenizer",
          "LukeTokenizer",
          "MBart50Tokenizer",
          "MBartTokenizer",
          "MLukeTokenizer",
          "MarkupLMTokenizer",
          "NllbTokenizer",
          "NougatTokenizer",
          "OpenAIGPTTokenizer",
          "ReformerTokenizer",
          "RoFormerTokenizer",
          "SeamlessM4TTokenizer",
          "Siglip2Tokenizer",
          "Tipsv2Tokenizer",
          "UdopTokenizer",
          "VideoPrismTokenizer",
          "WhisperTokenizer",
          "XGLMTokenizer");

  /** These are Python code, and read no {@code tokenizer.json}. */
  private static final Set<String> PYTHON_CODE =
      Set.of(
          "BartphoTokenizer",
          "BertGenerationTokenizer",
          "BertJapaneseTokenizer",
          "BertweetTokenizer",
          "BioGptTokenizer",
          "BlenderbotSmallTokenizer",
          "ByT5Tokenizer",
          "CTRLTokenizer",
          "CanineTokenizer",
          "CpmTokenizer",
          "EsmTokenizer",
          "FlaubertTokenizer",
          "GPTNeoXJapaneseTokenizer",
          "GPTSw3Tokenizer",
          "M2M100Tokenizer",
          "MarianTokenizer",
          "PLBartTokenizer",
          "PerceiverTokenizer",
          "PhobertTokenizer",
          "ProphetNetTokenizer",
          "RoCBertTokenizer",
          "SiglipTokenizer",
          "TapasTokenizer",
          "XLMTokenizer");

  private final String name;
  private final Optional<JsonFile> tokenizerConfig;

  private TokenizerClass(String name, Optional<JsonFile> tokenizerConfig) {
    this.name = name;
    this.tokenizerConfig = tokenizerConfig;
  }

  /**
   * Finds the class.
   *
   * @throws ModelException if it is one whose tokens would be others here
   */
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
    if (UNKNOWN.contains(name) || PYTHON_CODE.contains(name)) {
      JsonFile file =
          tokenizerConfig
              .filter(each -> each.has("tokenizer_class"))
              .or(() -> architecture)
              .orElseThrow();
      throw file.error(
          file.has("tokenizer_class") ? "tokenizer_class" : "model_type",
          UNKNOWN.contains(name)
              ? "means Python's "
                  + name
                  + ", which does not use tokenizer.json as it is; how it splits texts is not"
                  + " known here, and a vector would be another than in Python"
              : "means Python's "
                  + name
                  + ", which is Python code that no tokenizer.json stands for");
    }
    return new TokenizerClass(name, tokenizerConfig);
  }

  private static String usual(String architecture) {
    return switch (architecture) {
      case "clip" -> "CLIPTokenizer";
      case "camembert" -> "CamembertTokenizer";
      case "mt5", "switch_transformers", "t5" -> "T5Tokenizer";
      case "albert", "yoso" -> "AlbertTokenizer";
      case "barthez" -> "BarthezTokenizer";
      case "bert-japanese" -> "BertJapaneseTokenizer";
      case "big_bird" -> "BigBirdTokenizer";
      case "blenderbot" -> "BlenderbotTokenizer";
      case "deberta" -> "DebertaTokenizer";
      case "deberta-v2" -> "DebertaV2Tokenizer";
      case "dpr" -> "DPRQuestionEncoderTokenizer";
      case "esm" -> "EsmTokenizer";
      case "flaubert" -> "FlaubertTokenizer";
      case "fnet" -> "FNetTokenizer";
      case "funnel" -> "FunnelTokenizer";
      case "gemma", "gemma2", "gemma3", "gemma3_text", "gemma3n", "gemma3n_text", "t5gemma" ->
          "GemmaTokenizer";
      case "codegen", "gpt2", "gpt_neo", "gptj", "opt", "phi", "starcoder2" -> "GPT2Tokenizer";
      case "gpt_neox", "mamba", "mamba2", "mpt", "olmo", "olmoe" -> "GPTNeoXTokenizer";
      case "gte", "xlm-roberta", "xmod", "jina_embeddings_v3" -> "XLMRobertaTokenizer";
      case "herbert" -> "HerbertTokenizer";
      case "luke" -> "LukeTokenizer";
      case "mbart" -> "MBartTokenizer";
      case "mluke" -> "MLukeTokenizer";
      case "mpnet" -> "MPNetTokenizer";
      case "nllb" -> "NllbTokenizer";
      case "openai-gpt" -> "OpenAIGPTTokenizer";
      case "pegasus" -> "PegasusTokenizer";
      case "phobert" -> "PhobertTokenizer";
      case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "qwen3_next" -> "Qwen2Tokenizer";
      case "qwen3_5", "qwen3_5_moe", "qwen3_5_text" -> "Qwen3_5Tokenizer";
      case "reformer" -> "ReformerTokenizer";
      case "rembert" -> "RemBertTokenizer";
      case "roformer" -> "RoFormerTokenizer";
      case "bart",
          "data2vec-text",
          "ibert",
          "lilt",
          "longformer",
          "mra",
          "roberta",
          "roberta-prelayernorm" ->
          "RobertaTokenizer";
      case "splinter" -> "SplinterTokenizer";
      case "xlm" -> "XLMTokenizer";
      case "xlnet" -> "XLNetTokenizer";
      default -> BERT_ARCHITECTURES.contains(architecture) ? "BertTokenizer" : "";
    };
  }

  /**
   * What Python puts in the place of parts of {@code tokenizer.json}.
   *
   * @param file that file
   */
  TokenizerParts parts(ModelFile file) {
    return new RebuiltTokenizer(name, tokenizerConfig, TokenizerHead.read(file)).parts();
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
