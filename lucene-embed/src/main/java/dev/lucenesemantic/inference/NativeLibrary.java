package dev.lucenesemantic.inference;

import dev.lucenesemantic.model.ModelException;

/** Says that a library outside of the Java heap does not run on this machine. */
final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * The error for a model that needs the library.
   *
   * @param location the model's file
   * @param library what to call the library
   * @param cause the {@link LinkageError} that was thrown
   */
  static ModelException missing(String location, String library, LinkageError cause) {
    return new ModelException(
        location,
        "cannot be loaded, because the native library of "
            + library
            + " does not run on this system ("
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + "): "
            + cause,
        cause);
  }
}
