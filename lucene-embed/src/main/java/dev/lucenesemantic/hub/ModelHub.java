package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the id of a model on the Hugging Face hub to a folder on this disk. As with Python, the hub
 * is asked at which commit the revision is, and only what the cache lacks of it is fetched; if the
 * hub cannot be reached, what the cache has is used, with a warning. A commit that is given in full
 * and is in the cache needs no hub at all.
 */
public final class ModelHub {
  private static final Logger LOG = LoggerFactory.getLogger(ModelHub.class);

  private final HubSettings settings;
  private final HubCache cache;
  private final Retries.Pause pause;
  private final LongSupplier nanoClock;
  private final ToLongFunction<Path> freeSpace;

  /**
   * A model's folder, and which of the files in it are needed.
   *
   * @param folder the snapshot
   * @param needed paths in it
   */
  record Found(Path folder, Set<String> needed) {}

  ModelHub(
      HubSettings settings,
      Retries.Pause pause,
      LongSupplier nanoClock,
      ToLongFunction<Path> freeSpace) {
    this.settings = settings;
    this.cache = new HubCache(settings);
    this.pause = pause;
    this.nanoClock = nanoClock;
    this.freeSpace = freeSpace;
  }

  /**
   * Finds a model by a text that is either a folder or an id on the hub, with the settings of the
   * environment.
   *
   * @param idOrFolder a folder's path, which opens no connection; otherwise an id as in {@link
   *     HubId#parse}
   * @param kind what the model is
   * @param modelFile which ONNX file is wanted
   * @return an existing folder with all that is needed to load the model
   * @throws ModelException if there is neither such a folder nor such an id, or the model cannot be
   *     had; a {@link HubException} in the latter case
   */
  public static Path locate(String idOrFolder, ModelKind kind, OnnxChoice modelFile) {
    return locate(idOrFolder, kind, modelFile, HubSettings::fromEnvironment);
  }

  /**
   * Finds a model by a text that is either a folder or an id on the hub.
   *
   * @param idOrFolder a folder's path, which opens no connection; otherwise an id as in {@link
   *     HubId#parse}
   * @param kind what the model is
   * @param modelFile which ONNX file is wanted
   * @param settings where models are kept and how they are fetched
   * @return an existing folder with all that is needed to load the model
   * @throws ModelException if there is neither such a folder nor such an id, or the model cannot be
   *     had; a {@link HubException} in the latter case
   */
  public static Path locate(
      String idOrFolder, ModelKind kind, OnnxChoice modelFile, HubSettings settings) {
    Objects.requireNonNull(settings, "settings");
    return locate(idOrFolder, kind, modelFile, () -> settings);
  }

  private static Path locate(
      String idOrFolder, ModelKind kind, OnnxChoice modelFile, Supplier<HubSettings> settings) {
    if (idOrFolder.isBlank()) {
      throw new ModelException("(empty)", "give a model's folder or its id on the hub");
    }
    Optional<Path> path = existing(idOrFolder);
    if (path.isPresent()) {
      return path.get();
    }
    HubId id = HubId.parse(idOrFolder, kind);
    return new ModelHub(settings.get(), Thread::sleep, System::nanoTime, ModelHub::usableSpace)
        .folder(id, kind, modelFile);
  }

  private static Optional<Path> existing(String text) {
    try {
      return Optional.of(Path.of(text)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static long usableSpace(Path folder) {
    Path existing = folder;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      return existing == null ? Long.MAX_VALUE : Files.getFileStore(existing).getUsableSpace();
    } catch (IOException e) {
      LOG.debug("The free space of {} cannot be found out", existing, e);
      return Long.MAX_VALUE;
    }
  }

  // ---- one model --------------------------------------------------------------------------------

  /** The folder of a model, fetched if need be, and checked if there is a lock file. */
  Path folder(HubId id, ModelKind kind, OnnxChoice modelFile) {
    try {
      if (settings.lock().isEmpty()) {
        return find(id, kind, modelFile).folder();
      }
      ModelLock lock = settings.lock().get();
      return switch (lock.mode()) {
        case ENFORCE -> enforce(lock.file(), id, kind, modelFile);
        case WRITE -> write(lock.file(), id, kind, modelFile);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(
          id.toString(),
          "was not fetched, because the thread was interrupted; what has arrived is kept",
          e);
    }
  }

  private Path enforce(Path file, HubId id, ModelKind kind, OnnxChoice modelFile)
      throws InterruptedException {
    LockFile lock = LockFile.read(file);
    Found found = find(id.at(lock.commit(id)), kind, modelFile);
    lock.check(id, found.folder(), found.needed());
    return found.folder();
  }

  private Path write(Path file, HubId id, ModelKind kind, OnnxChoice modelFile)
      throws InterruptedException {
    Found found = find(id, kind, modelFile);
    // Two processes that write it take turns, as neither must lose what the other has put in.
    Path turn = cache.root().resolve(".locks").resolve("models.lock");
    try {
      ProcessLock.holding(
          turn,
          () -> {
            String commit = found.folder().getFileName().toString();
            LockFile.update(file, id, commit, found.folder(), found.needed());
            return commit;
          });
    } catch (IOException e) {
      throw new HubException(file.toString(), "cannot be written: " + e, e);
    }
    return found.folder();
  }

  private Found find(HubId id, ModelKind kind, OnnxChoice modelFile) throws InterruptedException {
    CachedModel cached = CachedModel.find(cache, id, kind, modelFile, false);
    boolean unasked = id.isPinned() || settings.cacheFirst() || settings.offline();
    if (cached.isComplete() && unasked) {
      return cached.found();
    }
    // Without the hub nobody knows whether it has an ONNX file; one that is made here will do.
    CachedModel atHand =
        cached.isComplete() ? cached : CachedModel.find(cache, id, kind, modelFile, true);
    HubFailure failure = new HubFailure(id, settings);
    if (settings.offline()) {
      if (atHand.isComplete()) {
        return atHand.found();
      }
      throw failure.offline(atHand);
    }
    try (HubClient client = new HubClient(settings, pause, nanoClock)) {
      Optional<JsonElement> answer = ask(client, id, cached, atHand, failure);
      if (answer.isEmpty()) {
        return atHand.found();
      }
      RepositoryListing listing =
          RepositoryListing.parse(answer.get(), client.listing(id).toString());
      if (id.isPinned() && !listing.commit().equals(id.revision())) {
        throw new HubException(
            id.toString(), "was asked for, and the hub gave the commit " + listing.commit());
      }
      return new ModelFetch(client, cache, settings, id, kind, listing, freeSpace).fetch(modelFile);
    } catch (IOException e) {
      throw failure.of(e, atHand);
    }
  }

  /** The hub's listing; empty if it cannot be had and the cache will do. */
  private static Optional<JsonElement> ask(
      HubClient client, HubId id, CachedModel cached, CachedModel atHand, HubFailure failure)
      throws InterruptedException {
    try {
      // With the model in the cache nobody has to wait for a hub that is down.
      int retries = cached.isComplete() ? 0 : Retries.DEFAULT;
      return Optional.of(client.json(client.listing(id), retries));
    } catch (IOException | HubException e) {
      boolean noSuchRevision =
          e instanceof HttpStatusException status && status.code().equals("RevisionNotFound");
      if (!atHand.isComplete() || noSuchRevision) {
        throw e instanceof IOException io ? failure.of(io, atHand) : (HubException) e;
      }
      LOG.warn(
          "The hub was not asked for a newer {} ({}); using {}",
          id,
          e.getMessage() == null ? e : e.getMessage(),
          atHand.looked());
      return Optional.empty();
    }
  }
}
