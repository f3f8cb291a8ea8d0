package dev.lucenesemantic.image;

/** An image as rows of red, green and blue, made of whatever it is stored as when they are read. */
interface RgbRows {

  int width();

  int height();

  /**
   * Reads a row; called by one thread at a time.
   *
   * @param y which one, from the top
   * @param rgb takes three bytes for each pixel
   */
  void read(int y, byte[] rgb);
}
