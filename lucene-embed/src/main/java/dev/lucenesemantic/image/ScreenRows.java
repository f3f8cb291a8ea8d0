package dev.lucenesemantic.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;

/** The first frame of a GIF in its place on the screen, which is filled as Pillow fills it. */
final class ScreenRows implements RgbRows {
  private final GifScreen screen;
  private final RasterRows frame;
  private final byte[] fill = new byte[3];
  private final byte[] row;

  ScreenRows(GifScreen screen, BufferedImage image) {
    this.screen = screen;
    this.frame = new RasterRows(image);
    this.row = new byte[3 * image.getWidth()];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      int entry = screen.transparent().orElse(0);
      int colour = palette.getRGB(entry < palette.getMapSize() ? entry : 0);
      fill[0] = (byte) (colour >> 16);
      fill[1] = (byte) (colour >> 8);
      fill[2] = (byte) colour;
    }
  }

  @Override
  public int width() {
    return screen.width();
  }

  @Override
  public int height() {
    return screen.height();
  }

  @Override
  public void read(int y, byte[] rgb) {
    for (int x = 0; x < width(); x++) {
      System.arraycopy(fill, 0, rgb, 3 * x, 3);
    }
    int inFrame = y - screen.top();
    if (inFrame >= 0 && inFrame < frame.height()) {
      frame.read(inFrame, row);
      System.arraycopy(row, 0, rgb, 3 * screen.left(), row.length);
    }
  }
}
