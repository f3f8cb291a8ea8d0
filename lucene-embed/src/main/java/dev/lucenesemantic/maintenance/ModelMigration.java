package dev.lucenesemantic.maintenance;

import dev.lucenesemantic.document.FillMonitor;
import dev.lucenesemantic.document.FillReport;
import dev.lucenesemantic.document.IndexedText;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Objects;

/**
 * Leads a field of an index from one model to another, in place and while it is searched.
 *
 * <ol>
 *   <li>{@link #fill} gives every document a vector of the new model beside the one of the old. It
 *       can be stopped, killed and started again, and goes no faster than it may. Queries and
 *       writers go on with the old model; what the writer adds from now on gets both vectors. Once
 *       all documents have them, a text that either model cannot encode is a matter of the writer's
 *       failure policy.
 *   <li>{@link MigrationComparison} shows how much the answers of the two models differ.
 *   <li>The switch: the application uses the new model, under the same name of the field, first to
 *       search and then to write. Queries and {@code SemanticIndexWriter} find the new vectors by
 *       the model's fingerprint. A query with a model that does not have a vector of every document
 *       is refused.
 *   <li>{@link #finish} removes the old vectors.
 * </ol>
 *
 * <pre>{@code
 * ModelMigration migration =
 *     new ModelMigration(writer, "body_vector", newModel, IndexedText.storedField("body"));
 * migration.fill(FillMonitor.NONE);
 * writer.commit();
 * // The application now searches and writes with newModel.
 * migration.finish();
 * writer.commit();
 * }</pre>
 */
public final class ModelMigration {
  private final SemanticIndexWriter writer;
  private final String field;
  private final SemanticFieldType type;
  private final IndexedText texts;
  private double maxTextsPerSecond = Double.POSITIVE_INFINITY;

  /**
   * Makes a migration; nothing is done yet.
   *
   * @param writer writes the index
   * @param field the field by the application's name
   * @param newModel the model to go to. Not closed
   * @param texts where the texts that were encoded can be read
   */
  public ModelMigration(
      SemanticIndexWriter writer, String field, TextEmbedder newModel, IndexedText texts) {
    this.writer = Objects.requireNonNull(writer, "writer");
    this.field = Objects.requireNonNull(field, "field");
    this.type = new SemanticFieldType(newModel);
    this.texts = Objects.requireNonNull(texts, "texts");
  }

  /**
   * Limits how fast texts are encoded, so that searching keeps the processor. Without this call
   * there is no limit.
   *
   * @param textsPerSecond texts in a second at the most; {@link Double#POSITIVE_INFINITY} for no
   *     limit
   * @return this
   * @throws IllegalArgumentException if it is not more than 0
   */
  public ModelMigration withMaxTextsPerSecond(double textsPerSecond) {
    if (!(textsPerSecond > 0)) {
      throw new IllegalArgumentException(
          "textsPerSecond must be more than 0, got: " + textsPerSecond);
    }
    maxTextsPerSecond = textsPerSecond;
    return this;
  }

  /**
   * Gives every document of the field a vector of the new model. How much of the text was read is
   * recorded once for a document ({@code CompanionFields.tokensSeen}): from now on it is what the
   * new model read, and what the old one read is not known any more.
   *
   * @param monitor is told of the progress, and can stop it
   * @return what has come of it; the migration is at the switch when it is {@link
   *     FillReport#complete()}
   * @throws IllegalArgumentException if the index has no such field, or a text cannot be read or is
   *     not the one that was encoded; what was done before is kept
   * @throws dev.lucenesemantic.document.IndexStateException if another migration of the field has
   *     not ended, or there are other values where the vectors are to stand
   * @throws IllegalStateException if the writer cannot merge segments, or a monitor calls this
   * @throws org.apache.lucene.util.ThreadInterruptedException if the thread is interrupted; what
   *     was encoded is kept
   * @throws org.apache.lucene.store.AlreadyClosedException if the writer is closed
   * @throws IOException if the index cannot be read or written
   */
  public FillReport fill(FillMonitor monitor) throws IOException {
    return writer.fillVectors(field, type, texts, monitor, maxTextsPerSecond);
  }

  /**
   * Removes the vectors of all other models. To be called when nothing writes or searches with them
   * any more. Called with the old model, before the new one's, it is the way back; the record of
   * how much of a text was read then stays that of the new model, until the text is encoded again.
   *
   * @throws IllegalArgumentException if the index has documents, but no such field
   * @throws dev.lucenesemantic.document.IndexStateException if a document has no vector of the new
   *     model yet, or the Lucene field of the old vectors has more than vectors; nothing was
   *     removed
   * @throws IllegalStateException if the writer cannot merge segments, or a monitor calls this
   * @throws org.apache.lucene.util.ThreadInterruptedException if the thread is interrupted; to be
   *     called again
   * @throws org.apache.lucene.store.AlreadyClosedException if the writer is closed, before or
   *     meanwhile
   * @throws IOException if the index cannot be read or written
   */
  public void finish() throws IOException {
    writer.removeOtherVectors(field, type);
  }
}
