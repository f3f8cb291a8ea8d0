package dev.lucenesemantic.model.convert;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes an ONNX file of a transformer that has its weights in safetensors, without Python. The
 * architectures are BERT, RoBERTa, XLM-RoBERTa, CamemBERT, ELECTRA, DistilBERT and MPNet.
 *
 * <p>The weights go from one file into the other piece by piece: memory is needed for the largest
 * matrix of a layer and for a piece of the word embeddings, not for the model.
 */
public final class OnnxConverter {
  /** What the name of the file with the weights has behind that of the ONNX file. */
  private static final String DATA_SUFFIX = "_data";

  private final Path folder;

  private OnnxConverter(Path folder) {
    this.folder = folder;
  }

  /**
   * Looks at a transformer.
   *
   * @param folder a folder with {@code config.json} and {@code model.safetensors}, or {@code
   *     model.safetensors.index.json} and the files that it names; in a sentence-transformers model
   *     that of the module {@code Transformer}, mostly the model's own
   * @return what can convert it
   * @throws ModelException if a file is missing or damaged, or the transformer is none that can be
   *     converted; the message says why
   */
  public static OnnxConverter of(Path folder) {
    Optional<String> obstacle = obstacle(folder);
    if (obstacle.isPresent()) {
      throw new ModelException(folder.toString(), "cannot be converted: " + obstacle.get());
    }
    return new OnnxConverter(folder);
  }

  /**
   * Why a transformer cannot be converted.
   *
   * @param folder its folder
   * @return the reason in words; empty if it can, as far as its configuration tells
   * @throws ModelException if a file is damaged
   */
  public static Optional<String> obstacle(Path folder) {
    Path config = folder.resolve("config.json");
    if (Weights.files(folder).isEmpty()) {
      return Optional.of("it has no model.safetensors");
    }
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      return Optional.of("it has an adapter beside its weights (adapter_config.json)");
    }
    return Files.isRegularFile(config)
        ? obstacle(new ModelFile.OnDisk(config).readJson())
        : Optional.of("it has no config.json");
  }

  /**
   * Why a transformer of a configuration cannot be converted.
   *
   * @param config the content of its {@code config.json}
   * @return the reason in words; empty if it can
   */
  public static Optional<String> obstacle(JsonElement config) {
    return EncoderConfig.obstacle(config);
  }

  /**
   * The files that what is made depends on.
   *
   * @return the configuration and the weights
   */
  public List<Path> sources() {
    java.util.ArrayList<Path> sources = new java.util.ArrayList<>(Weights.files(folder));
    sources.add(0, folder.resolve("config.json"));
    return List.copyOf(sources);
  }

  /**
   * Writes the ONNX file, and the file with its weights beside it, which has {@code _data} behind
   * its name. Both must not exist yet; of an attempt that fails neither is left.
   *
   * @param target where to, for example {@code onnx/model.onnx} in the model's folder, where it is
   *     found when the model is loaded; the folder is made if need be
   * @param head what the network is to give
   * @param precision in which numbers
   * @throws ModelException if the weights are damaged, or others than the configuration says
   * @throws IOException if a file cannot be written
   */
  public void write(Path target, Head head, Precision precision) throws IOException {
    Path data = target.resolveSibling(target.getFileName() + DATA_SUFFIX);
    for (Path file : List.of(target, data)) {
      if (Files.exists(file)) {
        throw new ModelException(file.toString(), "is there already; remove it to make it anew");
      }
    }
    Files.createDirectories(target.toAbsolutePath().getParent());
    try {
      byte[] graph = convert(data, head, precision);
      Files.write(target, graph);
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(data);
      Files.deleteIfExists(target);
      throw e;
    }
  }

  private byte[] convert(Path data, Head head, Precision precision) throws IOException {
    ModelFile configFile = new ModelFile.OnDisk(folder.resolve("config.json"));
    JsonObject json = configFile.readJson().getAsJsonObject();
    EncoderConfig config = EncoderConfig.read(configFile.location(), json);
    Weights weights = Weights.open(folder);
    OnnxGraphWriter graph = new OnnxGraphWriter(data.getFileName().toString());
    try (WeightFile file = WeightFile.create(data)) {
      MatrixWriter matrices = new MatrixWriter(graph, file, precision, weights);
      new EncoderGraph(config, json, weights, graph, matrices).write(head);
    }
    return graph.toByteArray();
  }
}
