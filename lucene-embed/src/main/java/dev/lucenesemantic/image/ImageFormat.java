package dev.lucenesemantic.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The formats that are read, told by how their files begin. */
enum ImageFormat {
  JPEG("\u00FF\u00D8\u00FF", 0),
  PNG("\u0089PNG\r\n\u001A\n", 0),
  GIF("GIF8", 0),
  BMP("BM", 0),
  WEBP("WEBP", 8);

  private final String magic;
  private final int offset;

  ImageFormat(String magic, int offset) {
    this.magic = magic;
    this.offset = offset;
  }

  static Optional<ImageFormat> of(byte[] file) {
    for (ImageFormat format : values()) {
      int end = format.offset + format.magic.length();
      if (file.length >= end
          && new String(file, format.offset, end - format.offset, StandardCharsets.ISO_8859_1)
              .equals(format.magic)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * A new reader: always the same one for a format, whichever others are on the class path, as
   * readers differ in what they make of the odd file.
   */
  ImageReader reader() throws IOException {
    if (this == WEBP) {
      // Not by way of the registry, which does not see into the class loader of a plugin.
      return new WebPImageReaderSpi().createReaderInstance(null);
    }
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      boolean ofJava = provider.getClass().getName().startsWith("com.sun.imageio.");
      for (String name : provider.getFormatNames()) {
        if (ofJava && name.equals(name())) {
          return provider.createReaderInstance();
        }
      }
    }
    throw new IOException("this Java has no reader for " + this);
  }
}
