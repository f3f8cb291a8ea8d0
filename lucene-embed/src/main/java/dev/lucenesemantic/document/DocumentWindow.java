package dev.lucenesemantic.document;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.lucene.index.IndexableField;

/** Reads the next few documents of many: as much as is worth one call of the embedder. */
final class DocumentWindow {
  private final Iterator<? extends Iterable<? extends IndexableField>> all;
  private final Runnable ensureOpen;
  private List<List<List<IndexableField>>> documents = List.of();
  private Throwable failure;

  /**
   * @param all the documents
   * @param ensureOpen throws if no further document is to be read
   */
  DocumentWindow(Iterator<? extends Iterable<? extends IndexableField>> all, Runnable ensureOpen) {
    this.all = all;
    this.ensureOpen = ensureOpen;
  }

  /** The documents, each as what is added in its place. */
  List<List<List<IndexableField>>> documents() {
    return documents;
  }

  /** Why no further document can be read; null if all went well. */
  Throwable failure() {
    return failure;
  }

  /** Reads on, until there is work for one call of the embedder; false at the end. */
  boolean fill() {
    documents = new ArrayList<>();
    int texts = 0;
    long chars = 0;
    try {
      while (failure == null
          && documents.size() < EncodingQueue.MAX_TEXTS
          && texts < EncodingQueue.MAX_TEXTS
          && chars < EncodingQueue.MAX_CHARS
          && all.hasNext()) {
        ensureOpen.run();
        List<List<IndexableField>> document = PassageDocuments.expand(all.next());
        documents.add(document);
        for (SemanticField field : DocumentVectors.unencoded(document)) {
          texts++;
          chars += field.text().length();
        }
      }
    } catch (Throwable e) {
      // The documents before it are added first, as in a loop.
      failure = e;
    }
    return !documents.isEmpty();
  }
}
