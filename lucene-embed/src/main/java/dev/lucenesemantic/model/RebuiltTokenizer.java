package dev.lucenesemantic.model;

import static dev.lucenesemantic.model.TokenizerSteps.byteLevel;
import static dev.lucenesemantic.model.TokenizerSteps.list;
import static dev.lucenesemantic.model.TokenizerSteps.metaspace;
import static dev.lucenesemantic.model.TokenizerSteps.replace;
import static dev.lucenesemantic.model.TokenizerSteps.sequence;
import static dev.lucenesemantic.model.TokenizerSteps.split;
import static dev.lucenesemantic.model.TokenizerSteps.step;
import static dev.lucenesemantic.model.TokenizerSteps.template;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.Set;

/** What a class of transformers 5 puts in the place of parts of {@code tokenizer.json}. */
final class RebuiltTokenizer {
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
          "SplinterTokenizer",
          "SqueezeBertTokenizer");

  /** How the tokenizer of Qwen 2 and 3 splits a text. */
  private static final String QWEN2_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** The same with combining marks. */
  private static final String QWEN3_5_WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** How CLIP's tokenizer splits a text. */
  private static final String CLIP_WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|"
          + "[^\\s\\p{L}\\p{N}]+";

  private static final String BLANKS = " {2,}";

  private final String name;
  private final Optional<JsonFile> tokenizerConfig;
  private final TokenizerHead head;
  private final SpecialTokens tokens;

  /**
   * Reads options.
   *
   * @param name the class
   * @param tokenizerConfig its options
   * @param head what {@code tokenizer.json} has
   */
  RebuiltTokenizer(String name, Optional<JsonFile> tokenizerConfig, TokenizerHead head) {
    this.name = name;
    this.tokenizerConfig = tokenizerConfig;
    this.head = head;
    this.tokens = new SpecialTokens(tokenizerConfig);
  }

  TokenizerParts parts() {
    return classParts().withAddedTokens(tokens.missing(name, head));
  }

  private TokenizerParts classParts() {
    if (BERT.contains(name)) {
      return bert(option("do_lower_case", true));
    }
    return switch (name) {
      // Python takes the file, and then puts its own tokens around texts.
      case "ConvBertTokenizer" -> around(TokenizerParts.NONE, clsAndSep("[CLS]", "[SEP]", 0));
      // Python's class takes the option and drops it.
      case "DPRContextEncoderTokenizer", "DPRQuestionEncoderTokenizer" -> bert(true);
      case "FunnelTokenizer" ->
          wordPieces(option("clean_text", true), option("do_lower_case", true))
              .withPostProcessor(Optional.of(clsAndSep("<cls>", "<sep>", 2)));
      case "HerbertTokenizer" -> herbert();
      case "AlbertTokenizer" ->
          parts(sequence("normalizers", albertNormalizers()), true, wordsWithBlank())
              .withModel(head.otherUnigrams(unigrams(1)));
      case "CLIPTokenizer" ->
          around(
              parts(
                  sequence(
                      "normalizers",
                      list(step("NFC"), replace("Regex", "\\s+", " "), step("Lowercase"))),
                  false,
                  sequence("pretokenizers", list(clipWords(), byteLevel(false, true)))),
              twoBetween(
                  tokens.token("bos_token", "<|startoftext|>"),
                  tokens.token("eos_token", "<|endoftext|>")));
      case "CamembertTokenizer" ->
          around(
              parts(JsonNull.INSTANCE, true, wordsWithBlank()),
              twoBetween(tokens.token("bos_token", "<s>"), tokens.token("eos_token", "</s>")));
      case "XLMRobertaTokenizer" ->
          around(
              parts(JsonNull.INSTANCE, true, wordsWithBlank())
                  .withModel(head.otherUnigrams(unigrams(3))),
              twoBetween(tokens.token("bos_token", "<s>"), tokens.token("eos_token", "</s>")));
      case "T5Tokenizer" ->
          around(
              parts(
                      JsonNull.INSTANCE,
                      true,
                      sequence(
                          "pretokenizers",
                          list(step("WhitespaceSplit"), metaspace("always", true))))
                  .withModel(head.otherUnigrams(unigrams(2))),
              template("$A:0 </s>:0", "$A:0 </s>:0 $B:0 </s>:0"));
      case "DebertaV2Tokenizer" ->
          around(
              parts(
                  sequence("normalizers", debertaNormalizers()),
                  false,
                  sequence("pretokenizers", debertaPreTokenizers())),
              clsAndSep("[CLS]", "[SEP]", 0));
      case "DebertaTokenizer" -> deberta();
      case "RobertaTokenizer",
          "BartTokenizer",
          "LEDTokenizer",
          "LongformerTokenizer",
          "MvpTokenizer" ->
          around(
              parts(JsonNull.INSTANCE, false, byteLevel(option("add_prefix_space", false), true))
                  .withModel(head.otherBytePairs(bytePairs())),
              twoBetween(tokens.token("cls_token", "<s>"), tokens.token("sep_token", "</s>")));
      case "BlenderbotTokenizer" ->
          with(
              parts(JsonNull.INSTANCE, false, byteLevel(option("add_prefix_space", true), true)),
              bytePairs(),
              null);
      case "GPT2Tokenizer" ->
          with(
              parts(JsonNull.INSTANCE, false, byteLevel(option("add_prefix_space", false), true)),
              bytePairs(),
              null);
      case "GPTNeoXTokenizer" ->
          with(
              parts(step("NFC"), false, byteLevel(option("add_prefix_space", false), true)),
              bytePairs(),
              template("$A:0", "$A:0 $B:1"));
      case "LlamaTokenizer" -> llama();
      case "GemmaTokenizer" -> gemma();
      case "Qwen2Tokenizer" -> parts(step("NFC"), false, qwen(QWEN2_WORDS));
      case "Qwen3_5Tokenizer" -> parts(step("NFC"), false, qwen(QWEN3_5_WORDS));
      case "XLNetTokenizer" -> xlnet();
      case "BigBirdTokenizer" -> bigBird();
      case "BarthezTokenizer" ->
          with(parts(sequence("normalizers", oneLine()), false, blankAtStart()), unigrams(3), null);
      case "RemBertTokenizer" -> remBert();
      case "PegasusTokenizer" -> pegasus();
      default -> TokenizerParts.NONE;
    };
  }

  private static TokenizerParts parts(
      JsonElement normalizer, boolean keepCharsMap, JsonObject words) {
    return new TokenizerParts(
        Optional.of(normalizer.toString()),
        keepCharsMap,
        Optional.of(words.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static TokenizerParts with(
      TokenizerParts parts, JsonObject model, JsonObject postProcessor) {
    return parts
        .withModel(Optional.ofNullable(model))
        .withPostProcessor(Optional.ofNullable(postProcessor));
  }

  /** What the file has too is left out, so that fingerprints do not tell of it. */
  private TokenizerParts around(TokenizerParts parts, JsonObject postProcessor) {
    return parts.withPostProcessor(
        head.puts(postProcessor) ? Optional.empty() : Optional.of(postProcessor));
  }

  private boolean option(String key, boolean otherwise) {
    return tokenizerConfig.flatMap(file -> file.bool(key)).orElse(otherwise);
  }

  // ---- families ---------------------------------------------------------------------------------

  private TokenizerParts bert(boolean lowerCase) {
    TokenizerParts parts = wordPieces(true, lowerCase);
    return switch (name) {
      case "MPNetTokenizer" ->
          around(
              parts,
              twoBetween(tokens.token("cls_token", "<s>"), tokens.token("sep_token", "</s>")));
      // A question has its own end, which stands in the file.
      case "SplinterTokenizer" -> parts;
      default -> around(parts, clsAndSep("[CLS]", "[SEP]", 0));
    };
  }

  private TokenizerParts wordPieces(boolean cleanText, boolean lowerCase) {
    return parts(bertNormalizer(cleanText, lowerCase), false, bertWords())
        .withModel(head.otherWordPiece(tokens.named("unk_token")));
  }

  private TokenizerParts deberta() {
    return with(
        parts(JsonNull.INSTANCE, false, byteLevel(option("add_prefix_space", false), true)),
        bytePairs(),
        twoBetween(tokens.token("cls_token", "[CLS]"), tokens.token("sep_token", "[SEP]")));
  }

  private TokenizerParts herbert() {
    JsonObject normalizer = step("BertNormalizer");
    normalizer.addProperty("clean_text", true);
    normalizer.addProperty("handle_chinese_chars", true);
    normalizer.addProperty("strip_accents", false);
    normalizer.addProperty("lowercase", false);
    JsonObject model = new JsonObject();
    model.add("dropout", JsonNull.INSTANCE);
    model.addProperty("unk_token", tokens.token("unk_token", "<unk>"));
    model.addProperty("end_of_word_suffix", "</w>");
    model.addProperty("fuse_unk", false);
    JsonObject around = step("BertProcessing");
    around.add("sep", pair(tokens.token("sep_token", "</s>"), 2));
    around.add("cls", pair(tokens.token("cls_token", "<s>"), 0));
    return with(parts(normalizer, false, bertWords()), model, around);
  }

  private TokenizerParts llama() {
    boolean blank = option("add_prefix_space", true);
    String scheme = option("legacy", false) ? "always" : "first";
    return with(
        parts(JsonNull.INSTANCE, false, metaspace(blank ? scheme : "never", false)),
        bytesBehind(JsonNull.INSTANCE),
        null);
  }

  private TokenizerParts gemma() {
    JsonObject words = split("String", " ");
    words.addProperty("behavior", "MergedWithPrevious");
    return with(
        parts(replace("String", " ", "\u2581"), false, words),
        bytesBehind(new JsonPrimitive(tokens.token("unk_token", "<unk>"))),
        null);
  }

  private TokenizerParts xlnet() {
    JsonArray steps = list(replace("String", "``", "\""), replace("String", "''", "\""));
    steps.add(step("NFKD"));
    steps.add(step("StripAccents"));
    if (option("do_lower_case", false)) {
      steps.add(step("Lowercase"));
    }
    String sep = tokens.token("sep_token", "<sep>");
    String cls = tokens.token("cls_token", "<cls>");
    // The first is the usual one.
    int unknown =
        tokenizerConfig
            .filter(file -> file.has("unk_id"))
            .filter(file -> !file.object().get("unk_id").toString().equals("0"))
            .flatMap(file -> file.positiveInt("unk_id"))
            .orElse(0);
    return with(
        parts(
            sequence("normalizers", steps),
            true,
            sequence("pretokenizers", list(step("WhitespaceSplit"), metaspace("always", true)))),
        unigrams(unknown),
        template(
            "$A:0 " + sep + ":0 " + cls + ":2",
            "$A:0 " + sep + ":0 $B:1 " + sep + ":1 " + cls + ":2"));
  }

  private TokenizerParts bigBird() {
    JsonObject strip = step("Strip");
    strip.addProperty("strip_left", false);
    strip.addProperty("strip_right", false);
    return with(
        parts(
            sequence("normalizers", list(strip, replace("Regex", BLANKS, "\u2581"))),
            false,
            blankAtStart()),
        null,
        clsAndSep("[CLS]", "[SEP]", 0));
  }

  private TokenizerParts remBert() {
    JsonArray steps =
        list(
            replace("String", "``", "\""),
            replace("String", "''", "\""),
            replace("Regex", BLANKS, " "));
    if (!option("keep_accents", true)) {
      steps.add(step("NFKD"));
      steps.add(step("StripAccents"));
    }
    if (option("do_lower_case", false)) {
      steps.add(step("Lowercase"));
    }
    return with(
        parts(sequence("normalizers", steps), true, blankAtStart()),
        unigrams(2),
        clsAndSep("[CLS]", "[SEP]", 0));
  }

  private TokenizerParts pegasus() {
    String end = tokens.token("eos_token", "</s>");
    return with(
        parts(
            sequence(
                "normalizers",
                list(
                    step("Precompiled"),
                    replace("Regex", "\\n", " "),
                    replace("Regex", BLANKS, " "))),
            true,
            metaspace("always", true)),
        null,
        template("$A:0 " + end + ":0", "$A:0 $B:0 " + end + ":0"));
  }

  private JsonObject clsAndSep(String usualCls, String usualSep, int typeOfCls) {
    String cls = tokens.token("cls_token", usualCls) + ":" + typeOfCls;
    String sep = tokens.token("sep_token", usualSep);
    return template(cls + " $A:0 " + sep + ":0", cls + " $A:0 " + sep + ":0 $B:1 " + sep + ":1");
  }

  /** A pair's texts are not told apart, and have two separators between them. */
  private static JsonObject twoBetween(String first, String last) {
    String end = last + ":0";
    String single = first + ":0 $A:0 " + end;
    return template(single, single + " " + end + " $B:0 " + end);
  }

  private static JsonArray pair(String token, int id) {
    JsonArray pair = new JsonArray();
    pair.add(token);
    pair.add(id);
    return pair;
  }

  // ---- models -----------------------------------------------------------------------------------

  private static JsonObject bytePairs() {
    JsonObject model = new JsonObject();
    model.add("dropout", JsonNull.INSTANCE);
    model.add("unk_token", JsonNull.INSTANCE);
    model.addProperty("continuing_subword_prefix", "");
    model.addProperty("end_of_word_suffix", "");
    model.addProperty("fuse_unk", false);
    model.addProperty("byte_fallback", false);
    model.addProperty("ignore_merges", false);
    return model;
  }

  /** Pairs of characters, and bytes for those that are unknown. */
  private static JsonObject bytesBehind(JsonElement unknown) {
    JsonObject model = new JsonObject();
    model.add("dropout", JsonNull.INSTANCE);
    model.add("unk_token", unknown);
    model.addProperty("fuse_unk", true);
    model.addProperty("byte_fallback", true);
    model.addProperty("ignore_merges", false);
    return model;
  }

  private static JsonObject unigrams(int unknown) {
    JsonObject model = new JsonObject();
    model.addProperty("unk_id", unknown);
    model.addProperty("byte_fallback", false);
    return model;
  }

  // ---- normalisers ------------------------------------------------------------------------------

  private JsonObject bertNormalizer(boolean cleanText, boolean lowerCase) {
    JsonObject normalizer = step("BertNormalizer");
    normalizer.addProperty("clean_text", cleanText);
    normalizer.addProperty("handle_chinese_chars", option("tokenize_chinese_chars", true));
    Optional<Boolean> stripAccents = tokenizerConfig.flatMap(file -> file.bool("strip_accents"));
    if (stripAccents.isPresent()) {
      normalizer.addProperty("strip_accents", stripAccents.get());
    } else {
      normalizer.add("strip_accents", JsonNull.INSTANCE);
    }
    normalizer.addProperty("lowercase", lowerCase);
    return normalizer;
  }

  private JsonArray albertNormalizers() {
    JsonArray steps = list(replace("String", "``", "\""), replace("String", "''", "\""));
    if (!option("keep_accents", false)) {
      steps.add(step("NFKD"));
      steps.add(step("StripAccents"));
    }
    if (option("do_lower_case", true)) {
      steps.add(step("Lowercase"));
    }
    return steps;
  }

  private JsonArray debertaNormalizers() {
    JsonArray steps = new JsonArray();
    if (option("do_lower_case", false)) {
      steps.add(step("Lowercase"));
    }
    steps.addAll(oneLine());
    return steps;
  }

  private static JsonArray oneLine() {
    JsonObject strip = step("Strip");
    strip.addProperty("strip_left", false);
    strip.addProperty("strip_right", true);
    return list(replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "), step("NFC"), strip);
  }

  // ---- words ------------------------------------------------------------------------------------

  private static JsonObject bertWords() {
    return step("BertPreTokenizer");
  }

  private JsonArray debertaPreTokenizers() {
    JsonArray steps = new JsonArray();
    if (option("split_by_punct", false)) {
      JsonObject punctuation = step("Punctuation");
      punctuation.addProperty("behavior", "Isolated");
      steps.add(punctuation);
    }
    steps.add(metaspace(option("add_prefix_space", true) ? "always" : "first", true));
    return steps;
  }

  private JsonObject blankAtStart() {
    return metaspace(option("add_prefix_space", true) ? "always" : "never", true);
  }

  private JsonObject wordsWithBlank() {
    return sequence("pretokenizers", list(step("WhitespaceSplit"), blankAtStart()));
  }

  private JsonObject qwen(String words) {
    return sequence(
        "pretokenizers",
        list(split("Regex", words), byteLevel(option("add_prefix_space", false), false)));
  }

  /** What the pattern finds is kept, and what is between is dropped. */
  private static JsonObject clipWords() {
    JsonObject split = split("Regex", CLIP_WORDS);
    split.addProperty("behavior", "Removed");
    split.addProperty("invert", true);
    return split;
  }
}
