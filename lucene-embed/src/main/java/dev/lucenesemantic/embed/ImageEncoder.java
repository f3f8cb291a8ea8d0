package dev.lucenesemantic.embed;

import dev.lucenesemantic.image.ImagePreprocessor;
import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.image.InvalidImageException;
import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.ClipModel;
import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.model.ClipSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The road of images: read and prepared on all cores, and run a few at a time. No more of them are
 * in memory than are worked on.
 */
final class ImageEncoder {
  private final String model;
  private final ClipModel network;
  private final RoadEncoder road;
  private final ImagePreprocessor preprocessor;
  private final int together;

  ImageEncoder(ClipSource source, ClipModel network, RoadEncoder road, int tokenBudget) {
    this.model = source.description();
    this.network = network;
    this.road = road;
    this.preprocessor = new ImagePreprocessor(source.images());
    this.together = network.mixesImages() ? 1 : Math.max(1, tokenBudget / source.tokensOfImage());
  }

  /** The vectors of images, in their order, and not yet truncated. */
  List<float[]> encode(List<ImageSource> images) {
    List<ImageSource> all = checked(images);
    List<float[]> vectors = new ArrayList<>(Collections.nCopies(all.size(), null));
    BatchRunner runner = road.transformer().runner();
    runner.forEach(
        (all.size() + together - 1) / together,
        batch -> {
          int from = batch * together;
          int to = Math.min(all.size(), from + together);
          float[] pixels = new float[Math.multiplyExact(to - from, preprocessor.length())];
          for (int i = from; i < to; i++) {
            preprocessor.prepare(all.get(i), pixels, (i - from) * preprocessor.length());
          }
          FloatTensor output = runner.onCore(() -> network.runImages(pixels, to - from));
          for (int i = from; i < to; i++) {
            vectors.set(i, road.finish(output, i - from, 0, 0));
          }
        });
    return vectors;
  }

  private List<ImageSource> checked(List<ImageSource> images) {
    if (images == null) {
      throw new InvalidImageException(
          "model " + model, "the list of images is null; give an empty list for no images");
    }
    // Not List.copyOf, which does not say where a null is.
    List<ImageSource> all = Arrays.asList(images.toArray(new ImageSource[0]));
    int missing = all.indexOf(null);
    if (missing >= 0) {
      throw new InvalidImageException(
          "model " + model, "image " + missing + " of " + all.size() + " is null; leave it out");
    }
    return all;
  }
}
