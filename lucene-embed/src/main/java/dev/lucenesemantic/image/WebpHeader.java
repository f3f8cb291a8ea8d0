package dev.lucenesemantic.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What of a WebP file decides how its first frame becomes an image.
 *
 * @param lossy whether it stores colours at half the width and height
 * @param screen the screen of an animation
 */
record WebpHeader(boolean lossy, Optional<Screen> screen) {
  private static final int FIRST_CHUNK = 12;
  private static final int FRAME_HEADER = 16;

  /** How many bytes a file says that it has. */
  static long length(byte[] file) {
    return 8 + (number(file, 4) | (long) (file[7] & 0xFF) << 24);
  }

  /** Reads the chunks up to the first frame. */
  static WebpHeader of(byte[] file) {
    Optional<Screen> screen = Optional.empty();
    long at = FIRST_CHUNK;
    while (at + 8 + FRAME_HEADER <= file.length) {
      int chunk = (int) at;
      String name = new String(file, chunk, 4, StandardCharsets.ISO_8859_1);
      switch (name) {
        case "VP8 ", "VP8L" -> {
          return new WebpHeader(name.equals("VP8 "), screen);
        }
        case "ANMF" -> {
          // Places are stored as half of what they are, and sizes as one less.
          screen =
              Optional.of(
                  new Screen(
                      1 + number(file, 24),
                      1 + number(file, 27),
                      2 * number(file, chunk + 8),
                      2 * number(file, chunk + 11),
                      OptionalInt.empty()));
          at += 8 + FRAME_HEADER;
        }
        default -> {
          long length = number(file, chunk + 4) | (long) (file[chunk + 7] & 0xFF) << 24;
          at += 8 + length + (length & 1);
        }
      }
    }
    return new WebpHeader(false, screen);
  }

  private static int number(byte[] file, int at) {
    return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8 | (file[at + 2] & 0xFF) << 16;
  }
}
