package dev.lucenesemantic.document;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.index.IndexableField;

/** Counts what a writer does. Cheap, and safe for use by several threads. */
final class IndexingCounters {
  private final LongAdder documents = new LongAdder();
  private final LongAdder passages = new LongAdder();
  private final LongAdder pending = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder texts = new LongAdder();
  private final LongAdder characters = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder failedBatches = new LongAdder();
  private final Histogram batchSizes = new Histogram();
  private final Histogram latency = new Histogram();

  /** Counts documents that were added together. */
  void added(List<List<IndexableField>> block) {
    passages.add(passages(block));
    documents.add(documents(block));
    pending.add(pending(block));
  }

  /** Counts documents that were to be added together and were not. */
  void failed(List<List<IndexableField>> block) {
    failed.add(Math.max(1, documents(block)));
  }

  private static int documents(List<List<IndexableField>> block) {
    int count = 0;
    for (List<IndexableField> document : block) {
      count += standsForItself(document) ? 1 : 0;
    }
    return block.isEmpty() ? 0 : Math.max(1, count);
  }

  /** In the layout FLAT passages are all that there is of a document, and its first one counts. */
  private static boolean standsForItself(List<IndexableField> document) {
    boolean passage = false;
    boolean flat = false;
    boolean first = false;
    for (IndexableField field : document) {
      if (field != null && PassageNames.isMarker(field.name())) {
        Map<String, String> attributes = field.fieldType().getAttributes();
        passage = true;
        flat |= attributes != null && attributes.containsKey(PassageLayout.FLAT.attribute());
        first |= field.numericValue() != null && field.numericValue().longValue() == 0;
      }
    }
    return !passage || (flat && first);
  }

  private static int passages(List<List<IndexableField>> block) {
    int count = 0;
    for (List<IndexableField> document : block) {
      for (IndexableField field : document) {
        if (field != null && PassageNames.isMarker(field.name())) {
          count++;
          break;
        }
      }
    }
    return count;
  }

  private static int pending(List<List<IndexableField>> block) {
    int count = 0;
    for (List<IndexableField> document : block) {
      for (IndexableField field : document) {
        count += field instanceof PendingText.InPlace ? 1 : 0;
      }
    }
    return count;
  }

  /** Counts a call of an embedder that succeeded. */
  void encoded(int ofTexts, long ofCharacters, long ofTokens, long nanos) {
    texts.add(ofTexts);
    characters.add(ofCharacters);
    tokens.add(ofTokens);
    batchSizes.add(ofTexts);
    latency.add(nanos);
  }

  /** Counts a call of an embedder that failed. */
  void batchFailed() {
    failedBatches.increment();
  }

  IndexingMetrics.Documents documents() {
    return new IndexingMetrics.Documents(
        documents.sum(), passages.sum(), pending.sum(), failed.sum());
  }

  IndexingMetrics.Encoding encoding() {
    return new IndexingMetrics.Encoding(
        texts.sum(),
        characters.sum(),
        tokens.sum(),
        failedBatches.sum(),
        batchSizes.distribution(),
        latency.distribution());
  }
}
