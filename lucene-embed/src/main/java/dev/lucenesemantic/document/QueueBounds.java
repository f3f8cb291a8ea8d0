package dev.lucenesemantic.document;

/**
 * How much may wait in a {@link SemanticIndexWriter} to be encoded. A call that adds documents is
 * held back as long as there is no room for its texts: first come, first served, and one that is
 * larger than the whole queue is let in alone. A lone caller never waits.
 *
 * @param bytes bytes of texts, two for a character, and of images that are in memory; at least 1
 * @param tokens tokens that the model will read, of each text as many as it has characters and no
 *     more than the {@linkplain dev.lucenesemantic.embed.TextEmbedder#maxTokens limit of its
 *     model}; at least 1
 */
public record QueueBounds(long bytes, long tokens) {
  /**
   * 64 MB and a million tokens: room for thirty threads that call {@link
   * SemanticIndexWriter#addEach}, and for thousands that add single documents.
   */
  public static final QueueBounds DEFAULT = new QueueBounds(64L << 20, 1L << 20);

  /** Checks that there is room for something. */
  public QueueBounds {
    if (bytes < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "bytes " + bytes + " and tokens " + tokens + " must be at least 1");
    }
  }
}
