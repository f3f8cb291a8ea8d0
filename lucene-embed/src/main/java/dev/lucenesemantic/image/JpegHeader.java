package dev.lucenesemantic.image;

/**
 * What of a JPEG file decides how its numbers become colours.
 *
 * @param components how many numbers a pixel has
 * @param luminance whether the first three are brightness and two differences of colour
 */
record JpegHeader(int components, boolean luminance) {
  private static final int APP14 = 0xEE;

  /** Reads the markers up to the first frame; a file that is cut off before has no components. */
  static JpegHeader of(byte[] file) {
    int transform = -1;
    int at = 2;
    while (at + 4 <= file.length) {
      if (unsigned(file, at) != 0xFF) {
        at++;
        continue;
      }
      int marker = unsigned(file, at + 1);
      if (marker == 0xFF) {
        at++;
        continue;
      }
      boolean alone = marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD9);
      if (alone) {
        at += 2;
        continue;
      }
      int length = unsigned(file, at + 2) << 8 | unsigned(file, at + 3);
      if (marker == APP14 && length >= 14 && at + 15 < file.length && isAdobe(file, at + 4)) {
        transform = unsigned(file, at + 15);
      }
      if (isFrame(marker)) {
        int components = at + 9 < file.length ? unsigned(file, at + 9) : 0;
        return new JpegHeader(components, transform > 0);
      }
      at += 2 + Math.max(2, length);
    }
    return new JpegHeader(0, false);
  }

  /** The markers from C0 to CF, but for three that stand for tables. */
  private static boolean isFrame(int marker) {
    return (marker & 0xF0) == 0xC0 && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean isAdobe(byte[] file, int at) {
    return file[at] == 'A'
        && file[at + 1] == 'd'
        && file[at + 2] == 'o'
        && file[at + 3] == 'b'
        && file[at + 4] == 'e';
  }

  private static int unsigned(byte[] file, int at) {
    return file[at] & 0xFF;
  }
}
