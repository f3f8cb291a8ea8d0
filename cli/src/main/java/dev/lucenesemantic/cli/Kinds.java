package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.ModelKind;

/** What the two kinds of models are called. */
final class Kinds {
  static final String BI_ENCODER = "bi-encoder";
  static final String CROSS_ENCODER = "cross-encoder";

  private Kinds() {}

  static String name(ModelKind kind) {
    return switch (kind) {
      case SENTENCE_TRANSFORMER -> BI_ENCODER;
      case CROSS_ENCODER -> CROSS_ENCODER;
    };
  }

  static String name(LoadedModel model) {
    return switch (model) {
      case LoadedModel.Encoder encoder -> BI_ENCODER;
      case LoadedModel.Reranker reranker -> CROSS_ENCODER;
    };
  }
}
