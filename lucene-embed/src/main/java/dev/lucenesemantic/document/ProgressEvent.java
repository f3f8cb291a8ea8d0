package dev.lucenesemantic.document;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The state of an import, for the flight recorder. */
@Name("dev.lucenesemantic.IndexingProgress")
@Label("Indexing Progress")
@Description("How far a SemanticIndexWriter has come")
@Category({"Lucene Semantic", "Indexing"})
@StackTrace(false)
final class ProgressEvent extends Event {
  @Label("Documents")
  @Description("Documents that were added, without passages")
  long documents;

  @Label("Passages")
  long passages;

  @Label("Texts")
  @Description("Texts and images that were encoded")
  long texts;

  @Label("Tokens")
  long tokens;

  @Label("Failures")
  @Description("Documents that were not added")
  long failures;

  @Label("Documents per Second")
  double documentsPerSecond;

  private ProgressEvent() {}

  static void emit(IndexingProgress progress) {
    ProgressEvent event = new ProgressEvent();
    if (event.shouldCommit()) {
      event.documents = progress.documents();
      event.passages = progress.passages();
      event.texts = progress.texts();
      event.tokens = progress.tokens();
      event.failures = progress.failures();
      event.documentsPerSecond = progress.documentsPerSecond();
      event.commit();
    }
  }
}
