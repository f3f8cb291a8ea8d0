package dev.lucenesemantic.image;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * An image to encode. Nothing is read before it is encoded, and a file is read anew each time.
 *
 * <p>A file may be a JPEG, PNG, GIF, BMP or WebP, which is told by its content and not by its name.
 * Of an animation the first frame counts. As in Python for an image that Pillow has opened, a file
 * is taken as it is stored: not turned as its EXIF orientation says, colour profiles are not
 * applied, and what is transparent has the colour that is stored there.
 */
public sealed interface ImageSource {

  /**
   * What the image is called in messages.
   *
   * @return the file's path, or what is known of the image
   */
  String description();

  /**
   * An image in a file.
   *
   * @param path the file
   * @return the image
   */
  static ImageSource of(Path path) {
    return new InFile(path);
  }

  /**
   * An image in memory, as a file would hold it.
   *
   * @param bytes the content of the file; not copied
   * @return the image
   */
  static ImageSource of(byte[] bytes) {
    return new InMemory(bytes);
  }

  /**
   * An image that was decoded already.
   *
   * @param pixels the image; not copied
   * @return the image
   */
  static ImageSource of(BufferedImage pixels) {
    return new Decoded(pixels);
  }

  /**
   * An image in a file.
   *
   * @param path the file
   */
  record InFile(Path path) implements ImageSource {
    /** Checks that there is a path. */
    public InFile {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public String description() {
      return path.toString();
    }
  }

  /**
   * An image in memory, as a file would hold it.
   *
   * @param bytes the content of the file
   */
  record InMemory(byte[] bytes) implements ImageSource {
    /** Checks that there are bytes. */
    public InMemory {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public String description() {
      return "an image of " + bytes.length + " bytes in memory";
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InMemory that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "InMemory[" + bytes.length + " bytes]";
    }
  }

  /**
   * An image that was decoded already.
   *
   * @param pixels the image
   */
  record Decoded(BufferedImage pixels) implements ImageSource {
    /** Checks that there is an image. */
    public Decoded {
      Objects.requireNonNull(pixels, "pixels");
    }

    @Override
    public String description() {
      return "a decoded image of " + pixels.getWidth() + " x " + pixels.getHeight() + " pixels";
    }

    @Override
    public String toString() {
      return "Decoded[" + pixels.getWidth() + " x " + pixels.getHeight() + "]";
    }
  }
}
