package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.IOFunction;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Gives documents that are in the index vectors that they lack, and takes those of other models
 * from them, while others are added: one such work at a time.
 */
final class VectorUpdates {
  private final WriterGate gate;
  private final ModelGuard guard;
  private final FieldRoutes routes;
  private final StagingPlaces staging;
  private final Optional<VectorReuse> reuse;
  private final CountedEncoder encoder;

  /** Held by the work that is being done. */
  private final Lock working = new ReentrantLock();

  /** Does the work; null if none is being done. */
  private volatile Thread worker;

  private final BooleanSupplier closing;

  VectorUpdates(
      WriterGate gate,
      ModelGuard guard,
      FieldRoutes routes,
      StagingPlaces staging,
      Optional<VectorReuse> reuse,
      CountedEncoder encoder,
      BooleanSupplier closing) {
    this.closing = closing;
    this.gate = gate;
    this.guard = guard;
    this.routes = routes;
    this.staging = staging;
    this.reuse = reuse;
    this.encoder = encoder;
  }

  /** See {@link SemanticIndexWriter#backfill(String, SemanticFieldType, FillMonitor)}. */
  FillReport backfill(String field, SemanticFieldType type, FillMonitor monitor)
      throws IOException {
    return alone(
        stop -> {
          MissingVectors pending = new PendingText(field);
          String vectorField = guard.fieldAlone(field, type.embedder());
          requireWritable(vectorField, type);
          FillReport report;
          try {
            report =
                guard.check(
                    List.of(FieldModels.of(vectorField, type)),
                    () ->
                        fill(
                            CompanionFields.pending(field),
                            field,
                            vectorField,
                            type,
                            pending,
                            monitor,
                            new Throttle(Double.POSITIVE_INFINITY),
                            stop,
                            VectorFill::run));
          } finally {
            // Another model may not have a vector of every document any more.
            guard.forgetGenerations();
          }
          lookIfStillFilled(field);
          return report;
        });
  }

  private void lookIfStillFilled(String field) throws IOException {
    SecondVectors led = routes.of(field);
    if (led == null || !routes.isFilled(field)) {
      return;
    }
    String fingerprint = led.type().embedder().fingerprint();
    long missing =
        gate.read(
            reader ->
                VectorCoverage.missing(
                    reader,
                    led.vectorField(),
                    FieldGenerations.places(reader, field, fingerprint).others()));
    if (missing > 0) {
      routes.setFilled(field, false);
    }
  }

  /**
   * Waits for the end of the work that is being done; to be called when the writer is closing,
   * which stops it, and lets none begin.
   *
   * @throws ThreadInterruptedException if the thread is interrupted while it waits
   */
  void awaitEnd() {
    Interrupts.lockIfFree(working);
    working.unlock();
  }

  /** See {@link SemanticIndexWriter#fillVectors}. */
  FillReport fillVectors(
      String field,
      SemanticFieldType type,
      IndexedText texts,
      FillMonitor monitor,
      Throttle throttle)
      throws IOException {
    return alone(
        stop -> {
          FieldGenerations.Places places =
              gate.read(
                  reader -> {
                    FieldGenerations.requireField(reader, field);
                    FieldGenerations.requireEnded(reader, field, type.embedder().fingerprint());
                    return FieldGenerations.places(reader, field, type.embedder().fingerprint());
                  });
          requireWritable(places.own(), type);
          try {
            return guard.check(
                List.of(FieldModels.of(places.own(), type)),
                () ->
                    fill(
                        places.own(),
                        field,
                        places.own(),
                        type,
                        new OtherModelsVectors(field, places.others(), places.own(), texts),
                        monitor,
                        throttle,
                        stop,
                        fill -> leadAndFill(field, new SecondVectors(places.own(), type), fill)));
          } finally {
            guard.forgetGenerations();
          }
        });
  }

  private FillReport leadAndFill(String field, SecondVectors to, VectorFill fill)
      throws IOException {
    routes.lead(field, to, fill::mustStop);
    // Documents of this model alone may now be too early.
    guard.forgetGenerations();
    return fillAll(field, fill);
  }

  /** Fills, and once more what came in without a vector while that was ending. */
  private FillReport fillAll(String field, VectorFill fill) throws IOException {
    boolean filled = routes.isFilled(field);
    FillReport report = fill.run();
    filled &= report.remaining() == 0;
    try {
      if (report.complete()) {
        // From now on none comes without a vector; those that are on their way may have none.
        routes.setFilled(field, true);
        if (routes.awaitUnderWay(fill::mustStop)) {
          report = fill.run();
          filled = report.remaining() == 0;
        } else {
          report = fill.report();
        }
      }
      return report;
    } finally {
      // As before, if it is not known: searches may go by the model already.
      routes.setFilled(field, filled);
    }
  }

  /** See {@link SemanticIndexWriter#removeOtherVectors}. */
  void removeOthers(String field, SemanticFieldType kept) throws IOException {
    alone(
        stop -> {
          try {
            requireField(field);
            VectorRemoval removal = new VectorRemoval(gate, field, kept, stop);
            removal.requireComplete();
            SecondVectors led = routes.of(field);
            if (led != null && !led.type().equals(kept)) {
              // On the way back new documents must not get what is being removed.
              routes.unlead(field, stop);
            }
            removal.runToEnd();
            // From now on the field has moved for documents of the other models.
            guard.forgetGenerations();
            routes.unlead(field, stop);
            guard.forgetGenerations();
            // What was on its way.
            removal.runToEnd();
            guard.release(field);
            if (closing.getAsBoolean()) {
              throw new AlreadyClosedException(
                  "this IndexWriter is being closed; what was removed stays so, and the rest is left");
            }
            return null;
          } finally {
            guard.forgetGenerations();
          }
        });
  }

  private void requireField(String field) throws IOException {
    gate.read(
        reader -> {
          FieldGenerations.requireField(reader, field);
          return null;
        });
  }

  /**
   * Checks that vectors can be put into documents at all.
   *
   * @throws IllegalStateException if the writer cannot merge segments
   * @throws IllegalArgumentException if it cannot store vectors of so many components
   */
  private void requireWritable(String vectorField, SemanticFieldType type) {
    SegmentRewriter.requireMerges(gate.writer());
    requireDimension(vectorField, type);
  }

  /** Lucene asks this of documents that are added, but not of segments that are merged. */
  private void requireDimension(String vectorField, SemanticFieldType type) {
    int most =
        gate.writer().getConfig().getCodec().knnVectorsFormat().getMaxDimensions(vectorField);
    if (type.vectorDimension() > most) {
      throw new IllegalArgumentException(
          "The vectors of model "
              + type.model()
              + " have "
              + type.vectorDimension()
              + " components, and the writer's codec stores at most "
              + most
              + ". Configure it with a SemanticCodec, or load the model with fewer (truncateDim)");
    }
  }

  private <T> T alone(InterruptibleWork<T> work) throws IOException {
    return whileNoneIsDone(
        () -> {
          int resets = guard.resets();
          // In an emptied index the field may be another model's.
          return InterruptibleWork.await(
              stop -> {
                worker = Thread.currentThread();
                try {
                  return work.run(
                      () ->
                          stop.getAsBoolean()
                              || closing.getAsBoolean()
                              || guard.resets() != resets);
                } finally {
                  worker = null;
                }
              });
        });
  }

  /**
   * Does something when the work that is being done has ended, and lets none begin meanwhile.
   *
   * @throws ThreadInterruptedException if the thread is interrupted while it waits
   * @throws AlreadyClosedException if the writer was closed before
   * @throws IllegalStateException if the work's own monitor calls this
   */
  <T> T whileNoneIsDone(IOSupplier<T> action) throws IOException {
    requireOutside();
    ensureOpen();
    Interrupts.lock(working);
    try {
      ensureOpen();
      return action.get();
    } finally {
      working.unlock();
    }
  }

  private void ensureOpen() {
    if (closing.getAsBoolean()) {
      throw new AlreadyClosedException("this IndexWriter is closed");
    }
  }

  /**
   * Checks that this is not called by the work's own monitor, for which it would wait.
   *
   * @throws IllegalStateException if it is
   */
  void requireOutside() {
    if (Thread.currentThread() == worker) {
      throw new IllegalStateException(
          "a FillMonitor cannot close the writer, add indexes or begin other work on it: have it"
              + " return true from stop(), and do that when the call that it monitors has returned");
    }
  }

  /**
   * @param work names the work among all that is done with the model
   * @param way how it is done; if it is complete then, what is kept for going on with it is dropped
   */
  private FillReport fill(
      String work,
      String field,
      String vectorField,
      SemanticFieldType type,
      MissingVectors missing,
      FillMonitor monitor,
      Throttle throttle,
      BooleanSupplier stop,
      IOFunction<VectorFill, FillReport> way)
      throws IOException {
    String fingerprint = type.embedder().fingerprint();
    FillReport report;
    try (StagedVectors staged = staging.open(fingerprint, work)) {
      report =
          way.apply(
              new VectorFill(
                  gate,
                  field,
                  vectorField,
                  type,
                  missing,
                  staged,
                  reuse,
                  monitor,
                  throttle,
                  encoder,
                  stop));
    }
    if (report.complete()) {
      staging.finish(fingerprint, work);
    }
    return report;
  }
}
