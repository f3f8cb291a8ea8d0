package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.document.Field;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.ThreadInterruptedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link IndexWriter} that encodes the semantic fields of documents before it adds them, and
 * keeps each field to one model.
 *
 * <p>The verbs are those of IndexWriter, with the same effects and sequence numbers. What they do
 * first is this:
 *
 * <ul>
 *   <li>They check that the vector fields of the documents have the same model as what the index
 *       holds in these fields, and throw a {@link ModelMismatchException} otherwise, before
 *       anything is encoded.
 *   <li>They encode the texts of all {@link SemanticField}s. Texts of all threads that add
 *       documents at the same time are encoded together; a lone caller is not held up. To add many
 *       documents from one thread, {@link #addEach} is the fastest.
 *   <li>If more texts wait to be encoded than the {@link QueueBounds} of the options allow, they
 *       hold the caller back until there is room, first come first served.
 *   <li>If a text cannot be encoded, the call throws an {@link EncodingException} and adds nothing;
 *       calls of other threads are not affected, and the writer stays open. A thread that is
 *       interrupted while it waits for others gets a {@code ThreadInterruptedException}, keeps its
 *       interrupt flag, and adds nothing either; only if it is interrupted within IndexWriter,
 *       where that holds up indexing because merges fall behind, the document may be in the index
 *       although the call threw.
 *   <li>If the writer is closed, they throw Lucene's {@code AlreadyClosedException} before anything
 *       is encoded; if it is closed while texts wait, these are not encoded any more.
 * </ul>
 *
 * <p>A document with a {@link PassageField} is added as its passages, together with itself, as
 * {@link PassageDocuments} says. Who updates or deletes such a document updates or deletes its
 * passages as well.
 *
 * <p>A document, or a block of documents, is read once, into a list. What else an IndexWriter can
 * do is done on {@link #indexWriter()}; a near-real-time reader is {@code
 * DirectoryReader.open(writer.indexWriter())}. Documents that are added there are not guarded.
 *
 * <p>An interrupt does not break off what Lucene is doing in {@code commit}, {@code prepareCommit},
 * {@code flush}, {@code addIndexes}, {@code deleteAll}, {@code rollback} and {@code close}: that is
 * done by a thread of its own, for which the caller waits. So the caller must not hold a lock which
 * that thread needs, such as the monitor of a {@code SnapshotDeletionPolicy} or one that the
 * application's commit data, merge policy or merge scheduler take; and these, or the Reader of a
 * document, must not call them. A refresh that the application does on {@link #indexWriter()} is
 * its own call: it should not be interrupted.
 *
 * <p>Instances are safe for use by several threads.
 */
public final class SemanticIndexWriter implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SemanticIndexWriter.class);
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

  private final IndexWriter writer;
  private final WriterGate gate;
  private final IndexedFields fields;
  private final ModelGuard guard;
  private final PassageBlocks passages;
  private final EncodedOnce encoder;
  private final FieldRoutes routes = new FieldRoutes();
  private final DocumentVectors vectors;
  private final StagingPlaces staging;
  private final VectorUpdates updates;
  private final IndexingCounters counters = new IndexingCounters();
  private final QueueRoom room;
  private final ProgressReporter progress;

  /** Held by who commits, or closes. */
  private final Lock committing = new ReentrantLock();

  /** How many are closing it, or have closed it. */
  private final AtomicInteger closers = new AtomicInteger();

  /**
   * Makes a writer that adds to another. It becomes the owner: closing it closes that one.
   *
   * @param indexWriter does the writing
   */
  public SemanticIndexWriter(IndexWriter indexWriter) {
    this(indexWriter, SemanticIndexOptions.defaults());
  }

  /**
   * Makes a writer that adds to another. It becomes the owner: closing it closes that one.
   *
   * @param indexWriter does the writing
   * @param options what can be chosen
   */
  public SemanticIndexWriter(IndexWriter indexWriter, SemanticIndexOptions options) {
    writer = Objects.requireNonNull(indexWriter, "indexWriter");
    Objects.requireNonNull(options, "options");
    gate = new WriterGate(indexWriter, this::ensureOpen);
    fields = new IndexedFields(gate);
    guard = new ModelGuard(gate, fields, routes);
    passages = new PassageBlocks(gate, fields);
    room =
        new QueueRoom(
            options.queueBounds(), () -> writer.isOpen() && !isClosing(), System::nanoTime);
    progress =
        new ProgressReporter(
            counters,
            options.progress(),
            options.expectedDocuments(),
            PROGRESS_INTERVAL,
            System::nanoTime);
    EncodingQueue queue =
        new EncodingQueue(Runtime.getRuntime().availableProcessors(), room, counters);
    encoder = new EncodedOnce(queue, options.vectorReuse(), gate, EncodedOnce.MAX_BYTES);
    vectors = new DocumentVectors(guard, encoder, routes, options.failurePolicy());
    staging = new StagingPlaces(writer);
    updates =
        new VectorUpdates(
            gate,
            guard,
            routes,
            staging,
            options.vectorReuse(),
            new CountedEncoder(counters),
            this::isClosing);
  }

  /**
   * The writer underneath.
   *
   * @return the writer given to the constructor
   */
  public IndexWriter indexWriter() {
    return writer;
  }

  /**
   * What was done so far and what waits now. Counting is cheap, and so is asking.
   *
   * @return the numbers at this moment
   */
  public IndexingMetrics metrics() {
    return new IndexingMetrics(counters.documents(), counters.encoding(), room.metrics());
  }

  /**
   * Adds a document.
   *
   * @param document its fields; iterated once
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#addDocument
   */
  public long addDocument(Iterable<? extends IndexableField> document) throws IOException {
    return addRead(read(document));
  }

  private long addRead(List<List<IndexableField>> block) throws IOException {
    return add(
        block,
        () ->
            block.size() == 1 ? writer.addDocument(block.getFirst()) : writer.addDocuments(block));
  }

  /**
   * Adds documents as one block: they become visible together and stay next to each other. If one
   * of them fails, none is added. In an index that sorts its documents a block can only be deleted
   * as a whole, as Lucene says of any block; so documents with passages come alone there.
   *
   * @param documents the documents; all are held in memory at once
   * @return the sequence number
   * @throws IllegalArgumentException if there are several, one of them has passages, and the index
   *     sorts its documents
   * @throws IOException if the index cannot be written
   * @see IndexWriter#addDocuments
   */
  public long addDocuments(Iterable<? extends Iterable<? extends IndexableField>> documents)
      throws IOException {
    List<List<IndexableField>> block = readBlock(documents);
    return add(block, () -> writer.addDocuments(block));
  }

  /**
   * Adds many documents, one by one and not as a block, as a loop over {@link #addDocument} would,
   * but encoding them a window at a time: it reads, encodes and adds at most 128 documents, or
   * about a million characters of text to encode, before it reads more.
   *
   * @param documents the documents; iterated once, and never all in memory
   * @return the sequence number of the last one, or -1 if there was none
   * @throws PartialAddException if a document cannot be read, encoded or added; says how many were
   *     added before it, none is added after it. The cause is what {@link #addDocument} would have
   *     thrown
   * @throws AlreadyClosedException if the writer was closed before
   */
  public long addEach(Iterable<? extends Iterable<? extends IndexableField>> documents)
      throws PartialAddException {
    ensureOpen();
    long added = 0;
    long sequenceNumber = -1;
    DocumentWindow window = new DocumentWindow(documents.iterator(), this::ensureOpen);
    while (window.fill()) {
      progress.begin();
      try {
        encodeTogether(window.documents().stream().flatMap(List::stream).toList());
        for (List<List<IndexableField>> document : window.documents()) {
          sequenceNumber = addRead(document);
          added++;
        }
      } catch (Throwable e) {
        throw new PartialAddException(added, e);
      }
    }
    if (window.failure() != null) {
      counters.failed(List.of());
      throw new PartialAddException(added, window.failure());
    }
    return sequenceNumber;
  }

  private void encodeTogether(List<List<IndexableField>> documents) throws IOException {
    FieldRoutes.UnderWay underWay = routes.begin();
    try {
      Interrupts.check();
      look();
      guard.check(
          vectors.place(documents),
          () -> {
            vectors.encodeAhead(documents, underWay);
            return null;
          });
    } catch (EncodingException | IllegalArgumentException e) {
      // The document at fault throws it again, after those before it were added.
      return;
    } catch (Throwable t) {
      counters.failed(documents.subList(0, 1));
      throw t;
    } finally {
      routes.end(underWay);
    }
  }

  /**
   * Replaces the documents that have a term by another document.
   *
   * @param term selects the documents to delete
   * @param document the fields of the new document; iterated once
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateDocument
   */
  public long updateDocument(Term term, Iterable<? extends IndexableField> document)
      throws IOException {
    List<List<IndexableField>> block = read(document);
    return add(
        block,
        () ->
            passages.change(
                blocks ->
                    block.size() > 1 || blocks
                        ? update(term, block, blocks)
                        : writer.updateDocument(term, block.getFirst())));
  }

  private long update(Term term, List<List<IndexableField>> block, boolean blocks)
      throws IOException {
    return term != null && blocks
        ? writer.updateDocuments(PassageBlocks.withPassages(new TermQuery(term)), block)
        : writer.updateDocuments(term, block);
  }

  /**
   * Replaces the documents that have a term by a block of documents.
   *
   * @param term selects the documents to delete
   * @param documents the new documents; all are held in memory at once
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateDocuments(Term, Iterable)
   */
  public long updateDocuments(
      Term term, Iterable<? extends Iterable<? extends IndexableField>> documents)
      throws IOException {
    List<List<IndexableField>> block = readBlock(documents);
    return add(block, () -> passages.change(blocks -> update(term, block, blocks)));
  }

  /**
   * Replaces the documents that match a query by a block of documents.
   *
   * @param query selects the documents to delete
   * @param documents the new documents; all are held in memory at once
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateDocuments(Query, Iterable)
   */
  public long updateDocuments(
      Query query, Iterable<? extends Iterable<? extends IndexableField>> documents)
      throws IOException {
    List<List<IndexableField>> block = readBlock(documents);
    return add(
        block,
        () ->
            passages.change(
                blocks ->
                    writer.updateDocuments(
                        blocks ? PassageBlocks.withPassages(query) : query, block)));
  }

  /**
   * Marks the documents that have a term as deleted and adds another document.
   *
   * @param term selects the documents to mark
   * @param document the fields of the new document; iterated once
   * @param softDeletes the doc values that mark a document as deleted
   * @return the sequence number
   * @throws UnsupportedOperationException if the index has passages of layout {@link
   *     PassageLayout#BLOCK}
   * @throws IOException if the index cannot be written
   * @see IndexWriter#softUpdateDocument
   */
  public long softUpdateDocument(
      Term term, Iterable<? extends IndexableField> document, Field... softDeletes)
      throws IOException {
    List<List<IndexableField>> block = read(document);
    return add(
        block,
        () ->
            withoutBlocks(
                () ->
                    block.size() == 1
                        ? writer.softUpdateDocument(term, block.getFirst(), softDeletes)
                        : writer.softUpdateDocuments(term, block, softDeletes)));
  }

  /** A soft update marks what has a term, which the passages in a block have not. */
  private long withoutBlocks(ModelGuard.Verb verb) throws IOException {
    return passages.change(
        blocks -> {
          if (blocks) {
            throw new UnsupportedOperationException(
                "a soft update or delete cannot take the passages of a document along, and this"
                    + " index has some of layout BLOCK: use updateDocument or deleteDocuments, or"
                    + " the layout FLAT, whose passages have their parent's fields");
          }
          return verb.run();
        });
  }

  /**
   * Marks the documents that have a term as deleted and adds a block of documents.
   *
   * @param term selects the documents to mark
   * @param documents the new documents; all are held in memory at once
   * @param softDeletes the doc values that mark a document as deleted
   * @return the sequence number
   * @throws UnsupportedOperationException if the index has passages of layout {@link
   *     PassageLayout#BLOCK}
   * @throws IOException if the index cannot be written
   * @see IndexWriter#softUpdateDocuments
   */
  public long softUpdateDocuments(
      Term term,
      Iterable<? extends Iterable<? extends IndexableField>> documents,
      Field... softDeletes)
      throws IOException {
    List<List<IndexableField>> block = readBlock(documents);
    return add(
        block, () -> withoutBlocks(() -> writer.softUpdateDocuments(term, block, softDeletes)));
  }

  /**
   * Deletes the documents that have one of the terms.
   *
   * @param terms select the documents
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#deleteDocuments(Term...)
   */
  public long deleteDocuments(Term... terms) throws IOException {
    return write(
        () ->
            passages.change(
                blocks ->
                    blocks
                        ? writer.deleteDocuments(
                            PassageBlocks.withPassages(
                                Arrays.stream(terms).map(TermQuery::new).toArray(Query[]::new)))
                        : writer.deleteDocuments(terms)));
  }

  /**
   * Deletes the documents that match one of the queries.
   *
   * @param queries select the documents
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#deleteDocuments(Query...)
   */
  public long deleteDocuments(Query... queries) throws IOException {
    for (Query query : queries) {
      if (query instanceof MatchAllDocsQuery) {
        // IndexWriter makes a deleteAll of it.
        return empty(() -> writer.deleteDocuments(queries));
      }
    }
    return write(
        () ->
            passages.change(
                blocks ->
                    writer.deleteDocuments(
                        blocks ? PassageBlocks.withPassages(queries) : queries)));
  }

  /**
   * Deletes everything. Afterwards a field may take vectors of another model. Ends a backfill or a
   * migration.
   *
   * @return the sequence number
   * @throws ThreadInterruptedException if the thread is interrupted while it waits for documents
   *     that are just coming in; nothing is deleted
   * @throws IOException if the index cannot be written
   * @see IndexWriter#deleteAll
   */
  public long deleteAll() throws IOException {
    return empty(writer::deleteAll);
  }

  private long empty(ModelGuard.Verb deleteAll) throws IOException {
    return guard.reset(
        () -> {
          long sequenceNumber = Interrupts.hold(deleteAll::run);
          passages.forget();
          routes.unleadAll();
          return sequenceNumber;
        });
  }

  /**
   * Sets a numeric doc value of the documents that have a term.
   *
   * @param term selects the documents
   * @param field the field of the value
   * @param value the new value
   * @return the sequence number
   * @throws UnsupportedOperationException if the field marks softly deleted documents, and the
   *     index has passages of layout {@link PassageLayout#BLOCK}
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateNumericDocValue
   */
  public long updateNumericDocValue(Term term, String field, long value) throws IOException {
    return updateValues(() -> writer.updateNumericDocValue(term, field, value), field);
  }

  /**
   * Sets a binary doc value of the documents that have a term.
   *
   * @param term selects the documents
   * @param field the field of the value
   * @param value the new value
   * @return the sequence number
   * @throws UnsupportedOperationException if the field marks softly deleted documents, and the
   *     index has passages of layout {@link PassageLayout#BLOCK}
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateBinaryDocValue
   */
  public long updateBinaryDocValue(Term term, String field, BytesRef value) throws IOException {
    return updateValues(() -> writer.updateBinaryDocValue(term, field, value), field);
  }

  /**
   * Sets several doc values of the documents that have a term.
   *
   * @param term selects the documents
   * @param updates the new values
   * @return the sequence number
   * @throws UnsupportedOperationException if the field marks softly deleted documents, and the
   *     index has passages of layout {@link PassageLayout#BLOCK}
   * @throws IOException if the index cannot be written
   * @see IndexWriter#updateDocValues
   */
  public long updateDocValues(Term term, Field... updates) throws IOException {
    return updateValues(
        () -> writer.updateDocValues(term, updates),
        Arrays.stream(updates).map(Field::name).toArray(String[]::new));
  }

  /** As a soft update, a soft delete would mark parents and leave their passages. */
  private long updateValues(ModelGuard.Verb update, String... fields) throws IOException {
    String softDeletes = writer.getConfig().getSoftDeletesField();
    boolean isSoftDelete = softDeletes != null && List.of(fields).contains(softDeletes);
    return write(isSoftDelete ? () -> withoutBlocks(update) : update);
  }

  /**
   * Adds all documents of other indexes, unless a vector field of theirs has another model than
   * this index has in that field. A field between the two ends of a migration takes only documents
   * that have vectors of both models. Waits for a backfill or a migration of this writer to end;
   * documents may be added meanwhile, but where vectors have been moved by a migration, they wait.
   *
   * @param directories the other indexes
   * @return the sequence number
   * @throws ModelMismatchException if vectors of different models would meet in a field, or if
   *     queries with one of the index's models could no longer search it; nothing is added
   * @throws ThreadInterruptedException if the thread is interrupted while it waits; nothing is
   *     added
   * @throws IOException if an index cannot be read or written
   * @see IndexWriter#addIndexes(Directory...)
   */
  public long addIndexes(Directory... directories) throws IOException {
    ensureOpen();
    List<DirectoryReader> readers = new ArrayList<>();
    try {
      for (Directory directory : directories) {
        readers.add(DirectoryReader.open(directory));
      }
      List<LeafReader> segments =
          readers.stream()
              .flatMap(reader -> reader.leaves().stream())
              .map(LeafReaderContext::reader)
              .toList();
      return updates.whileNoneIsDone(
          () -> addSegments(segments, () -> Interrupts.hold(() -> writer.addIndexes(directories))));
    } finally {
      IOUtils.close(readers);
    }
  }

  /**
   * Merges other segments into this index, under the conditions of {@link
   * #addIndexes(Directory...)}.
   *
   * @param readers the other segments; not closed
   * @return the sequence number
   * @throws ModelMismatchException if vectors of different models would meet in a field, or if
   *     queries with one of the index's models could no longer search it; nothing is added
   * @throws ThreadInterruptedException if the thread is interrupted while it waits; nothing is
   *     added
   * @throws IOException if a segment cannot be read or the index cannot be written
   * @see IndexWriter#addIndexes(CodecReader...)
   */
  public long addIndexes(CodecReader... readers) throws IOException {
    ensureOpen();
    return updates.whileNoneIsDone(
        () ->
            addSegments(List.of(readers), () -> Interrupts.hold(() -> writer.addIndexes(readers))));
  }

  private long addSegments(List<? extends LeafReader> segments, ModelGuard.Verb verb)
      throws IOException {
    try (FieldClaims<Set<PassageLayout>>.Held layouts =
        passages.claimAll(segments.stream().map(LeafReader::getFieldInfos).toList())) {
      return guard.addSegments(
          segments,
          () -> {
            long sequenceNumber = verb.run();
            layouts.confirm();
            return sequenceNumber;
          });
    }
  }

  /**
   * Merges the index down to some number of segments.
   *
   * @param maxNumSegments how many segments may remain
   * @throws ThreadInterruptedException if the thread is interrupted; the merges that have begun go
   *     on
   * @throws IOException if the index cannot be written
   * @see IndexWriter#forceMerge(int)
   */
  public void forceMerge(int maxNumSegments) throws IOException {
    forceMerge(maxNumSegments, true);
  }

  /**
   * Merges the index down to some number of segments.
   *
   * @param maxNumSegments how many segments may remain
   * @param doWait whether to wait until the merges are done
   * @throws ThreadInterruptedException if the thread is interrupted; the merges that have begun go
   *     on
   * @throws IOException if the index cannot be written
   * @see IndexWriter#forceMerge(int, boolean)
   */
  public void forceMerge(int maxNumSegments, boolean doWait) throws IOException {
    Interrupts.leave(() -> writer.forceMerge(maxNumSegments, doWait));
  }

  /**
   * Moves buffered documents to the directory, without a commit.
   *
   * @throws IOException if the index cannot be written
   * @see IndexWriter#flush
   */
  public void flush() throws IOException {
    Interrupts.check();
    gate.flush(
        () -> {
          writer.flush();
          return null;
        });
  }

  /**
   * Does the first half of a commit. Documents whose call has not returned are not part of it.
   *
   * @return the sequence number
   * @throws IOException if the index cannot be written
   * @see IndexWriter#prepareCommit
   */
  public long prepareCommit() throws IOException {
    Interrupts.lock(committing);
    try {
      staging.commitBegins();
      return gate.flush(writer::prepareCommit);
    } finally {
      committing.unlock();
    }
  }

  /**
   * Commits. Documents whose call has not returned are not part of it.
   *
   * @return the sequence number; -1 if there was nothing to commit
   * @throws IOException if the index cannot be written
   * @see IndexWriter#commit
   */
  public long commit() throws IOException {
    Interrupts.lock(committing);
    try {
      staging.commitBegins();
      long sequenceNumber = gate.flush(writer::commit);
      tidyUp(encoder::commitEnded);
      return sequenceNumber;
    } finally {
      committing.unlock();
    }
  }

  /** Drops what a commit has made superfluous: a failure must not make it look undone. */
  private void tidyUp(IORunnable more) {
    try {
      staging.commitEnded();
      more.run();
    } catch (IOException | AlreadyClosedException e) {
      LOG.warn("The commit is done, but files that are not needed any more stay for now", e);
    }
  }

  /**
   * Drops everything since the last commit, and closes. A backfill or a migration stops soon, but
   * is not waited for.
   *
   * @throws IOException if the index cannot be written
   * @see IndexWriter#rollback
   */
  public void rollback() throws IOException {
    closers.incrementAndGet();
    try (staging;
        encoder) {
      try {
        // Files that it reads would stay on disk.
        encoder.close();
      } finally {
        Interrupts.holdRun(writer::rollback);
      }
    }
  }

  /**
   * Whether documents can be added.
   *
   * @return false once the writer is closed, by whatever reason
   * @see IndexWriter#isOpen
   */
  public boolean isOpen() {
    return writer.isOpen();
  }

  /**
   * How many documents the index has.
   *
   * @return the counts, with and without deleted documents
   * @see IndexWriter#getDocStats
   */
  public IndexWriter.DocStats getDocStats() {
    return writer.getDocStats();
  }

  /**
   * Closes the writer underneath, as its own close does: with a commit, unless its configuration
   * says otherwise. Embedders stay open. Stops a backfill or a migration and waits for it, and for
   * documents that are just coming in; those of which texts wait are not added. If it fails and the
   * writer is still open, as between the two halves of a commit, it can be used on.
   *
   * @throws ThreadInterruptedException if the thread is interrupted, before or meanwhile, and has
   *     to wait; the writer is still open
   * @throws IllegalStateException if the {@link FillMonitor} of one calls this
   * @throws IOException if the index cannot be written
   * @see IndexWriter#close
   */
  @Override
  public void close() throws IOException {
    updates.requireOutside();
    boolean closed = false;
    closers.incrementAndGet();
    try {
      // First: what it ends is committed.
      updates.awaitEnd();
      // Lucene can lose documents that come in while it closes, though their calls return.
      gate.awaitNobody();
      closed = closeAll();
    } finally {
      if (writer.isOpen()) {
        // As between the two halves of a commit.
        closers.decrementAndGet();
      }
    }
    if (closed) {
      progress.finish();
    }
  }

  /** Returns whether it was open before. */
  private boolean closeAll() throws IOException {
    // Lucene refuses to close while another thread commits.
    Interrupts.lockIfFree(committing);
    try {
      boolean wasOpen = writer.isOpen();
      boolean commits = wasOpen && writer.getConfig().getCommitOnClose();
      if (commits) {
        staging.commitBegins();
      }
      // Files that it reads would stay on disk.
      encoder.close();
      gate.close(
          () -> {
            if (commits) {
              // Or Lucene can lose what somebody else's refresh is just flushing.
              writer.flush();
            }
            writer.close();
          });
      if (commits) {
        tidyUp(() -> {});
      }
      return wasOpen;
    } finally {
      try {
        if (writer.isOpen()) {
          encoder.reopen();
        } else {
          IOUtils.close(staging, encoder);
        }
      } finally {
        committing.unlock();
      }
    }
  }

  private long add(List<List<IndexableField>> documents, ModelGuard.Verb verb) throws IOException {
    progress.begin();
    boolean added = false;
    FieldRoutes.UnderWay underWay = routes.begin();
    try {
      Interrupts.check();
      look();
      long sequenceNumber = addVectors(documents, underWay, verb);
      added = true;
      return sequenceNumber;
    } finally {
      if (added) {
        counters.added(documents);
      } else {
        counters.failed(documents);
      }
      routes.end(underWay);
      progress.tick();
    }
  }

  private long addVectors(
      List<List<IndexableField>> documents, FieldRoutes.UnderWay underWay, ModelGuard.Verb verb)
      throws IOException {
    try (FieldClaims<Set<PassageLayout>>.Held layouts = passages.claim(documents)) {
      List<List<SemanticField>> seconds = new ArrayList<>();
      return guard.add(
          () -> vectors.place(documents),
          () -> seconds.addAll(vectors.make(documents, underWay)),
          () -> {
            vectors.addSeconds(documents, seconds);
            long number = gate.add(verb::run);
            layouts.confirm();
            return number;
          });
    }
  }

  /** Changes documents that are there. */
  private long write(ModelGuard.Verb verb) throws IOException {
    ensureOpen();
    fields.look();
    return gate.change(verb::run);
  }

  /** What must be known of the index before the first document comes in. */
  private void look() throws IOException {
    ensureOpen();
    fields.look();
    encoder.look();
  }

  private List<List<IndexableField>> readBlock(
      Iterable<? extends Iterable<? extends IndexableField>> documents) {
    ensureOpen();
    progress.begin();
    List<List<IndexableField>> block = new ArrayList<>();
    boolean done = false;
    int given = 0;
    try {
      for (Iterable<? extends IndexableField> document : documents) {
        block.addAll(PassageDocuments.expand(document));
        given++;
      }
      requireSortable(given, block.size());
      done = true;
      return block;
    } finally {
      if (!done) {
        // The one that cannot be read, with those before it.
        block.add(List.of());
        counters.failed(block);
        progress.tick();
      }
    }
  }

  /**
   * Where an index sorts, Lucene keeps what is added by one call together by a mark on its last
   * document, and cannot merge any more once that is deleted alone.
   */
  private void requireSortable(int given, int withPassages) {
    if (given > 1 && withPassages > given && writer.getConfig().getIndexSort() != null) {
      throw new IllegalArgumentException(
          "this index sorts its documents, and of several with passages that are added by one call"
              + " none could be deleted without the others: add each by a call of its own, or all"
              + " with addEach");
    }
  }

  /** A document, or what is added in its place. */
  private List<List<IndexableField>> read(Iterable<? extends IndexableField> document) {
    // List.of would throw for null before anything is counted.
    return readBlock(Collections.singletonList(document));
  }

  private boolean isClosing() {
    return closers.get() > 0;
  }

  /** As IndexWriter's own, which cannot be called from here. */
  private void ensureOpen() {
    if (isClosing() || !writer.isOpen()) {
      throw new AlreadyClosedException("this IndexWriter is closed", writer.getTragicException());
    }
  }

  // ---- vectors that are still missing -----------------------------------------------------------

  /**
   * Encodes the texts whose vectors are missing because of {@link
   * FailurePolicy#ADD_WITHOUT_VECTOR}, and puts the vectors into their documents.
   *
   * @param field the field by the application's name
   * @param type the field's type, with the embedder
   * @return what has come of it
   * @throws IOException if the index cannot be read or written
   * @see #backfill(String, SemanticFieldType, FillMonitor)
   */
  public FillReport backfill(String field, SemanticFieldType type) throws IOException {
    return backfill(field, type, FillMonitor.NONE);
  }

  /**
   * Encodes the texts whose vectors are missing because of {@link
   * FailurePolicy#ADD_WITHOUT_VECTOR}, and puts the vectors into their documents. It can be stopped
   * and started again, also after a crash: texts that were encoded are not encoded again. Documents
   * can be added, changed, deleted and searched meanwhile. A text that fails again stays where it
   * is, and is reported. Between the two ends of a migration it is to be done with the model by
   * which searches go: those with the other one are refused until the next {@code
   * ModelMigration.fill}.
   *
   * <p>The segments with such documents are written anew, each by a merge of its own. As with any
   * other change, the result is durable with the next {@link #commit}. Until then the vectors are
   * kept beside the index as well, in a folder {@code semantic-staging-<fingerprint>-…} of its own
   * folder.
   *
   * @param field the field by the application's name
   * @param type the field's type, with the embedder
   * @param monitor is told of the progress, and can stop it
   * @return what has come of it
   * @throws ModelMismatchException if the field has vectors of another model, or documents that
   *     have one of another and none of this
   * @throws IndexStateException if there are other values where the vectors are to stand
   * @throws IllegalStateException if the writer cannot merge segments
   * @throws ThreadInterruptedException if the thread is interrupted; what was encoded is kept
   * @throws IOException if the index cannot be read or written
   */
  public FillReport backfill(String field, SemanticFieldType type, FillMonitor monitor)
      throws IOException {
    ensureOpen();
    return updates.backfill(field, type, monitor);
  }

  /**
   * Gives every document that has a vector of another model one of this model's as well, in a field
   * of its own: the migration to a new model, which {@code ModelMigration} leads through. It can be
   * stopped and started again as {@link #backfill(String, SemanticFieldType, FillMonitor) backfill}
   * can. From its beginning on, until {@link #removeOtherVectors}, this writer also gives each
   * document that is added a vector of this model, so that both models know all documents.
   *
   * @param field the field by the application's name
   * @param type the type with the new embedder
   * @param texts where the texts that were encoded can be read
   * @param monitor is told of the progress, and can stop it
   * @param maxTextsPerSecond how fast it may go; {@link Double#POSITIVE_INFINITY} for no limit
   * @return what has come of it
   * @throws IllegalArgumentException if the index has documents, but no such field; or if a text
   *     cannot be read, or is not the one that was encoded; what was done before is kept
   * @throws IndexStateException if another migration of the field has not ended, or there are other
   *     values where the vectors are to stand
   * @throws IllegalStateException if the writer cannot merge segments
   * @throws ThreadInterruptedException if the thread is interrupted; what was encoded is kept
   * @throws IOException if the index cannot be read or written
   */
  public FillReport fillVectors(
      String field,
      SemanticFieldType type,
      IndexedText texts,
      FillMonitor monitor,
      double maxTextsPerSecond)
      throws IOException {
    ensureOpen();
    if (!(maxTextsPerSecond > 0)) {
      throw new IllegalArgumentException(
          "maxTextsPerSecond must be more than 0, got: " + maxTextsPerSecond);
    }
    return updates.fillVectors(field, type, texts, monitor, new Throttle(maxTextsPerSecond));
  }

  /**
   * Removes the vectors of all other models from a field, once every document has one of this
   * model: the end of a migration. Segments are written anew for it, one after the other; the disk
   * space is free after the next {@link #commit}.
   *
   * @param field the field by the application's name
   * @param kept the type with the embedder whose vectors stay
   * @throws IllegalArgumentException if the index has documents, but no such field
   * @throws IndexStateException if a document has a vector of another model and none of this, or
   *     the field has more than vectors; nothing was removed
   * @throws IllegalStateException if the writer cannot merge segments
   * @throws IOException if the index cannot be read or written
   */
  public void removeOtherVectors(String field, SemanticFieldType kept) throws IOException {
    ensureOpen();
    updates.removeOthers(field, kept);
  }
}
