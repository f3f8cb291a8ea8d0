package dev.lucenesemantic.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.model.ImageProcessing;
import dev.lucenesemantic.model.ImageProcessing.Filter;
import dev.lucenesemantic.model.ImageProcessing.Resize;
import dev.lucenesemantic.model.ImageProcessing.ShortestEdge;
import dev.lucenesemantic.model.ImageProcessing.Size;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images are decoded and prepared as Pillow and transformers do it. */
class ImagePreprocessorTest {
  private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

  /** By Pillow's numbers. */
  private static final List<Filter> FILTERS =
      List.of(Filter.NEAREST, Filter.LANCZOS, Filter.BILINEAR, Filter.BICUBIC);

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        ImagePreprocessorTest.class.getResourceAsStream("/reference/clip/" + name)) {
      return in.readAllBytes();
    }
  }

  private static ImageSource image(String name) throws IOException {
    return ImageSource.of(resource("images/" + name));
  }

  private static JsonObject description() throws IOException {
    return JsonParser.parseString(new String(resource("clip.json"), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }

  private static Stream<JsonElement> entries(String key) throws IOException {
    return StreamSupport.stream(description().getAsJsonArray(key).spliterator(), false);
  }

  static Stream<JsonObject> decoded() throws IOException {
    return entries("decoded").map(JsonElement::getAsJsonObject);
  }

  @ParameterizedTest
  @MethodSource("decoded")
  void decodesAsPillow(JsonObject entry) throws IOException {
    String name = entry.get("image").getAsString();
    byte[] expected = resource(entry.get("file").getAsString());
    int width = entry.get("width").getAsInt();
    int height = entry.get("height").getAsInt();
    byte[] all =
        ImageDecoder.decode(
            image(name),
            rows -> {
              assertEquals(List.of(width, height), List.of(rows.width(), rows.height()));
              return Resampler.copy(rows);
            });
    int at = 0;
    int worst = 0;
    long sum = 0;
    for (int y = 0; y < height; y += 3) {
      for (int x = 0; x < width; x += 3) {
        for (int c = 0; c < 3; c++) {
          int off = Math.abs((all[3 * (y * width + x) + c] & 0xFF) - (expected[at++] & 0xFF));
          worst = Math.max(worst, off);
          sum += off;
        }
      }
    }
    assertEquals(expected.length, at);
    double mean = (double) sum / at;
    // Every decoder rounds in its own way.
    boolean lossy =
        name.endsWith(".jpg")
            || List.of("lossy.webp", "lossy-alpha.webp", "animation.webp").contains(name);
    double most = lossy ? 1.5 : 0;
    assertTrue(mean <= most, name + ": " + mean + ", at worst " + worst);
  }

  static Stream<JsonObject> prepared() throws IOException {
    return entries("pixels").map(JsonElement::getAsJsonObject);
  }

  @ParameterizedTest
  @MethodSource("prepared")
  void resizesAndCropsAsTorchvision(JsonObject entry) throws IOException {
    JsonObject options =
        description()
            .getAsJsonObject("processors")
            .getAsJsonObject(entry.get("processor").getAsString());
    byte[] expected = resource(entry.get("file").getAsString());
    byte[] pixels =
        new ImagePreprocessor(
                processing(options, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)))
            .pixels(image(entry.get("image").getAsString()));
    int area = entry.get("width").getAsInt() * entry.get("height").getAsInt();
    assertEquals(expected.length, pixels.length);
    int worst = 0;
    for (int i = 0; i < area; i++) {
      for (int c = 0; c < 3; c++) {
        worst =
            Math.max(worst, Math.abs((pixels[3 * i + c] & 0xFF) - (expected[c * area + i] & 0xFF)));
      }
    }
    // Of a JPEG, one more for the decoder.
    assertTrue(
        worst <= (entry.get("image").getAsString().endsWith("jpg") ? 3 : 1), "off by " + worst);
  }

  private static ImageProcessing processing(
      JsonObject options, double scale, List<Double> mean, List<Double> deviation) {
    boolean resizes = !options.has("do_resize");
    boolean crops = !options.has("do_center_crop");
    JsonElement size = options.get("size");
    Resize resize =
        size == null
            ? new ShortestEdge(32)
            : size.getAsJsonObject().has("height")
                ? size(size)
                : new ShortestEdge(size.getAsJsonObject().get("shortest_edge").getAsInt());
    Size crop = options.has("crop_size") ? size(options.get("crop_size")) : new Size(32, 32);
    int filter = options.has("resample") ? options.get("resample").getAsInt() : 3;
    return new ImageProcessing(
        resizes ? Optional.of(resize) : Optional.empty(),
        FILTERS.get(filter),
        crops ? Optional.of(crop) : Optional.empty(),
        scale,
        mean,
        deviation);
  }

  private static Size size(JsonElement size) {
    return new Size(
        size.getAsJsonObject().get("height").getAsInt(),
        size.getAsJsonObject().get("width").getAsInt());
  }

  @Test
  void scalesAsTorchvision() throws IOException {
    ImagePreprocessor preprocessor =
        new ImagePreprocessor(processing(new JsonObject(), 1 / 255.0, MEAN, DEVIATION));
    float[] values = new float[preprocessor.length() + 5];
    preprocessor.prepare(image("photo.jpg"), values, 5);
    FloatBuffer expected =
        ByteBuffer.wrap(resource(description().get("normalised").getAsString()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    assertEquals(preprocessor.length(), expected.remaining());
    List<String> far = new ArrayList<>();
    for (int i = 0; i < expected.capacity(); i++) {
      if (!(Math.abs(expected.get(i) - values[5 + i]) <= 3 / 255.0 / 0.26)) {
        far.add(i + ": " + expected.get(i) + " and " + values[5 + i]);
      }
    }
    assertEquals(List.of(), far);
  }
}
