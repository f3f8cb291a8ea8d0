package dev.lucenesemantic.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What happens to an image before a network reads it, in this order: it is resized, a part in the
 * middle is cut out, and its numbers are scaled.
 *
 * @param resize to what size; empty for the image's own
 * @param filter how pixels are computed when it is resized
 * @param crop the part that is cut out, with black around an image that is smaller; empty for all
 * @param scale what each number from 0 to 255 is multiplied with
 * @param mean what is subtracted then, for red, green and blue
 * @param deviation what is divided by then, for red, green and blue
 */
public record ImageProcessing(
    Optional<Resize> resize,
    Filter filter,
    Optional<Size> crop,
    double scale,
    List<Double> mean,
    List<Double> deviation) {

  /** How the pixels of a resized image are computed, by Pillow's names. */
  public enum Filter {
    /** That of the nearest pixel. */
    NEAREST,
    /** A sinc with a window of three lobes. */
    LANCZOS,
    /** A triangle. */
    BILINEAR,
    /** A cubic with -0.5. */
    BICUBIC
  }

  /** To what size an image is brought. */
  public sealed interface Resize {}

  /**
   * So that the shorter side has a length, and the other in proportion.
   *
   * @param pixels the length
   */
  public record ShortestEdge(int pixels) implements Resize {}

  /**
   * A size in pixels.
   *
   * @param height from top to bottom
   * @param width from left to right
   */
  public record Size(int height, int width) implements Resize {}

  /** Copies the lists and checks that the result has one size for all images. */
  public ImageProcessing {
    Objects.requireNonNull(filter, "filter");
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != 3 || deviation.size() != 3) {
      throw new IllegalArgumentException("three colours, and not " + mean + " and " + deviation);
    }
    if (crop.isEmpty() && !(resize.orElse(null) instanceof Size)) {
      throw new IllegalArgumentException("images would come out in several sizes");
    }
  }

  /**
   * The size of every image in the end.
   *
   * @return the part that is cut out, or else what images are resized to
   */
  public Size size() {
    return crop.orElseGet(() -> (Size) resize.orElseThrow());
  }
}
