package dev.lucenesemantic.model;

import java.util.Objects;

/**
 * A model cannot be loaded as it is: a file is missing, damaged or foreign, or it asks for
 * something that would change its vectors and is not supported. The message names the file and says
 * what to do.
 */
public class ModelException extends RuntimeException {
  /** The file, folder or resource at fault. */
  private final String location;

  /**
   * Without a cause.
   *
   * @param location the file, folder or resource at fault
   * @param problem what is wrong and what to do about it
   */
  public ModelException(String location, String problem) {
    this(location, problem, null);
  }

  /**
   * With a cause.
   *
   * @param location the file, folder or resource at fault
   * @param problem what is wrong and what to do about it
   * @param cause what was thrown underneath; may be null
   */
  public ModelException(String location, String problem, Throwable cause) {
    super(Objects.requireNonNull(location, "location") + ": " + problem, cause);
    this.location = location;
  }

  /**
   * The file, folder or resource at fault.
   *
   * @return a path or the name of a resource
   */
  public final String location() {
    return location;
  }
}
