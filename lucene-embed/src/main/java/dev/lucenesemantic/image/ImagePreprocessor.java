package dev.lucenesemantic.image;

import dev.lucenesemantic.model.ImageProcessing;
import dev.lucenesemantic.model.ImageProcessing.ShortestEdge;
import dev.lucenesemantic.model.ImageProcessing.Size;

/**
 * Makes of an image what a network reads. Safe for use by several threads.
 *
 * <p>The arithmetic is that of Pillow, from which torchvision differs by 1 of 255 at most. Where
 * they put black around an image that is smaller than the part to be cut out, and it does not come
 * out even, torchvision's place is taken: it is what transformers uses where it is installed.
 */
public final class ImagePreprocessor {
  private static final int COLOURS = 3;

  private final ImageProcessing processing;
  private final Size size;
  private final Resampler resampler;

  /** What becomes of each number of each colour. */
  private final float[][] scaled = new float[COLOURS][256];

  /**
   * Makes a preprocessor.
   *
   * @param processing what to do with images
   */
  public ImagePreprocessor(ImageProcessing processing) {
    this.processing = processing;
    this.size = processing.size();
    this.resampler = new Resampler(processing.filter());
    for (int c = 0; c < COLOURS; c++) {
      for (int value = 0; value < 256; value++) {
        double scale = processing.scale();
        scaled[c][value] =
            (float) ((value * scale - processing.mean().get(c)) / processing.deviation().get(c));
      }
    }
  }

  /**
   * How many numbers an image becomes.
   *
   * @return three for each pixel
   */
  public int length() {
    return COLOURS * size.height() * size.width();
  }

  /**
   * Reads and prepares an image.
   *
   * @param image the image
   * @param values takes the numbers: red of all pixels row by row, then green, then blue
   * @param at where the first one goes; {@link #length()} of them are set
   * @throws InvalidImageException if it is no image, is damaged, too large or of a kind that is not
   *     supported
   */
  public void prepare(ImageSource image, float[] values, int at) {
    byte[] pixels = pixels(image);
    int colour = size.height() * size.width();
    for (int i = 0; i < colour; i++) {
      for (int c = 0; c < COLOURS; c++) {
        values[at + c * colour + i] = scaled[c][pixels[COLOURS * i + c] & 0xFF];
      }
    }
  }

  /** The bytes before they are scaled: three for each pixel, row by row. */
  byte[] pixels(ImageSource image) {
    return ImageDecoder.decode(image, rows -> pixels(image, rows));
  }

  private byte[] pixels(ImageSource image, RgbRows rows) {
    Size now = new Size(rows.height(), rows.width());
    if (processing.resize().isEmpty()) {
      return crop(Resampler.copy(rows), now);
    }
    Size wanted =
        switch (processing.resize().get()) {
          case Size exact -> exact;
          case ShortestEdge edge -> inProportion(image, now, edge.pixels());
        };
    return crop(resampler.resize(rows, wanted.height(), wanted.width()), wanted);
  }

  private static Size inProportion(ImageSource image, Size now, int shorter) {
    boolean upright = now.width() <= now.height();
    double proportion =
        upright ? (double) now.height() / now.width() : (double) now.width() / now.height();
    long longer =
        (long) shorter
            * (upright ? now.height() : now.width())
            / (upright ? now.width() : now.height());
    if (longer * shorter > ImageDecoder.MOST_PIXELS) {
      throw new InvalidImageException(
          image.description(),
          "has sides in a proportion of "
              + Math.round(proportion)
              + " to 1, so that it would become "
              + longer
              + " pixels long; cut it");
    }
    return upright ? new Size((int) longer, shorter) : new Size(shorter, (int) longer);
  }

  private byte[] crop(byte[] pixels, Size from) {
    if (processing.crop().isEmpty() || from.equals(size)) {
      return pixels;
    }
    byte[] cut = new byte[COLOURS * size.height() * size.width()];
    int top = offset(from.height(), size.height());
    int left = offset(from.width(), size.width());
    for (int y = Math.max(0, top); y < Math.min(from.height(), top + size.height()); y++) {
      int start = Math.max(0, left);
      int end = Math.min(from.width(), left + size.width());
      System.arraycopy(
          pixels,
          COLOURS * (y * from.width() + start),
          cut,
          COLOURS * ((y - top) * size.width() + start - left),
          COLOURS * (end - start));
    }
    return cut;
  }

  /** Pixels cut off before; negative for those put there. */
  private static int offset(int from, int to) {
    return from >= to ? (from - to) / 2 : -((to - from) / 2);
  }
}
