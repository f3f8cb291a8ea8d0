package dev.lucenesemantic.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no image, or a hostile one, ends in an error that names it. */
class ImageDecoderTest {

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        ImageDecoderTest.class.getResourceAsStream("/reference/clip/images/" + name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] decode(ImageSource source) {
    return ImageDecoder.decode(source, Resampler::copy);
  }

  private static String refusal(ImageSource source) {
    InvalidImageException e = assertThrows(InvalidImageException.class, () -> decode(source));
    assertTrue(e.getMessage().startsWith(source.description() + ": "), e.getMessage());
    return e.getMessage();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "photo.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "palette.png", "still.gif",
        "animation.gif", "rgb.bmp", "palette.bmp", "lossy.webp", "lossless.webp", "animation.webp"
      })
  void anImageThatIsCutOffIsRefusedWhereverItIs(String name) throws IOException {
    byte[] whole = resource(name);
    // An animation ends for Pillow, and here, with its first frame.
    int end = name.startsWith("animation") ? whole.length / 2 : whole.length;
    for (int length : new int[] {0, 3, 10, 20, end / 4, end / 2, 3 * end / 4, end - 40}) {
      refusal(ImageSource.of(Arrays.copyOf(whole, length)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "photo.jpg",
        "cmyk.jpg",
        "rgb.png",
        "still.gif",
        "rgb.bmp",
        "lossy.webp",
        "lossless.webp"
      })
  void damageIsRefusedOrDecodedButNeverAnythingElse(String name) throws IOException {
    byte[] whole = resource(name);
    Random random = new Random(name.hashCode());
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 3; j++) {
        damaged[random.nextInt(Math.min(damaged.length, 400))] = (byte) random.nextInt(256);
      }
      try {
        decode(ImageSource.of(damaged));
      } catch (InvalidImageException e) {
        refused++;
      }
    }
    assertTrue(refused > 0, "no damage was found");
  }

  @Test
  void aFileOfAnotherKindIsRefused() {
    for (String content : new String[] {"", "hello", "%PDF-1.7 ...", "II*\0....", "<svg></svg>"}) {
      String message = refusal(ImageSource.of(content.getBytes(StandardCharsets.ISO_8859_1)));
      assertTrue(message.contains("JPEG, PNG, GIF, BMP and WebP are read"), message);
    }
  }

  @Test
  void aPathWithoutAnImageIsNamed(@TempDir Path folder) throws IOException {
    assertTrue(refusal(ImageSource.of(folder.resolve("none.png"))).contains("no such file"));
    assertTrue(refusal(ImageSource.of(folder)).contains("not a file"));
    Path text = Files.writeString(folder.resolve("text.jpg"), "not an image");
    assertTrue(refusal(ImageSource.of(text)).contains("text.jpg"));
  }

  @Test
  void anImageThatWouldFillTheMemoryIsRefusedBeforeItIsDecoded() throws IOException {
    assertTrue(refusal(ImageSource.of(png(50_000, 50_000))).contains("50000 x 50000"));
    assertTrue(refusal(ImageSource.of(png(1 << 30, 4))).contains("make it smaller"));
    byte[] gif = resource("still.gif");
    Arrays.fill(gif, 6, 10, (byte) 0xFF);
    assertTrue(refusal(ImageSource.of(gif)).contains("65535 x 65535"));
  }

  /** A PNG that says how large it is, and has nothing more. */
  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.write("IHDR".getBytes(StandardCharsets.US_ASCII));
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 sum = new CRC32();
    sum.update(header.toByteArray());
    out.writeInt(13);
    out.write(header.toByteArray());
    out.writeInt((int) sum.getValue());
    out.writeInt(100);
    out.write("IDAT".getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[104]);
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_INT_ARGB_PRE
      })
  void pixelsOfAllKindsAreRead(int type) {
    BufferedImage pixels = new BufferedImage(3, 2, type);
    pixels.setRGB(1, 1, new Color(200, 100, 50).getRGB());
    byte[] expected = new byte[18];
    expected[12] = (byte) 200;
    expected[13] = 100;
    expected[14] = 50;
    assertArrayEquals(expected, decode(ImageSource.of(pixels)));
    assertArrayEquals(
        new byte[] {(byte) 200, 100, 50}, decode(ImageSource.of(pixels.getSubimage(1, 1, 1, 1))));
  }

  @Test
  void aSeeThroughPixelKeepsItsColour() {
    BufferedImage pixels = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    pixels.setRGB(0, 0, 0x00_0A_14_1E);
    assertArrayEquals(new byte[] {10, 20, 30}, decode(ImageSource.of(pixels)));
  }

  @Test
  void imagesAreEqualIfTheyAreTheSameSource() {
    assertEquals(ImageSource.of(new byte[] {1, 2}), ImageSource.of(new byte[] {1, 2}));
    assertEquals(ImageSource.of(Path.of("a.png")), ImageSource.of(Path.of("a.png")));
  }
}
