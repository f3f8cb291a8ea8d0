package dev.lucenesemantic.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Identifies everything that a vector or a score depends on: the bytes of the weights and of the
 * tokenizer, the length limit, the modules with their weights and which road leads through them,
 * prompts, truncation, activation. Names, folders and time stamps do not count, so that a copy of a
 * model has the fingerprint of the original.
 */
public final class Fingerprint {
  /** Raised when the same settings would give other vectors than before. */
  private static final String VERSION = "1";

  private Fingerprint() {}

  /**
   * Computes the fingerprint; reads every file of the model whose hash is not known from before.
   *
   * @param source the model
   * @return 32 hexadecimal digits
   * @throws ModelException if a file cannot be read
   */
  public static String of(ModelSource source) {
    return of(source, Fingerprint::hash);
  }

  /** The same with the hashes of files from elsewhere. */
  static String of(ModelSource source, Function<ModelFile, String> hash) {
    MessageDigest digest = sha256();
    add(digest, "version", VERSION);
    Hashes hashes = new Hashes(hash);
    source.roads().usual().ifPresent(road -> road(digest, "", road, hashes));
    new TreeMap<>(source.roads().byTask())
        .forEach((task, road) -> road(digest, task, road, hashes));
    SentenceTransformerConfig config = source.config();
    prompts(digest, config.prompts(), config.defaultPromptName());
    add(digest, "truncate_dim", config.truncateDim().toString());
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /**
   * Computes the fingerprint of a cross-encoder: all that a score depends on. Reads every file of
   * the model whose hash is not known from before.
   *
   * @param source the model
   * @return 32 hexadecimal digits
   * @throws ModelException if a file cannot be read
   */
  public static String of(CrossEncoderSource source) {
    return of(source, Fingerprint::hash);
  }

  /** The same with the hashes of files from elsewhere. */
  static String of(CrossEncoderSource source, Function<ModelFile, String> hash) {
    MessageDigest digest = sha256();
    add(digest, "version", VERSION);
    input(digest, source.transformer(), new Hashes(hash));
    CrossEncoderConfig config = source.config();
    add(digest, "segments", Boolean.toString(source.transformer().tokenizer().segments()));
    add(digest, "labels", Integer.toString(config.labelNames().size()));
    add(digest, "activation", config.activation().name());
    prompts(digest, config.prompts(), config.defaultPromptName());
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private static void road(MessageDigest digest, String task, Road road, Hashes hashes) {
    add(digest, "road", task);
    input(digest, road.input(), hashes);
    for (ModuleConfig module : road.modules()) {
      add(digest, "module", describe(module, hashes));
    }
  }

  private static void input(MessageDigest digest, TextInput input, Hashes hashes) {
    add(digest, "weights", hashes.of(input.weights()));
    switch (input) {
      case TransformerSource transformer -> {
        for (ModelFile data : transformer.externalData()) {
          add(digest, "data", hashes.of(data));
        }
        add(digest, "first_position", Integer.toString(transformer.firstPosition()));
      }
      case StaticEmbeddingSource embedding -> add(digest, "tensor", embedding.tensor());
      case ClipSource clip -> {
        add(digest, "image_weights", hashes.of(clip.imageWeights()));
        for (ModelFile data : clip.externalData()) {
          add(digest, "data", hashes.of(data));
        }
        add(digest, "images", clip.images().toString());
      }
    }
    TokenizerSource tokenizer = input.tokenizer();
    add(digest, "tokenizer", hashes.of(tokenizer.file()));
    add(digest, "max_length", Integer.toString(tokenizer.maxLength()));
    add(digest, "truncation_side", tokenizer.truncationSide().toString());
    add(digest, "lower_case", Boolean.toString(tokenizer.lowerCase()));
    add(digest, "rebuilt", tokenizer.rebuilt().toString());
    add(digest, "special_tokens", Boolean.toString(tokenizer.specialTokens()));
  }

  private static void prompts(
      MessageDigest digest, Map<String, String> prompts, Optional<String> defaultName) {
    new TreeMap<>(prompts).forEach((name, text) -> add(digest, "prompt " + name, text));
    add(digest, "default_prompt", defaultName.orElse(""));
  }

  private static String describe(ModuleConfig module, Hashes hashes) {
    return switch (module) {
      case ModuleConfig.Pooling pooling -> pooling.modes() + " " + pooling.includePrompt();
      case ModuleConfig.Normalize normalize ->
          normalize.tokens() ? "normalize tokens" : "normalize";
      case ModuleConfig.Dense dense ->
          String.join(
              " ",
              "dense",
              hashes.of(new ModelFile.OnDisk(dense.weights())),
              dense.activation().name(),
              "bias " + dense.bias(),
              "residual " + dense.residual(),
              "tokens " + dense.tokens());
      case ModuleConfig.LayerNorm norm ->
          "layer norm " + hashes.of(new ModelFile.OnDisk(norm.weights()));
      case ModuleConfig.WeightedLayers layers -> "layers " + layers;
      case ModuleConfig.Identity identity -> "identity";
    };
  }

  /** Several roads may share a file, which is read once. */
  private static final class Hashes {
    private final Map<ModelFile, String> known = new HashMap<>();
    private final Function<ModelFile, String> hash;

    Hashes(Function<ModelFile, String> hash) {
      this.hash = hash;
    }

    String of(ModelFile file) {
      return known.computeIfAbsent(file, hash);
    }
  }

  /** The SHA-256 of a file. */
  static String hash(ModelFile file) {
    return switch (file) {
      case ModelFile.OnDisk onDisk -> ContentHashes.kept().sha256(onDisk.path());
      case ModelFile.InMemory inMemory -> inMemory.sha256();
    };
  }

  /** Lengths go in too, so that no two different lists of values give the same bytes. */
  private static void add(MessageDigest digest, String key, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    digest.update((key + ":" + bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
