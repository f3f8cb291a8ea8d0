package dev.lucenesemantic.inference;

/** A network that turns token batches into tensors. Safe for use by several threads. */
public interface TensorModel extends AutoCloseable {

  /**
   * Runs a batch.
   *
   * @param batch the texts' tokens
   * @return the output, with one entry of its first dimension per row
   */
  FloatTensor run(TokenBatch batch);

  /**
   * Whether a row's output depends on the other rows of its batch, as it does in a dynamically
   * quantised network, which scales its activations by the largest value of the whole batch.
   *
   * @return true if rows must run one at a time to be reproducible
   */
  boolean mixesRows();

  @Override
  void close();
}
