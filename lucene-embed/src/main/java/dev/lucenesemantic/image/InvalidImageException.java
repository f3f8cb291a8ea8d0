package dev.lucenesemantic.image;

/** What was given as an image is none, is damaged, or is of a kind that is not supported. */
public final class InvalidImageException extends IllegalArgumentException {

  /**
   * For an image.
   *
   * @param image what the image is called, as {@link ImageSource#description} says
   * @param problem what is wrong, and what to do
   */
  public InvalidImageException(String image, String problem) {
    super(image + ": " + problem);
  }

  /**
   * For an image.
   *
   * @param image what the image is called, as {@link ImageSource#description} says
   * @param problem what is wrong, and what to do
   * @param cause what found it out
   */
  public InvalidImageException(String image, String problem, Throwable cause) {
    super(image + ": " + problem, cause);
  }
}
