package dev.lucenesemantic.model;

import dev.lucenesemantic.model.convert.Head;

/** What a transformer's folder was saved for, in the words of its configuration files. */
enum TransformerTask {
  /** One vector per token, for a bi-encoder. */
  FEATURE_EXTRACTION("feature-extraction", "token_embeddings", "last_hidden_state", "vectors"),
  /** One score per label, for a cross-encoder. */
  SEQUENCE_CLASSIFICATION("sequence-classification", "scores", "logits", "scores");

  private final String taskName;
  private final String moduleOutput;
  private final String methodOutput;
  private final String results;

  TransformerTask(String taskName, String moduleOutput, String methodOutput, String results) {
    this.taskName = taskName;
    this.moduleOutput = moduleOutput;
    this.methodOutput = methodOutput;
    this.results = results;
  }

  /** The value of {@code transformer_task}. */
  String taskName() {
    return taskName;
  }

  /** The same in Optimum. */
  OptimumExport export() {
    return this == FEATURE_EXTRACTION
        ? OptimumExport.FEATURE_EXTRACTION
        : OptimumExport.TEXT_CLASSIFICATION;
  }

  /** The same for a network that is made of safetensors. */
  Head head() {
    return this == FEATURE_EXTRACTION ? Head.TOKEN_VECTORS : Head.LABEL_SCORES;
  }

  /** The value of {@code module_output_name}. */
  String moduleOutput() {
    return moduleOutput;
  }

  /** The output of the network's {@code forward} that is wanted. */
  String methodOutput() {
    return methodOutput;
  }

  /** What the model gives, for messages. */
  String results() {
    return results;
  }
}
