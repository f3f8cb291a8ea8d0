package dev.lucenesemantic.image;

import java.awt.image.Raster;

/**
 * A JPEG in four inks, or in brightness, colour and black, as Adobe stores them: inverted. Java
 * reads no more of it than the numbers; the arithmetic is that of libjpeg and Pillow.
 */
final class InkRows implements RgbRows {
  private final Raster raster;
  private final boolean luminance;
  private final int[] samples;

  InkRows(Raster raster, boolean luminance) {
    this.raster = raster;
    this.luminance = luminance;
    this.samples = new int[raster.getWidth() * raster.getNumBands()];
  }

  @Override
  public int width() {
    return raster.getWidth();
  }

  @Override
  public int height() {
    return raster.getHeight();
  }

  @Override
  public void read(int y, byte[] rgb) {
    raster.getPixels(raster.getMinX(), raster.getMinY() + y, width(), 1, samples);
    int[] colour = new int[3];
    for (int x = 0; x < width(); x++) {
      int at = 4 * x;
      if (luminance) {
        colour(samples[at], samples[at + 1] - 128, samples[at + 2] - 128, colour);
      } else {
        for (int c = 0; c < 3; c++) {
          colour[c] = 255 - samples[at + c];
        }
      }
      int white = samples[at + 3];
      for (int c = 0; c < 3; c++) {
        int product = colour[c] * white + 128;
        rgb[3 * x + c] = (byte) clip(white - (((product >> 8) + product) >> 8));
      }
    }
  }

  private static void colour(int brightness, int blue, int red, int[] colour) {
    colour[0] = clip((int) Math.round(brightness + 1.402 * red));
    colour[1] = clip((int) Math.round(brightness - 0.344136286 * blue - 0.714136286 * red));
    colour[2] = clip((int) Math.round(brightness + 1.772 * blue));
  }

  private static int clip(int value) {
    return Math.clamp(value, 0, 255);
  }
}
