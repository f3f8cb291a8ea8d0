package dev.lucenesemantic.inference;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.TokenizerSource;
import dev.lucenesemantic.model.TransformerSource;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RowProbeTest {

  /** A token's number is its id and, if that is wanted, a share of its neighbour's, fillers too. */
  private static TensorModel network(float share) {
    return new TensorModel() {
      @Override
      public FloatTensor run(TokenBatch batch) {
        int length = batch.length();
        float[] data = new float[batch.rows().size() * length];
        for (int row = 0; row < batch.rows().size(); row++) {
          int[] ids = batch.rows().get(row).ids();
          for (int i = 0; i < ids.length; i++) {
            boolean hasNeighbour = i + 1 < length;
            int next = i + 1 < ids.length ? ids[i + 1] : 7;
            data[row * length + i] = ids[i] + (hasNeighbour ? share * next : 0);
          }
        }
        return new FloatTensor(data, new int[] {batch.rows().size(), length, 1});
      }

      @Override
      public boolean mixesRows() {
        return false;
      }

      @Override
      public void close() {}
    };
  }

  private static boolean mixesRows(TensorModel network, int vocabulary) {
    ModelFile file = new ModelFile.OnDisk(Path.of("model.onnx"));
    TokenizerSource tokenizer = TokenizerSource.of(new ModelFile.OnDisk(Path.of("none")), 512);
    return RowProbe.mixesRows(
        network,
        new TransformerSource(
            "test", file, List.of(), "", OptionalInt.of(vocabulary), 0, 0, tokenizer));
  }

  @Test
  void aNetworkThatLeavesFillersOutRunsManyTextsAtOnce() {
    assertFalse(mixesRows(network(0), 100));
    assertFalse(mixesRows(network(0), 2));
  }

  @Test
  void aNetworkThatLooksAtItsNeighboursRunsOneTextAtATime() {
    assertTrue(mixesRows(network(0.01f), 100));
    assertTrue(mixesRows(network(0.5f), 100));
  }

  @Test
  void soDoesOneThatCannotRunTwo() {
    TensorModel one =
        new TensorModel() {
          @Override
          public FloatTensor run(TokenBatch batch) {
            if (batch.rows().size() > 1) {
              throw new InferenceException("the batch is fixed");
            }
            return network(0).run(batch);
          }

          @Override
          public boolean mixesRows() {
            return false;
          }

          @Override
          public void close() {}
        };
    assertTrue(mixesRows(one, 100));
  }
}
