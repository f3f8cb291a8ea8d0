package dev.lucenesemantic.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The samples of an image as they are stored, without the colour management of Java, and what
 * Pillow's {@code convert("RGB")} makes of them.
 */
final class RasterRows implements RgbRows {
  private final BufferedImage image;
  private final Raster raster;
  private final int[] samples;
  private final boolean stored;
  private final byte[][] palette;

  RasterRows(BufferedImage image) {
    this.image = image;
    this.raster = image.getRaster();
    ColorModel colours = image.getColorModel();
    this.palette = colours instanceof IndexColorModel index ? palette(index) : null;
    this.stored = palette == null && hasPlainSamples(colours);
    this.samples = new int[image.getWidth() * Math.max(1, raster.getNumBands())];
  }

  /** Of an entry that is transparent the colour is kept. */
  private static byte[][] palette(IndexColorModel index) {
    byte[][] palette = new byte[3][index.getMapSize()];
    index.getReds(palette[0]);
    index.getGreens(palette[1]);
    index.getBlues(palette[2]);
    return palette;
  }

  private static boolean hasPlainSamples(ColorModel colours) {
    int type = colours.getTransferType();
    int count = colours.getNumColorComponents();
    return colours instanceof ComponentColorModel
        && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
        && (count == 1 || count == 3)
        && !colours.isAlphaPremultiplied();
  }

  @Override
  public int width() {
    return image.getWidth();
  }

  @Override
  public int height() {
    return image.getHeight();
  }

  @Override
  public void read(int y, byte[] rgb) {
    int left = raster.getMinX();
    int row = raster.getMinY() + y;
    if (palette != null) {
      raster.getSamples(left, row, width(), 1, 0, samples);
      for (int x = 0; x < width(); x++) {
        // A file may use an entry that its palette does not have.
        int entry = samples[x] < palette[0].length ? samples[x] : 0;
        for (int c = 0; c < 3; c++) {
          rgb[3 * x + c] = palette[c][entry];
        }
      }
    } else if (stored) {
      raster.getPixels(left, row, width(), 1, samples);
      plain(rgb);
    } else {
      managed(y, rgb);
    }
  }

  private void plain(byte[] rgb) {
    int bands = raster.getNumBands();
    boolean grey = image.getColorModel().getNumColorComponents() == 1;
    boolean deep = image.getColorModel().getTransferType() == DataBuffer.TYPE_USHORT;
    for (int x = 0; x < width(); x++) {
      for (int c = 0; c < 3; c++) {
        int sample = samples[x * bands + (grey ? 0 : c)];
        if (deep) {
          // Of grey alone Pillow cuts the values, and takes the upper half of all others.
          sample = grey && bands == 1 ? Math.min(sample, 255) : sample >> 8;
        }
        rgb[3 * x + c] = (byte) sample;
      }
    }
  }

  private void managed(int y, byte[] rgb) {
    image.getRGB(0, y, width(), 1, samples, 0, width());
    for (int x = 0; x < width(); x++) {
      int argb = samples[x];
      rgb[3 * x] = (byte) (argb >> 16);
      rgb[3 * x + 1] = (byte) (argb >> 8);
      rgb[3 * x + 2] = (byte) argb;
    }
  }
}
