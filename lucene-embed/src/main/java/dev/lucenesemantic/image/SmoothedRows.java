package dev.lucenesemantic.image;

/**
 * A lossy WebP, which has one colour for four pixels, with the colours smoothed as libwebp smooths
 * them. The reader gives the four the same colour, so it can be computed from them again.
 */
final class SmoothedRows implements RgbRows {
  private static final double RED = 1.596;
  private static final double BLUE = 2.018;
  private static final double GREEN_OF_RED = 0.813;
  private static final double GREEN_OF_BLUE = 0.391;

  private final RgbRows image;
  private final int across;
  private final float[][] blues;
  private final float[][] reds;

  SmoothedRows(RgbRows image) {
    this.image = image;
    this.across = (image.width() + 1) / 2;
    int down = (image.height() + 1) / 2;
    this.blues = new float[down][];
    this.reds = new float[down][];
    byte[] upper = new byte[3 * image.width()];
    byte[] lower = new byte[3 * image.width()];
    for (int block = 0; block < down; block++) {
      image.read(2 * block, upper);
      image.read(Math.min(2 * block + 1, image.height() - 1), lower);
      blues[block] = new float[across];
      reds[block] = new float[across];
      for (int x = 0; x < across; x++) {
        colour(block, x, upper, lower);
      }
    }
  }

  /** The mean of the four; of those whose numbers were not cut off, if there are any. */
  private void colour(int block, int x, byte[] upper, byte[] lower) {
    double[] whole = new double[3];
    double[] all = new double[3];
    for (byte[] row : new byte[][] {upper, lower}) {
      for (int i = 2 * x; i < Math.min(2 * x + 2, width()); i++) {
        int red = row[3 * i] & 0xFF;
        int green = row[3 * i + 1] & 0xFF;
        int blue = row[3 * i + 2] & 0xFF;
        double brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
        add(all, blue - brightness, red - brightness);
        if (isWhole(red) && isWhole(green) && isWhole(blue)) {
          add(whole, blue - brightness, red - brightness);
        }
      }
    }
    double[] sum = whole[2] > 0 ? whole : all;
    blues[block][x] = (float) (sum[0] / sum[2] / BLUE);
    reds[block][x] = (float) (sum[1] / sum[2] / RED);
  }

  private static void add(double[] sum, double blue, double red) {
    sum[0] += blue;
    sum[1] += red;
    sum[2]++;
  }

  private static boolean isWhole(int value) {
    return value > 0 && value < 255;
  }

  @Override
  public int width() {
    return image.width();
  }

  @Override
  public int height() {
    return image.height();
  }

  @Override
  public void read(int y, byte[] rgb) {
    image.read(y, rgb);
    int near = y / 2;
    int far = Math.clamp(near + (y % 2 == 0 ? -1 : 1), 0, blues.length - 1);
    for (int x = 0; x < width(); x++) {
      int at = 3 * x;
      double brightness = brightness(rgb, at, blues[near][x / 2], reds[near][x / 2]);
      double blue = smoothed(blues[near], blues[far], x);
      double red = smoothed(reds[near], reds[far], x);
      rgb[at] = round(brightness + RED * red);
      rgb[at + 1] = round(brightness - GREEN_OF_BLUE * blue - GREEN_OF_RED * red);
      rgb[at + 2] = round(brightness + BLUE * blue);
    }
  }

  /** What the colours have in common; from those that were not cut off, or else from green. */
  private static double brightness(byte[] rgb, int at, float blue, float red) {
    double[] colours = {RED * red, -GREEN_OF_BLUE * blue - GREEN_OF_RED * red, BLUE * blue};
    double sum = 0;
    int whole = 0;
    for (int c = 0; c < 3; c++) {
      int value = rgb[at + c] & 0xFF;
      if (isWhole(value)) {
        sum += value - colours[c];
        whole++;
      }
    }
    return whole > 0 ? sum / whole : (rgb[at + 1] & 0xFF) - colours[1];
  }

  /** Nine parts of the own colour, three of each of two neighbours, one of that between them. */
  private double smoothed(float[] near, float[] far, int x) {
    int own = x / 2;
    int beside = Math.clamp(own + (x % 2 == 0 ? -1 : 1), 0, across - 1);
    return (9 * near[own] + 3 * near[beside] + 3 * far[own] + far[beside]) / 16;
  }

  private static byte round(double value) {
    return (byte) Math.clamp(Math.round(value), 0, 255);
  }
}
