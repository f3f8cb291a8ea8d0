package dev.lucenesemantic.inference;

import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.TextInput;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * A tokenizer and a network that belong together, tried out and ready to run: what a bi-encoder and
 * a cross-encoder have in common. A static embedding counts as a network too. Safe for use by
 * several threads. Closing it closes both.
 */
public final class Transformer implements AutoCloseable {
  private final HuggingFaceTextTokenizer tokenizer;
  private final BatchRunner runner;
  private final TensorModel network;
  private final int width;
  private final boolean givesTokens;

  private Transformer(
      HuggingFaceTextTokenizer tokenizer,
      BatchRunner runner,
      TensorModel network,
      FloatTensor output) {
    this.tokenizer = tokenizer;
    this.runner = runner;
    this.network = network;
    this.width = output.shape()[output.shape().length - 1];
    this.givesTokens = output.shape().length == 3;
  }

  /**
   * Loads a transformer.
   *
   * @param <S> what kind of source it has
   * @param source where it is
   * @param load loads the network from its file
   * @param threads how many batches run at once
   * @param tokenBudget rows times length of a batch at the most
   * @return the transformer, to be closed by the caller
   * @throws ModelException if a file is damaged, or the files do not belong together
   */
  public static <S extends TextInput> Transformer load(
      S source, Function<S, ? extends TensorModel> load, int threads, int tokenBudget) {
    // Both take about as long, and neither needs the other.
    CompletableFuture<HuggingFaceTextTokenizer> beside =
        CompletableFuture.supplyAsync(
            () -> HuggingFaceTextTokenizer.load(source.tokenizer()), Transformer::startThread);
    TensorModel network;
    try {
      network = load.apply(source);
    } catch (RuntimeException | Error e) {
      await(beside).close();
      throw e;
    }
    HuggingFaceTextTokenizer tokenizer;
    try {
      tokenizer = await(beside);
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
    BatchRunner runner =
        new BatchRunner(source.description(), network, tokenizer, threads, tokenBudget);
    try {
      return new Transformer(tokenizer, runner, network, tryOut(source, tokenizer, network));
    } catch (RuntimeException | Error e) {
      runner.close();
      throw e;
    }
  }

  private static void startThread(Runnable work) {
    Thread thread = new Thread(work, "tokenizer-loader");
    thread.setDaemon(true);
    thread.start();
  }

  private static <T> T await(CompletableFuture<T> value) {
    try {
      return value.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /**
   * Runs the tokenizer's largest id, so that files that do not belong together are found out before
   * anything is read.
   *
   * @return the output
   */
  private static FloatTensor tryOut(
      TextInput source, TextTokenizer tokenizer, TensorModel network) {
    int[] ids = {tokenizer.maxId()};
    try {
      // No text at all, and a letter that hardly a vocabulary has.
      tokenizer.tokenize("", "");
      tokenizer.tokenize("", "\u16A0");
    } catch (InferenceException e) {
      throw new ModelException(source.tokenizer().file().location(), e.getMessage(), e);
    }
    try {
      return network.run(TokenBatch.of(List.of(new TokenIds(ids, new int[1], false))));
    } catch (InferenceException e) {
      throw new ModelException(
          source.weights().location(),
          "cannot read token "
              + tokenizer.maxId()
              + " of "
              + source.tokenizer().file().location()
              + ": one of the two files belongs to another model. "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The tokenizer, which must only be used {@link BatchRunner#whileOpen while the model is open}.
   *
   * @return the tokenizer
   */
  public HuggingFaceTextTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * What takes texts through the network.
   *
   * @return the runner
   */
  public BatchRunner runner() {
    return runner;
  }

  /**
   * The network, which must only be run {@link BatchRunner#onCore on a core of the runner}.
   *
   * @return the network
   */
  public TensorModel network() {
    return network;
  }

  /**
   * The size of the output's last dimension.
   *
   * @return components of a token's vector, or scores of a pair
   */
  public int width() {
    return width;
  }

  /**
   * Whether the output has one vector for each token, and not one for the text.
   *
   * @return true for an output of three dimensions
   */
  public boolean givesTokens() {
    return givesTokens;
  }

  @Override
  public void close() {
    runner.close();
  }
}
