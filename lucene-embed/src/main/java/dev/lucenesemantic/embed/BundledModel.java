package dev.lucenesemantic.embed;

import dev.lucenesemantic.model.ModelDirectory;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.ModelSource;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.model.PoolingMode;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.Roads;
import dev.lucenesemantic.model.SentenceTransformerConfig;
import dev.lucenesemantic.model.TokenizerSource;
import dev.lucenesemantic.model.TransformerSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Models whose weights come in a jar from the Maven registry, so that they work offline. The jar
 * must be on the class path; its own dependencies are not needed and can be excluded. Settings are
 * those that the models' authors publish.
 *
 * <p>The {@code INT8} variants have quantised weights: a quarter of the size and faster, with
 * vectors a little off those of the original.
 */
public enum BundledModel {
  /**
   * 384 dimensions, 256 tokens, mean pooling, no prompts; sentence-transformers/all-MiniLM-L6-v2.
   */
  ALL_MINILM_L6_V2("all-minilm-l6-v2", "all-MiniLM-L6-v2", "all-minilm-l6-v2", Family.MINILM),
  /** {@link #ALL_MINILM_L6_V2} with 8-bit weights, 23 MB. */
  ALL_MINILM_L6_V2_INT8(
      "all-minilm-l6-v2-q", "all-MiniLM-L6-v2-int8", "all-minilm-l6-v2-q", Family.MINILM),
  /** 384 dimensions, 512 tokens, first token, a prompt for queries; BAAI/bge-small-en-v1.5. */
  BGE_SMALL_EN_V15("bge-small-en-v15", "bge-small-en-v1.5", "bge-small-en-v1.5", Family.BGE),
  /** {@link #BGE_SMALL_EN_V15} with 8-bit weights, 34 MB. */
  BGE_SMALL_EN_V15_INT8(
      "bge-small-en-v15-q", "bge-small-en-v1.5-int8", "bge-small-en-v1.5-q", Family.BGE),
  /** 384 dimensions, 512 tokens, mean pooling, prompts for both sides; intfloat/e5-small-v2. */
  E5_SMALL_V2("e5-small-v2", "e5-small-v2", "e5-small-v2", Family.E5),
  /** {@link #E5_SMALL_V2} with 8-bit weights, 34 MB. */
  E5_SMALL_V2_INT8("e5-small-v2-q", "e5-small-v2-int8", "e5-small-v2-q", Family.E5);

  private enum Family {
    MINILM(256, PoolingMode.MEAN, Map.of()),
    BGE(
        512,
        PoolingMode.CLS,
        Map.of("query", "Represent this sentence for searching relevant passages: ")),
    E5(512, PoolingMode.MEAN, e5Prompts());

    private final int maxLength;

    @SuppressWarnings("ImmutableEnumChecker") // A record of unmodifiable values.
    private final SentenceTransformerConfig config;

    private final PoolingMode pooling;

    Family(int maxLength, PoolingMode pooling, Map<String, String> prompts) {
      this.maxLength = maxLength;
      this.pooling = pooling;
      this.config =
          new SentenceTransformerConfig(
              prompts, Optional.empty(), ModelDirectory.DEFAULT_SIMILARITY, OptionalInt.empty());
    }

    private static Map<String, String> e5Prompts() {
      Map<String, String> prompts = new LinkedHashMap<>();
      prompts.put("query", "query: ");
      prompts.put("document", "passage: ");
      // The name that the model's authors use for the same prompt.
      prompts.put("passage", "passage: ");
      return prompts;
    }
  }

  private final String artifact;
  private final String modelName;
  private final String resource;
  private final Family family;

  BundledModel(String artifact, String modelName, String resource, Family family) {
    this.artifact = artifact;
    this.modelName = modelName;
    this.resource = resource;
    this.family = family;
  }

  /**
   * The name of the model.
   *
   * @return as its authors write it, with {@code -int8} where it is quantised
   */
  public String modelName() {
    return modelName;
  }

  /**
   * The Maven dependency that holds the weights.
   *
   * @return group and artifact
   */
  public String dependency() {
    return "dev.langchain4j:langchain4j-embeddings-" + artifact;
  }

  /** Finds the files on the class path and reads them. */
  ModelSource source(EncoderOptions options) {
    if (options.modelFile() instanceof OnnxChoice.Named named) {
      throw new ModelException(
          modelName, "has one model file only, so '" + named.file() + "' cannot be chosen");
    }
    int limit = options.maxSequenceLength().orElse(family.maxLength);
    if (limit > 512) {
      throw new ModelException(
          modelName, "was asked for " + limit + " tokens and has only 512 positions");
    }
    TransformerSource transformer =
        new TransformerSource(
            modelName,
            find(resource + ".onnx"),
            List.of(),
            "",
            OptionalInt.empty(),
            0,
            0,
            TokenizerSource.of(find(resource + "-tokenizer.json"), limit));
    List<ModuleConfig> modules =
        List.of(
            new ModuleConfig.Pooling(List.of(family.pooling), 384, true),
            new ModuleConfig.Normalize(false));
    return new ModelSource(modelName, Roads.one(new Road(transformer, modules)), family.config);
  }

  private ModelFile find(String file) {
    return ModelFile.onClassPath(BundledModel.class, file)
        .orElseThrow(
            () ->
                new ModelException(
                    modelName,
                    "its weights are not on the class path ("
                        + file
                        + " was not found). Add this dependency, without its own dependencies: "
                        + dependency()));
  }
}
