package dev.lucenesemantic.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes images to what Pillow makes of them. How large an image is is known before it is decoded,
 * and what is too large is refused; of large ones only one is decoded at a time.
 */
final class ImageDecoder {
  /** From here on Pillow takes an image for an attack. */
  static final long MOST_PIXELS = 89_478_485;

  private static final long MOST_BYTES = 1L << 28;

  private static final long LARGE = 1L << 24;

  private static final ReentrantLock LARGE_ONES = new ReentrantLock();

  /**
   * What is done with the pixels of an image.
   *
   * @param <T> what it gives
   */
  @FunctionalInterface
  interface Use<T> {
    T apply(RgbRows rows);
  }

  private ImageDecoder() {}

  /**
   * Decodes an image and does something with it.
   *
   * @throws InvalidImageException if it is none, or none that can be read
   */
  static <T> T decode(ImageSource source, Use<T> use) {
    return switch (source) {
      case ImageSource.InFile file -> new Decoding(source.description()).of(read(file.path()), use);
      case ImageSource.InMemory memory ->
          new Decoding(source.description()).of(memory.bytes(), use);
      case ImageSource.Decoded decoded -> use.apply(new RasterRows(decoded.pixels()));
    };
  }

  private static byte[] read(Path path) {
    try {
      if (!Files.exists(path)) {
        throw new InvalidImageException(path.toString(), "there is no such file");
      }
      if (!Files.isRegularFile(path)) {
        throw new InvalidImageException(path.toString(), "is not a file; give an image file");
      }
      long size = Files.size(path);
      if (size > MOST_BYTES) {
        throw new InvalidImageException(
            path.toString(),
            "has " + size + " bytes, and at most " + MOST_BYTES + " are read; make it smaller");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new InvalidImageException(path.toString(), "cannot be read: " + e, e);
    }
  }

  /** The decoding of one file. */
  private record Decoding(String name) {

    <T> T of(byte[] file, Use<T> use) {
      ImageFormat format =
          ImageFormat.of(file)
              .orElseThrow(
                  () ->
                      error(
                          (file.length == 0 ? "is empty" : "is no image of a known format")
                              + "; JPEG, PNG, GIF, BMP and WebP are read"));
      if (format == ImageFormat.WEBP && WebpHeader.length(file) > file.length) {
        throw error(
            "is cut off: it has "
                + file.length
                + " bytes, and says that it has "
                + WebpHeader.length(file));
      }
      Warnings warnings = new Warnings();
      ImageReader reader = null;
      byte[] content = ColourProfile.removed(format, file);
      try (ImageInputStream stream =
          new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
        reader = format.reader();
        reader.setInput(stream, true, true);
        reader.addIIOReadWarningListener(warnings);
        long pixels = checkSize(format, reader.getWidth(0), reader.getHeight(0));
        Optional<Screen> screen =
            switch (format) {
              case GIF -> Screen.ofGif(file);
              case WEBP -> WebpHeader.of(file).screen();
              default -> Optional.empty();
            };
        if (screen.isPresent()) {
          pixels = checkSize(format, screen.get().width(), screen.get().height());
        }
        boolean large = pixels > LARGE;
        if (large) {
          LARGE_ONES.lock();
        }
        try {
          RgbRows rows = rows(format, file, screen, reader);
          if (warnings.truncated) {
            throw error("is cut off: " + warnings.last);
          }
          return use.apply(rows);
        } finally {
          if (large) {
            LARGE_ONES.unlock();
          }
        }
      } catch (InvalidImageException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        // Readers meet damage with all kinds of exceptions.
        throw new InvalidImageException(
            name,
            "is damaged, cut off or of a kind that cannot be read; it begins as a "
                + format
                + ", and reading it fails with: "
                + e,
            e);
      } finally {
        if (reader != null) {
          reader.dispose();
        }
      }
    }

    private static RgbRows rows(
        ImageFormat format, byte[] file, Optional<Screen> screen, ImageReader reader)
        throws IOException {
      if (format == ImageFormat.JPEG) {
        JpegHeader header = JpegHeader.of(file);
        if (header.components() == 4) {
          return new InkRows(reader.readRaster(0, null), header.luminance());
        }
      }
      BufferedImage image = reader.read(0);
      RgbRows rows = new RasterRows(image);
      if (format == ImageFormat.WEBP && WebpHeader.of(file).lossy()) {
        rows = new SmoothedRows(rows);
      }
      return screen.isPresent() ? new ScreenRows(screen.get(), rows, image.getColorModel()) : rows;
    }

    private long checkSize(ImageFormat format, int width, int height) {
      if (width < 1 || height < 1) {
        throw error("is a " + format + " of " + width + " x " + height + " pixels");
      }
      long pixels = (long) width * height;
      if (pixels > MOST_PIXELS) {
        throw error(
            "has "
                + width
                + " x "
                + height
                + " pixels, and at most "
                + MOST_PIXELS
                + " are decoded; make it smaller");
      }
      return pixels;
    }

    private InvalidImageException error(String problem) {
      return new InvalidImageException(name, problem);
    }
  }

  /** Java's reader of JPEG says of a file that is cut off no more than a warning. */
  private static final class Warnings implements IIOReadWarningListener {
    private boolean truncated;
    private String last = "";

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      truncated |= warning.contains("runcated") || warning.contains("remature end");
      last = warning;
    }
  }
}
