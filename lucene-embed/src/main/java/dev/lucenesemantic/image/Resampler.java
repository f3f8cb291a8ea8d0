package dev.lucenesemantic.image;

import dev.lucenesemantic.model.ImageProcessing.Filter;
import java.util.function.DoubleUnaryOperator;

/**
 * Resizes as Pillow does, pixel by pixel: a filter that grows with the reduction, first along the
 * rows, then along the columns, in fixed point and rounded to bytes in between.
 */
final class Resampler {
  /** Bits behind the point of a weight: what 32 bits leave for bytes and a sum beyond them. */
  private static final int PRECISION = 32 - 8 - 2;

  private final Filter filter;

  Resampler(Filter filter) {
    this.filter = filter;
  }

  /**
   * Resizes an image.
   *
   * @return red, green and blue of each pixel, row by row
   */
  byte[] resize(RgbRows image, int height, int width) {
    return filter == Filter.NEAREST
        ? nearest(image, height, width)
        : vertical(horizontal(image, width), image.height(), height, width);
  }

  /** The pixels of an image as they are. */
  static byte[] copy(RgbRows image) {
    byte[] all = new byte[Math.multiplyExact(3 * image.width(), image.height())];
    byte[] row = new byte[3 * image.width()];
    for (int y = 0; y < image.height(); y++) {
      image.read(y, row);
      System.arraycopy(row, 0, all, y * row.length, row.length);
    }
    return all;
  }

  private static byte[] nearest(RgbRows image, int height, int width) {
    byte[] resized = new byte[Math.multiplyExact(3 * width, height)];
    byte[] row = new byte[3 * image.width()];
    for (int y = 0; y < height; y++) {
      image.read(nearest(y, image.height(), height), row);
      for (int x = 0; x < width; x++) {
        System.arraycopy(
            row, 3 * nearest(x, image.width(), width), resized, 3 * (y * width + x), 3);
      }
    }
    return resized;
  }

  private static int nearest(int place, int from, int to) {
    return Math.min(from - 1, (int) ((place + 0.5) * ((double) from / to)));
  }

  private byte[] horizontal(RgbRows image, int width) {
    if (width == image.width()) {
      return copy(image);
    }
    Weights weights = weights(image.width(), width);
    byte[] resized = new byte[Math.multiplyExact(3 * width, image.height())];
    byte[] row = new byte[3 * image.width()];
    for (int y = 0; y < image.height(); y++) {
      image.read(y, row);
      for (int x = 0; x < width; x++) {
        weights.sum(row, x, 0, 3, 3, resized, 3 * (y * width + x));
      }
    }
    return resized;
  }

  private byte[] vertical(byte[] image, int from, int height, int width) {
    if (height == from) {
      return image;
    }
    Weights weights = weights(from, height);
    byte[] resized = new byte[Math.multiplyExact(3 * width, height)];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        weights.sum(image, y, 3 * x, 3 * width, 3, resized, 3 * (y * width + x));
      }
    }
    return resized;
  }

  private Weights weights(int from, int to) {
    double scale = (double) from / to;
    double wider = Math.max(1, scale);
    double reach = reach() * wider;
    DoubleUnaryOperator curve = curve();
    int[] first = new int[to];
    int[][] weights = new int[to][];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(from, (int) (centre + reach + 0.5));
      double[] exact = new double[end - first[i]];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = curve.applyAsDouble((j + first[i] - centre + 0.5) / wider);
        sum += exact[j];
      }
      weights[i] = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        double share = (sum == 0 ? exact[j] : exact[j] / sum) * (1 << PRECISION);
        weights[i][j] = (int) (share < 0 ? share - 0.5 : share + 0.5);
      }
    }
    return new Weights(first, weights);
  }

  /** How far from its middle the curve is not zero. */
  private double reach() {
    return switch (filter) {
      case NEAREST -> throw new AssertionError("has no curve");
      case BILINEAR -> 1;
      case BICUBIC -> 2;
      case LANCZOS -> 3;
    };
  }

  private DoubleUnaryOperator curve() {
    return switch (filter) {
      case NEAREST -> throw new AssertionError("has no curve");
      case BILINEAR -> x -> Math.max(0, 1 - Math.abs(x));
      case BICUBIC -> Resampler::cubic;
      case LANCZOS -> x -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  /** R. Keys, "Cubic convolution interpolation for digital image processing", 1981. */
  private static double cubic(double x) {
    double a = -0.5;
    double distance = Math.abs(x);
    if (distance < 1) {
      return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
    }
    return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  /**
   * Which pixels make a new one.
   *
   * @param first the first of them
   * @param weights how much each counts, in fixed point
   */
  private record Weights(int[] first, int[][] weights) {

    /** Adds up the pixels of one place, which stand {@code step} bytes from each other. */
    void sum(byte[] from, int place, int start, int step, int colours, byte[] to, int at) {
      int[] own = weights[place];
      for (int c = 0; c < colours; c++) {
        int sum = 1 << (PRECISION - 1);
        int next = start + first[place] * step + c;
        for (int weight : own) {
          sum += (from[next] & 0xFF) * weight;
          next += step;
        }
        to[at + c] = (byte) Math.clamp(sum >> PRECISION, 0, 255);
      }
    }
  }
}
