package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.CrossEncoderOptions;
import java.util.Optional;

/** A model of either kind, ready to run. */
sealed interface LoadedModel extends AutoCloseable {

  /** The model's name for people. */
  String name();

  @Override
  void close();

  /** A bi-encoder. */
  record Encoder(SentenceTransformer model) implements LoadedModel {
    @Override
    public String name() {
      return model.modelName();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** A cross-encoder. */
  record Reranker(CrossEncoder model) implements LoadedModel {
    @Override
    public String name() {
      return model.modelName();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  static LoadedModel load(ModelReference reference, EncoderOptions options) {
    CrossEncoderOptions pairs = new CrossEncoderOptions(options, Optional.empty());
    try {
      return switch (reference) {
        case ModelReference.Bundled bundled ->
            new Encoder(SentenceTransformer.load(bundled.model(), options));
        case ModelReference.BundledCrossEncoder bundled ->
            new Reranker(CrossEncoder.load(bundled.model(), pairs));
        case ModelReference.InFolder folder ->
            folder.kind() == ModelKind.CROSS_ENCODER
                ? new Reranker(CrossEncoder.load(folder.folder(), pairs))
                : new Encoder(SentenceTransformer.load(folder.folder(), options));
      };
    } catch (ModelException e) {
      boolean isAbsent = e.getMessage().contains("not on the class path");
      throw isAbsent ? new Refusal(ExitCode.NO_MODEL, e.getMessage() + howToAdd(), e) : e;
    }
  }

  private static String howToAdd() {
    return ". This program has ALL_MINILM_L6_V2_INT8 and DEFAULT by itself; all of them are there"
        + " with: mvn -q -pl cli -am -Pall-models process-classes exec:exec -Dargs=\"...\"";
  }

  /** The bi-encoder, for a command that can do nothing with another model. */
  static SentenceTransformer requireEncoder(LoadedModel model, String command) {
    return switch (model) {
      case Encoder encoder -> encoder.model();
      case Reranker reranker ->
          throw new Refusal(
              ExitCode.WRONG_USE,
              reranker.name()
                  + " is a cross-encoder, which has no vectors of single texts: '"
                  + command
                  + "' needs a bi-encoder. A cross-encoder is for: rank MODEL QUERY DOCUMENT...");
    };
  }
}
