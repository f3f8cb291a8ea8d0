package dev.lucenesemantic.embed;

import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.image.InvalidImageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An embedder for which an image shows what its bytes say: {@code image("a red bus")} has the
 * vector of that text. One that shows nothing is damaged.
 */
public final class FakeImageEmbedder extends FakeEmbedder implements ImageEmbedder {
  public final AtomicInteger imageCalls = new AtomicInteger();

  public FakeImageEmbedder(String fingerprint, int dimension) {
    super(fingerprint, dimension);
  }

  public static ImageSource image(String shows) {
    return ImageSource.of(shows.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean embedsImages() {
    return true;
  }

  @Override
  public List<float[]> embedImages(List<ImageSource> images) {
    imageCalls.incrementAndGet();
    List<float[]> vectors = new ArrayList<>();
    for (ImageSource image : images) {
      byte[] bytes = ((ImageSource.InMemory) image).bytes();
      if (bytes.length == 0) {
        throw new InvalidImageException(image.description(), "is damaged");
      }
      vectors.add(vector(new String(bytes, StandardCharsets.UTF_8)));
    }
    return vectors;
  }
}
