package dev.lucenesemantic.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.util.Version;

/** The storages that tests can use with the Lucene that they run on. */
public final class Storages {
  private Storages() {}

  /** Whether this Lucene has the quantised formats. */
  public static boolean quantized() {
    return Version.LATEST.onOrAfter(Version.fromBits(10, 4, 0));
  }

  public static List<VectorStorage> all() {
    return quantized() ? List.of(VectorStorage.values()) : List.of(VectorStorage.FLOAT32);
  }

  public static VectorStorage any(Random random) {
    return all().get(random.nextInt(all().size()));
  }

  /** Vectors of unit length in a few clusters, as those of texts are. */
  public static List<float[]> clustered(int count, int dimension, Random random) {
    int clusters = 1 + count / 50;
    List<float[]> centres = new ArrayList<>();
    for (int i = 0; i < clusters; i++) {
      centres.add(near(new float[dimension], 1, random));
    }
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vectors.add(near(centres.get(random.nextInt(clusters)), 0.7f, random));
    }
    return vectors;
  }

  /** A unit vector at a distance from another, in a random direction. */
  private static float[] near(float[] centre, float distance, Random random) {
    double[] sum = new double[centre.length];
    double square = 0;
    for (int i = 0; i < sum.length; i++) {
      sum[i] = centre[i] + distance * random.nextGaussian() / Math.sqrt(sum.length);
      square += sum[i] * sum[i];
    }
    float[] vector = new float[centre.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (sum[i] / Math.sqrt(square));
    }
    return vector;
  }
}
