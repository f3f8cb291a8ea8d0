package dev.lucenesemantic.document;

import java.util.List;

/** Calls embedders, counts the calls and tells the flight recorder of them. */
final class CountedEncoder {
  private final IndexingCounters counters;

  CountedEncoder(IndexingCounters counters) {
    this.counters = counters;
  }

  /**
   * Encodes fields of one embedder together.
   *
   * @return one vector for each field, unchecked
   * @throws EncodingException if the embedder throws, or gives another number of vectors
   */
  List<float[]> encode(List<SemanticField> fields) {
    SemanticFieldType type = fields.getFirst().fieldType();
    EncodeBatchEvent event = EncodeBatchEvent.started();
    long start = System.nanoTime();
    long characters = fields.stream().mapToLong(field -> field.text().length()).sum();
    List<float[]> made;
    try {
      made = type.encode(fields);
    } catch (Throwable t) {
      counters.batchFailed();
      event.finish(type.model(), fields.size(), characters, 0, t);
      throw t;
    }
    long nanos = System.nanoTime() - start;
    long tokens = fields.stream().mapToLong(SemanticField::tokensEncoded).sum();
    event.finish(type.model(), fields.size(), characters, tokens, null);
    counters.encoded(fields.size(), characters, tokens, nanos);
    return made;
  }
}
