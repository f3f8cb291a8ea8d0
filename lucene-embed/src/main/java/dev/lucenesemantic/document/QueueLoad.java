package dev.lucenesemantic.document;

import dev.lucenesemantic.image.ImageSource;
import java.util.List;

/**
 * What texts and images weigh while they wait to be encoded.
 *
 * @param texts how many, images included
 * @param bytes what they hold in memory: two for a character, and an image as the caller gave it
 * @param tokens what the model will read of the texts, at most: one token for a character and no
 *     more than its limit. An image counts as one text of no characters
 */
record QueueLoad(int texts, long bytes, long tokens) {
  private static final QueueLoad NONE = new QueueLoad(0, 0, 0);

  /** What the model puts around a text. */
  private static final int SPECIAL_TOKENS = 2;

  static QueueLoad of(List<SemanticField> fields) {
    QueueLoad load = NONE;
    for (SemanticField field : fields) {
      load = load.plus(of(field));
    }
    return load;
  }

  private static QueueLoad of(SemanticField field) {
    int length = field.text().length();
    long tokens =
        Math.min((long) length + SPECIAL_TOKENS, field.fieldType().embedder().maxTokens());
    long bytes = field.image().map(QueueLoad::bytes).orElse((long) length * Character.BYTES);
    return new QueueLoad(1, bytes, tokens);
  }

  private static long bytes(ImageSource image) {
    return switch (image) {
      // It is read when its turn comes.
      case ImageSource.InFile file -> 0;
      case ImageSource.InMemory memory -> memory.bytes().length;
      case ImageSource.Decoded decoded ->
          (long) decoded.pixels().getWidth() * decoded.pixels().getHeight() * Integer.BYTES;
    };
  }

  private QueueLoad plus(QueueLoad other) {
    return new QueueLoad(texts + other.texts, bytes + other.bytes, tokens + other.tokens);
  }
}
