package dev.lucenesemantic.rerank;

import dev.lucenesemantic.model.CrossEncoderSource;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.OnnxChoice;

/**
 * Cross-encoders whose weights come in a jar, so that they work offline. The jar must be on the
 * class path.
 */
public enum BundledReranker {
  /** The one that comes with this project. */
  DEFAULT("lucene-rerank-model", "dev/lucenesemantic/rerank/model/");

  private final String artifact;
  private final String resources;

  BundledReranker(String artifact, String resources) {
    this.artifact = artifact;
    this.resources = resources;
  }

  /**
   * The name of the model.
   *
   * @return the name of its artifact
   */
  public String modelName() {
    return artifact;
  }

  /**
   * The Maven dependency that holds the weights.
   *
   * @return group and artifact
   */
  public String dependency() {
    return "dev.lucenesemantic:" + artifact;
  }

  /** Finds the files on the class path and reads them. */
  CrossEncoderSource source(CrossEncoderOptions options) {
    if (options.modelFile() instanceof OnnxChoice.Named named) {
      throw new ModelException(
          artifact, "has one model file only, so '" + named.file() + "' cannot be chosen");
    }
    return CrossEncoderSource.of(
        artifact,
        find("model.onnx"),
        find("tokenizer.json"),
        find("config.json"),
        ModelFile.onClassPath(BundledReranker.class, resources + "tokenizer_config.json"),
        options.maxLength(),
        options.activation());
  }

  private ModelFile find(String file) {
    return ModelFile.onClassPath(BundledReranker.class, resources + file)
        .orElseThrow(
            () ->
                new ModelException(
                    artifact,
                    "its weights are not on the class path ("
                        + resources
                        + file
                        + " was not found). Add this dependency: "
                        + dependency()));
  }
}
