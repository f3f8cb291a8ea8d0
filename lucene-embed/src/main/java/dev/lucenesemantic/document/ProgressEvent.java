package dev.lucenesemantic.document;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

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

  @Label("Pending")
  @Description("Texts that were added without their vector")
  long pending;

  @Label("Failures")
  @Description("Documents that were not added")
  long failures;

  @Label("Documents per Second")
  double documentsPerSecond;

  @Label("Elapsed")
  @Description("Since the first document came")
  @Timespan(Timespan.MILLISECONDS)
  long elapsed;

  @Label("Time Left")
  @Description("Minus one if it was not said how many documents there will be")
  @Timespan(Timespan.MILLISECONDS)
  long timeLeft;

  private ProgressEvent() {}

  static void emit(IndexingProgress progress) {
    ProgressEvent event = new ProgressEvent();
    if (event.shouldCommit()) {
      event.documents = progress.documents();
      event.passages = progress.passages();
      event.texts = progress.texts();
      event.tokens = progress.tokens();
      event.pending = progress.pending();
      event.failures = progress.failures();
      event.documentsPerSecond = progress.documentsPerSecond();
      event.elapsed = progress.elapsed().toMillis();
      event.timeLeft = progress.timeLeft().map(Duration::toMillis).orElse(-1L);
      event.commit();
    }
  }
}
