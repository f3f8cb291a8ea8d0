package dev.lucenesemantic.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * A model's {@link Fingerprint}, computed by a thread of its own while the model is loaded, so that
 * loading need not wait for it. It is started before the first file is opened and told when all are
 * loaded: what changes on the disk between is an error, and no fingerprint of something else.
 */
public final class PendingFingerprint implements AutoCloseable {

  /** Gives a fingerprint, made of the hashes of files. */
  private interface Computation {
    String run(Function<ModelFile, String> hash);
  }

  private final Map<Path, FileStamp> stamps;
  private final CompletableFuture<String> value;

  private PendingFingerprint(Computation fingerprint) {
    this.stamps = stamps(files(fingerprint));
    this.value = compute(fingerprint);
  }

  private static Set<ModelFile> files(Computation fingerprint) {
    Set<ModelFile> files = new HashSet<>();
    String unused =
        fingerprint.run(
            file -> {
              files.add(file);
              return "";
            });
    return files;
  }

  private CompletableFuture<String> compute(Computation fingerprint) {
    return CompletableFuture.supplyAsync(
        () -> {
          String whole = fingerprint.run(Fingerprint::hash);
          checkUnchanged();
          return whole;
        },
        work -> {
          Thread thread = new Thread(work, "model-fingerprint");
          thread.setDaemon(true);
          thread.start();
        });
  }

  /**
   * Starts with the fingerprint of a bi-encoder.
   *
   * @param source the model, of which nothing is loaded yet
   * @return its fingerprint, to be closed by the caller
   * @throws ModelException if a file is not there
   */
  public static PendingFingerprint of(ModelSource source) {
    return new PendingFingerprint(hash -> Fingerprint.of(source, hash));
  }

  /**
   * Starts with the fingerprint of a cross-encoder.
   *
   * @param source the model, of which nothing is loaded yet
   * @return its fingerprint, to be closed by the caller
   * @throws ModelException if a file is not there
   */
  public static PendingFingerprint of(CrossEncoderSource source) {
    return new PendingFingerprint(hash -> Fingerprint.of(source, hash));
  }

  private static Map<Path, FileStamp> stamps(Set<ModelFile> files) {
    Map<Path, FileStamp> stamps = new LinkedHashMap<>();
    for (ModelFile file : files) {
      if (file instanceof ModelFile.OnDisk onDisk) {
        stamps.put(onDisk.path(), stamp(onDisk.path()));
      }
    }
    return stamps;
  }

  private static FileStamp stamp(Path file) {
    try {
      return FileStamp.of(file);
    } catch (IOException e) {
      throw new ModelException(file.toString(), "cannot be read: " + e, e);
    }
  }

  /**
   * Checks that what was loaded is what the fingerprint is of.
   *
   * @throws ModelException if a file was changed since loading began
   */
  public void checkUnchanged() {
    stamps.forEach(
        (file, stamp) -> {
          if (!stamp(file).hasContentOf(stamp)) {
            throw new ModelException(
                file.toString(), "was changed while the model was loaded; load it again");
          }
        });
  }

  /**
   * The fingerprint, waited for if need be.
   *
   * @return 32 hexadecimal digits
   * @throws ModelException if a file could not be read, or was changed before it was read to its
   *     end
   */
  public String get() {
    try {
      return value.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ModelException failure) {
        throw new ModelException(failure.location(), "no fingerprint: " + failure.getMessage(), e);
      }
      throw e;
    }
  }

  /** Waits until no file is read any more. */
  @Override
  public void close() {
    value.handle((fingerprint, failure) -> true).join();
  }

  /**
   * The fingerprint for a log.
   *
   * @return its digits, or that there is none
   */
  @Override
  public String toString() {
    close();
    return value.isCompletedExceptionally() ? "no fingerprint" : value.join();
  }
}
