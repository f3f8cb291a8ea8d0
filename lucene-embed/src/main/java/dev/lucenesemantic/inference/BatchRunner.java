package dev.lucenesemantic.inference;

import dev.lucenesemantic.inference.MicroBatches.MicroBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Takes any number of texts through a network in small batches, on all cores, with memory for no
 * more than a window of texts and one batch per core. Safe for use by several threads, which share
 * the cores among them.
 *
 * <p>Batches wait for batches, and {@link #query single texts that somebody waits for} wait for
 * each other: a query never stands behind the batches of an import. While a query runs, one batch
 * less does, but for the last.
 *
 * <p>{@link #close} waits for the batches that are running; everything after it is refused with a
 * {@link ModelClosedException}.
 */
public final class BatchRunner implements AutoCloseable {
  /** So many texts are tokenised ahead; enough that those of one length fill a batch. */
  private static final int WINDOW = 1024;

  /** Texts tokenised by one thread in one go. */
  private static final int TOKENIZE_CHUNK = 16;

  /**
   * What is done with the output of one text.
   *
   * @param <E> a text, or whatever became one row of tokens
   * @param <R> what is made of it
   */
  @FunctionalInterface
  public interface Finish<E, R> {
    /**
     * Makes a text's result of the output of its batch; called by several threads at once.
     *
     * @param item the text
     * @param tokens its tokens
     * @param output the output of the text's batch
     * @param row the text's row in it
     * @return the result
     */
    R apply(E item, TokenIds tokens, FloatTensor output, int row);
  }

  /** Receives the results; called by several threads at once, once for each text. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes the result of one text.
     *
     * @param text the text's number
     * @param tokens its tokens
     * @param output the output of the text's batch
     * @param row the text's row in it
     */
    void accept(int text, TokenIds tokens, FloatTensor output, int row);
  }

  private final String name;
  private final TensorModel model;
  private final int tokenBudget;
  private final WorkerPool workers;

  /** Never more batches at once than there are cores, however many threads call. */
  private final CoreLanes cores;

  /** Shared by whatever uses native objects, exclusive for freeing them. */
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

  private final AutoCloseable alsoClosed;
  private volatile boolean closed;

  /**
   * Makes a runner for a network.
   *
   * @param name the model's name and where it is, for messages
   * @param model the network; closed with the runner
   * @param alsoClosed what is closed together with the network, when nothing uses it any more
   * @param threads how many batches run at once, and how many queries beside them
   * @param tokenBudget rows times length of a batch at the most
   */
  public BatchRunner(
      String name, TensorModel model, AutoCloseable alsoClosed, int threads, int tokenBudget) {
    if (threads < 1 || tokenBudget < 1) {
      throw new IllegalArgumentException(
          "threads " + threads + " and token budget " + tokenBudget + " must be at least 1");
    }
    this.name = name;
    this.model = model;
    this.alsoClosed = alsoClosed;
    this.tokenBudget = tokenBudget;
    this.cores = new CoreLanes(threads);
    this.workers = new WorkerPool(name, threads, cores);
  }

  /**
   * Takes texts through the network.
   *
   * @param size the number of texts
   * @param tokenize gives the tokens of a text by its number; called by several threads at once
   * @param sink takes the results
   * @throws InferenceException if the network fails, was closed, or the thread is interrupted; some
   *     results may have gone to the sink
   */
  public void run(int size, IntFunction<TokenIds> tokenize, Sink sink) {
    for (int from = 0; from < size; from += WINDOW) {
      runWindow(from, Math.min(size, from + WINDOW), tokenize, sink);
    }
  }

  /**
   * Takes a list of texts through the network. The list is read in its order, in the calling
   * thread, and only as far ahead as is worked on.
   *
   * @param <E> a text, or whatever becomes one row of tokens
   * @param <R> what is made of it
   * @param items the texts
   * @param check is given each text and its number, and throws if it is none
   * @param tokenize gives the tokens of a text; called by several threads at once
   * @param finish makes the result
   * @return a new list with the results in the order of the texts
   * @throws InferenceException if the network fails, was closed, or the thread is interrupted
   */
  public <E, R> List<R> map(
      Iterable<? extends E> items,
      BiConsumer<E, Integer> check,
      Function<E, TokenIds> tokenize,
      Finish<E, R> finish) {
    ensureOpen();
    List<R> results = new ArrayList<>();
    List<E> window = new ArrayList<>();
    for (E item : items) {
      check.accept(item, results.size() + window.size());
      window.add(item);
      if (window.size() == WINDOW) {
        results.addAll(mapWindow(window, tokenize, finish));
        window.clear();
      }
    }
    results.addAll(mapWindow(window, tokenize, finish));
    return results;
  }

  /**
   * Takes one text that somebody waits for through the network, alone and in the calling thread. It
   * waits for other such texts, and not for the batches of lists.
   *
   * @param <E> a text, or whatever becomes one row of tokens
   * @param <R> what is made of it
   * @param item the text
   * @param tokenize gives its tokens
   * @param finish makes the result
   * @return the result, the same as {@link #map} gives
   * @throws InferenceException if the network fails, was closed, or the thread is interrupted
   */
  public <E, R> R query(E item, Function<E, TokenIds> tokenize, Finish<E, R> finish) {
    TokenIds tokens = whileOpen(() -> tokenize.apply(item));
    FloatTensor output;
    enter(cores::enterQuery);
    try {
      output = whileOpen(() -> model.run(TokenBatch.of(List.of(tokens))));
    } finally {
      cores.leaveQuery();
    }
    return finish.apply(item, tokens, output, 0);
  }

  private <E, R> List<R> mapWindow(
      List<E> window, Function<E, TokenIds> tokenize, Finish<E, R> finish) {
    List<R> results = new ArrayList<>(Collections.nCopies(window.size(), null));
    run(
        window.size(),
        i -> tokenize.apply(window.get(i)),
        (i, tokens, output, row) ->
            results.set(i, finish.apply(window.get(i), tokens, output, row)));
    return results;
  }

  private void runWindow(int from, int to, IntFunction<TokenIds> tokenize, Sink sink) {
    TokenIds[] tokens = new TokenIds[to - from];
    int chunks = (tokens.length + TOKENIZE_CHUNK - 1) / TOKENIZE_CHUNK;
    workers.forEach(
        chunks,
        chunk -> {
          int end = Math.min(tokens.length, (chunk + 1) * TOKENIZE_CHUNK);
          for (int i = chunk * TOKENIZE_CHUNK; i < end; i++) {
            int text = from + i;
            tokens[i] = whileOpen(() -> tokenize.apply(text));
          }
        });
    List<MicroBatch> batches =
        MicroBatches.divide(Arrays.asList(tokens), tokenBudget, model.mixesRows());
    workers.forEach(batches.size(), i -> runBatch(from, batches.get(i), sink));
  }

  private void runBatch(int from, MicroBatch batch, Sink sink) {
    FloatTensor output = onCore(() -> model.run(batch.tokens()));
    for (int row = 0; row < batch.positions().length; row++) {
      sink.accept(from + batch.positions()[row], batch.tokens().rows().get(row), output, row);
    }
  }

  /**
   * Does pieces of work on all cores, each piece once, and returns when all are done. If one fails,
   * no further one is begun, and what it threw is thrown here.
   *
   * @param size how many pieces
   * @param work does a piece, given its number; called by several threads at once
   * @throws InferenceException if the model was closed before, or the thread is interrupted
   */
  public void forEach(int size, IntConsumer work) {
    ensureOpen();
    workers.forEach(size, work);
  }

  /**
   * Runs a network when there is a core for it: never more batches run at once than there are.
   *
   * @param <T> what it gives
   * @param run runs the network
   * @return what it gave
   * @throws InferenceException if the model was closed before, or the thread is interrupted
   */
  public <T> T onCore(Supplier<T> run) {
    enter(cores::enterBatch);
    try {
      return whileOpen(run);
    } finally {
      cores.leaveBatch();
    }
  }

  /** A wait for a core. */
  @FunctionalInterface
  private interface Door {
    void enter() throws InterruptedException;
  }

  private void enter(Door door) {
    try {
      door.enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceInterruptedException(name);
    }
  }

  /**
   * Does something with native objects, which cannot be freed while it runs.
   *
   * @param <T> what it gives
   * @param action what to do
   * @return what it gave
   * @throws ModelClosedException if the model was closed before
   */
  public <T> T whileOpen(Supplier<T> action) {
    ensureOpen();
    use.readLock().lock();
    try {
      ensureOpen();
      return action.get();
    } finally {
      use.readLock().unlock();
    }
  }

  /**
   * Checks that the model was not closed and the JVM is not shutting down.
   *
   * @throws ModelClosedException if it was or is
   */
  public void ensureOpen() {
    if (closed || JvmShutdown.begun()) {
      throw new ModelClosedException(name);
    }
  }

  @Override
  public void close() {
    closed = true;
    use.writeLock().lock();
    try (alsoClosed;
        model) {
      workers.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new InferenceException("model " + name + " cannot be closed: " + e, e);
    } finally {
      use.writeLock().unlock();
    }
  }
}
