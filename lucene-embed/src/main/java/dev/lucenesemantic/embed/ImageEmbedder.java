package dev.lucenesemantic.embed;

import dev.lucenesemantic.image.ImageSource;
import java.util.List;

/**
 * Turns images as well as texts into vectors, so that an image is near to a text that says what is
 * on it: {@link #embedQuery} finds what {@link #embedImages} has made. The dimension and the
 * fingerprint are the same for both.
 */
public interface ImageEmbedder extends TextEmbedder {

  /**
   * Whether there are images for this embedder at all. One that is made for several kinds of models
   * may have been given one that knows only texts.
   *
   * @return true if {@link #embedImages} can be called
   */
  boolean embedsImages();

  /**
   * Encodes images. An image has the same vector alone, in any list and from any thread.
   *
   * @param images the images; neither the list nor an image is null
   * @return a new list of new arrays of {@link #dimension()} components, in the order of {@code
   *     images}
   * @throws dev.lucenesemantic.image.InvalidImageException if one of them is no image, damaged, too
   *     large or of a kind that is not supported
   * @throws UnsupportedOperationException if the embedder has texts only
   */
  List<float[]> embedImages(List<ImageSource> images);
}
