package dev.lucenesemantic.image;

import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;

/** A frame in its place on the screen, which is filled as Pillow fills it. */
final class ScreenRows implements RgbRows {
  private final Screen screen;
  private final RgbRows frame;
  private final byte[] fill = new byte[3];
  private final byte[] row;

  ScreenRows(Screen screen, RgbRows frame, ColorModel colours) {
    this.screen = screen;
    this.frame = frame;
    this.row = new byte[3 * frame.width()];
    if (colours instanceof IndexColorModel palette) {
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
      int fitting = Math.min(row.length, 3 * (width() - screen.left()));
      System.arraycopy(row, 0, rgb, 3 * screen.left(), Math.max(0, fitting));
    }
  }
}
