package dev.lucenesemantic.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes colour profiles out of files whose readers would apply them, which Pillow does not. What is
 * left of a file is the same image.
 */
final class ColourProfile {
  private static final byte[] JPEG_PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int APP2 = 0xE2;
  private static final int WEBP_PROFILE = 0x20;

  private ColourProfile() {}

  /** The file without its profile, or the file itself where nothing would apply one. */
  static byte[] removed(ImageFormat format, byte[] file) {
    return switch (format) {
      case JPEG -> ofJpeg(file);
      case WEBP -> ofWebp(file);
      case PNG, GIF, BMP -> file;
    };
  }

  /** A profile lies in one or more segments before the first scan. */
  private static byte[] ofJpeg(byte[] file) {
    ByteArrayOutputStream left = new ByteArrayOutputStream(file.length);
    int at = 2;
    int kept = 0;
    while (at + 4 <= file.length && (file[at] & 0xFF) == 0xFF) {
      int marker = file[at + 1] & 0xFF;
      int length = (file[at + 2] & 0xFF) << 8 | (file[at + 3] & 0xFF);
      // Only segments with a length stand there; anything else is left to the reader.
      if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xDA) || length < 2) {
        break;
      }
      int next = at + 2 + length;
      boolean isProfile =
          marker == APP2
              && next <= file.length
              && length >= 2 + JPEG_PROFILE.length
              && Arrays.equals(
                  file, at + 4, at + 4 + JPEG_PROFILE.length, JPEG_PROFILE, 0, JPEG_PROFILE.length);
      if (isProfile) {
        left.write(file, kept, at - kept);
        kept = next;
      }
      at = next;
    }
    if (kept == 0) {
      return file;
    }
    left.write(file, kept, file.length - kept);
    return left.toByteArray();
  }

  /** The header says whether there is one. */
  private static byte[] ofWebp(byte[] file) {
    boolean extended = file.length > 20 && file[12] == 'V' && file[15] == 'X';
    if (!extended || (file[20] & WEBP_PROFILE) == 0) {
      return file;
    }
    byte[] changed = file.clone();
    changed[20] &= ~WEBP_PROFILE;
    return changed;
  }
}
