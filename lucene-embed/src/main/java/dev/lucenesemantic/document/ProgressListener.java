package dev.lucenesemantic.document;

/**
 * Is told how far an import has come; see {@link SemanticIndexOptions#withProgress}.
 *
 * <p>It is called by a thread that adds documents, which goes on when the listener returns, so it
 * should be quick. Calls come one after another, never two at once, and never under a lock. What it
 * throws is logged, and harms no document.
 */
@FunctionalInterface
public interface ProgressListener {

  /**
   * Takes the state of things.
   *
   * @param progress what was added so far
   */
  void indexed(IndexingProgress progress);
}
