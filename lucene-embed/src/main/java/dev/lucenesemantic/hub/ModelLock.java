package dev.lucenesemantic.hub;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A lock file, by convention {@code models.lock}: for every model its commit and, of every file
 * that is needed, the size and the SHA-256. Where it is enforced, a model is that commit, whatever
 * its branch has become, and a file that differs keeps it from being loaded.
 *
 * @param file where it is
 * @param mode whether it is obeyed or made
 */
public record ModelLock(Path file, Mode mode) {

  /** What is done with the file. */
  public enum Mode {
    /** A model must be in the file, and be what the file says. */
    ENFORCE,
    /** What is loaded is put into the file, in the place of what it said of the same model. */
    WRITE
  }

  /** Checks that nothing is null. */
  public ModelLock {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(mode, "mode");
  }

  /**
   * A file to be obeyed.
   *
   * @param file a file that {@link #write} has made
   * @return the lock
   */
  public static ModelLock enforce(Path file) {
    return new ModelLock(file, Mode.ENFORCE);
  }

  /**
   * A file to be made, or to be brought up to date.
   *
   * @param file need not exist
   * @return the lock
   */
  public static ModelLock write(Path file) {
    return new ModelLock(file, Mode.WRITE);
  }

  /**
   * The commit that a model is locked to.
   *
   * @param id the model
   * @return 40 hexadecimal digits
   * @throws HubException if the file does not name the model, or cannot be read
   */
  public String commit(HubId id) {
    return LockFile.read(file).commit(id);
  }
}
