package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.OptimumExport;

/** The kinds of models that are loaded by their id on the hub. */
public enum ModelKind {
  /** A bi-encoder. */
  SENTENCE_TRANSFORMER(
      "sentence-transformers", "SentenceTransformer", OptimumExport.FEATURE_EXTRACTION),
  /** A cross-encoder. */
  CROSS_ENCODER("cross-encoder", "CrossEncoder", OptimumExport.TEXT_CLASSIFICATION);

  private final String organisation;
  private final String pythonClass;
  private final OptimumExport export;

  ModelKind(String organisation, String pythonClass, OptimumExport export) {
    this.organisation = organisation;
    this.pythonClass = pythonClass;
    this.export = export;
  }

  /** What Python puts in front of a name without an organisation. */
  String organisation() {
    return organisation;
  }

  /** The class of sentence-transformers that loads it. */
  String pythonClass() {
    return pythonClass;
  }

  /** How Optimum makes its ONNX file. */
  OptimumExport export() {
    return export;
  }
}
