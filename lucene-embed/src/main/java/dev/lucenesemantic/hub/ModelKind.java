package dev.lucenesemantic.hub;

/** The kinds of models that are loaded by their id on the hub. */
public enum ModelKind {
  /** A bi-encoder. */
  SENTENCE_TRANSFORMER("sentence-transformers", "SentenceTransformer", "feature-extraction"),
  /** A cross-encoder. */
  CROSS_ENCODER("cross-encoder", "CrossEncoder", "text-classification");

  private final String organisation;
  private final String pythonClass;
  private final String exportTask;

  ModelKind(String organisation, String pythonClass, String exportTask) {
    this.organisation = organisation;
    this.pythonClass = pythonClass;
    this.exportTask = exportTask;
  }

  /** What Python puts in front of a name without an organisation. */
  String organisation() {
    return organisation;
  }

  /** The class of sentence-transformers that loads it. */
  String pythonClass() {
    return pythonClass;
  }

  /** The name of its task in Optimum's export. */
  String exportTask() {
    return exportTask;
  }
}
