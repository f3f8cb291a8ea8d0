package dev.lucenesemantic.image;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The screen of an animation and where its first frame stands on it.
 *
 * @param width pixels of the screen, or of the frame if that reaches further
 * @param height the same downwards
 * @param left pixels to the left of the frame
 * @param top pixels above it
 * @param transparent the colour of a palette that stands for nothing; it also fills the screen
 */
record Screen(int width, int height, int left, int top, OptionalInt transparent) {
  private static final int GIF_HEADER = 13;

  /** Reads the blocks of a GIF up to its first frame; empty if the file ends before. */
  static Optional<Screen> ofGif(byte[] file) {
    if (file.length < GIF_HEADER) {
      return Optional.empty();
    }
    int at = GIF_HEADER + paletteLength(file[10]);
    OptionalInt transparent = OptionalInt.empty();
    while (at + 10 < file.length) {
      int block = file[at];
      if (block == ',') {
        int left = word(file, at + 1);
        int top = word(file, at + 3);
        return Optional.of(
            new Screen(
                Math.max(word(file, 6), left + word(file, at + 5)),
                Math.max(word(file, 8), top + word(file, at + 7)),
                left,
                top,
                transparent));
      }
      if (block != '!') {
        at++;
        continue;
      }
      boolean isControl = (file[at + 1] & 0xFF) == 0xF9 && file[at + 2] >= 4;
      if (isControl && (file[at + 3] & 1) != 0) {
        transparent = OptionalInt.of(file[at + 6] & 0xFF);
      }
      at += 2;
      while (at < file.length && file[at] != 0) {
        at += 1 + (file[at] & 0xFF);
      }
      at++;
    }
    return Optional.empty();
  }

  private static int paletteLength(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static int word(byte[] file, int at) {
    return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << 8;
  }
}
