package dev.lucenesemantic.document;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A call of an embedder, for the flight recorder. */
@Name("dev.lucenesemantic.EncodeBatch")
@Label("Encode Batch")
@Description(
    "A SemanticIndexWriter encodes texts of callers, or of documents that lack a vector, together")
@Category({"Lucene Semantic", "Indexing"})
@StackTrace(false)
final class EncodeBatchEvent extends Event {
  @Label("Model")
  String model;

  @Label("Texts")
  @Description("Texts and images")
  int texts;

  @Label("Characters")
  long characters;

  @Label("Tokens")
  long tokens;

  @Label("Failure")
  @Description("What the embedder threw; null if all went well")
  String failure;

  private EncodeBatchEvent() {}

  /** An event that begins now. */
  static EncodeBatchEvent started() {
    EncodeBatchEvent event = new EncodeBatchEvent();
    event.begin();
    return event;
  }

  /** Ends the event, and records it if somebody wants it. */
  void finish(String ofModel, int ofTexts, long ofCharacters, long ofTokens, Throwable thrown) {
    end();
    if (shouldCommit()) {
      model = ofModel;
      texts = ofTexts;
      characters = ofCharacters;
      tokens = ofTokens;
      failure = thrown == null ? null : thrown.toString();
      commit();
    }
  }
}
