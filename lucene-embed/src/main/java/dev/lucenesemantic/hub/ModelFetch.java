package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.ModuleTypes;
import dev.lucenesemantic.model.OnnxChoice;
import dev.lucenesemantic.model.OnnxGraph;
import dev.lucenesemantic.model.OnnxSelection;
import dev.lucenesemantic.model.convert.OnnxConverter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one commit of one model. The contents come first, several at once; only when all are
 * there do they get their names in the snapshot, the network last, and only then does the revision
 * point to the commit. What fails before leaves the model as it was.
 */
final class ModelFetch {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFetch.class);

  /** The hub serves one connection slower than the line is; many more would be impolite. */
  private static final int CONNECTIONS = 4;

  private final HubCache cache;
  private final HubSettings settings;
  private final HubId id;
  private final ModelKind kind;
  private final RepositoryListing listing;
  private final ToLongFunction<Path> freeSpace;
  private final ProgressCounter progress;
  private final BlobDownload download;
  private final Set<RepositoryFile> fetched = new HashSet<>();

  /** What was read of networks that have no ONNX file, by their folders. */
  private final Map<String, JsonElement> configs = new HashMap<>();

  ModelFetch(
      HubClient client,
      HubCache cache,
      HubSettings settings,
      HubId id,
      ModelKind kind,
      RepositoryListing listing,
      ToLongFunction<Path> freeSpace) {
    this.cache = cache;
    this.settings = settings;
    this.id = id;
    this.kind = kind;
    this.listing = listing;
    this.freeSpace = freeSpace;
    this.progress = new ProgressCounter(id.repository(), settings.progress());
    this.download = new BlobDownload(client, cache, id, listing.commit(), progress);
  }

  ModelHub.Found fetch(OnnxChoice modelFile) throws IOException, InterruptedException {
    Optional<JsonElement> modules = modules();
    NeededFiles listed =
        NeededFiles.of(
            listing.sizes(), modules, modelFile, id.page(settings.endpoint()).toString());
    refuseModules(modules, listed);
    NeededFiles needed = converting(listed);
    Set<String> networks = networks(needed, modelFile);
    Set<RepositoryFile> files = new LinkedHashSet<>(files(needed.all()));
    bring(files);
    for (String network : networks) {
      Set<RepositoryFile> data = new LinkedHashSet<>(externalData(needed, network));
      bring(data);
      files.addAll(data);
    }
    refuseNamesThatDifferInCaseOnly(files);
    place(files, networks);
    if (!listing.files().containsKey(NeededFiles.MODULES)) {
      cache.writeAbsence(id, listing.commit(), NeededFiles.MODULES);
    }
    needed
        .converted()
        .forEach(
            folder -> cache.writeAbsence(id, listing.commit(), NeededFiles.usualNetwork(folder)));
    cache.writeRef(id, listing.commit());
    Set<String> paths = new LinkedHashSet<>();
    files.forEach(file -> paths.add(file.path()));
    return new ModelHub.Found(cache.snapshot(id, listing.commit()), paths);
  }

  // ---- which files ------------------------------------------------------------------------------

  private Optional<JsonElement> modules() throws IOException, InterruptedException {
    RepositoryFile file = listing.files().get(NeededFiles.MODULES);
    if (file == null) {
      return Optional.empty();
    }
    bring(Set.of(file));
    return Optional.of(new ModelFile.OnDisk(content(file)).readJson());
  }

  /** A cross-encoder is its transformer, and has no use for modules. */
  private void refuseModules(Optional<JsonElement> modules, NeededFiles listed) {
    if (kind == ModelKind.CROSS_ENCODER) {
      return;
    }
    modules
        .flatMap(ModuleTypes::obstacle)
        .ifPresent(
            obstacle -> {
              throw new HubException(
                  id.toString(),
                  "is not fetched, as it cannot be run (" + NeededFiles.MODULES + "): " + obstacle);
            });
    Path snapshot = cache.snapshot(id, listing.commit());
    List<String> pickled =
        listed.pickledModules().stream()
            // Somebody has followed the advice right there.
            .filter(folder -> !Files.exists(snapshot.resolve(folder + "model.safetensors")))
            .toList();
    if (!pickled.isEmpty()) {
      throw new HubFailure(id, settings).pickled(pickled);
    }
  }

  /** Finds out of which transformers an ONNX file can be made. */
  private NeededFiles converting(NeededFiles needed) throws IOException, InterruptedException {
    Set<String> convertible = new LinkedHashSet<>();
    for (String folder : needed.withSafetensorsOnly()) {
      RepositoryFile file = listing.files().get(NeededFiles.architecture(folder));
      bring(Set.of(file));
      JsonElement config = new ModelFile.OnDisk(content(file)).readJson();
      configs.put(folder, config);
      Optional<String> obstacle = OnnxConverter.obstacle(config);
      if (obstacle.isPresent()) {
        LOG.debug("No ONNX file can be made of {}{}: {}", id, folder, obstacle.get());
      } else {
        convertible.add(folder);
      }
    }
    return needed.converting(convertible);
  }

  private Set<String> networks(NeededFiles needed, OnnxChoice modelFile) {
    Set<String> networks = new LinkedHashSet<>();
    for (String folder : needed.transformers()) {
      List<String> network = needed.network(folder);
      if (network.isEmpty()) {
        throw withoutNetwork(folder, needed.onnxFiles(folder), modelFile);
      }
      networks.addAll(network);
    }
    return networks;
  }

  private HubException withoutNetwork(String folder, List<String> there, OnnxChoice modelFile) {
    return there.isEmpty()
        ? new HubFailure(id, settings)
            .withoutOnnx(kind, folder, Optional.ofNullable(configs.get(folder)))
        : new HubException(
            id.toString(),
            (modelFile instanceof OnnxChoice.Named named
                    ? "has no model file '" + named.file() + "'"
                    : "has several ONNX files and none is called model.onnx")
                + "; choose one of "
                + String.join(", ", there));
  }

  private List<RepositoryFile> externalData(NeededFiles needed, String onnx) {
    List<String> candidates = needed.externalDataCandidates(onnx);
    if (candidates.isEmpty() || !onnx.endsWith(OnnxSelection.SUFFIX)) {
      return List.of();
    }
    OnnxGraph network = OnnxGraph.read(new ModelFile.OnDisk(content(listing.files().get(onnx))));
    return files(
        candidates.stream()
            .filter(path -> network.hasWeightsIn(path.substring(path.lastIndexOf('/') + 1)))
            .toList());
  }

  private List<RepositoryFile> files(Collection<String> paths) {
    return paths.stream().map(listing.files()::get).toList();
  }

  /** On some systems one of them would take the other's place. */
  private void refuseNamesThatDifferInCaseOnly(Set<RepositoryFile> files) {
    Map<String, String> lowered = new TreeMap<>();
    for (RepositoryFile file : files) {
      String other = lowered.put(file.path().toLowerCase(Locale.ROOT), file.path());
      if (other != null) {
        throw new HubException(
            id.toString(),
            "has " + other + " and " + file.path() + ", which are one file on some systems");
      }
    }
  }

  /** Where a content is that was brought. */
  private Path content(RepositoryFile file) {
    Path blob = cache.blob(id, file.hash());
    return Files.exists(blob) ? blob : cache.snapshot(id, listing.commit()).resolve(file.path());
  }

  // ---- their contents ---------------------------------------------------------------------------

  private void bring(Set<RepositoryFile> files) throws IOException, InterruptedException {
    List<RepositoryFile> absent = new ArrayList<>();
    long size = 0;
    long toCome = 0;
    for (RepositoryFile file : files) {
      if (!download.isThere(file)) {
        absent.add(file);
        size = Math.addExact(size, file.size());
        toCome += Math.max(0, file.size() - arrived(file));
      }
    }
    if (absent.isEmpty()) {
      return;
    }
    checkSize(size, toCome, absent);
    cache.prepare(id);
    LOG.info("Fetching {} files of {}, {} bytes, into {}", absent.size(), id, toCome, cache.root());
    absent.forEach(progress::expect);
    fetchAll(absent);
  }

  private long arrived(RepositoryFile file) {
    try {
      return Files.size(cache.incomplete(id, file.hash()));
    } catch (IOException e) {
      return 0;
    }
  }

  private void checkSize(long size, long toCome, List<RepositoryFile> files) {
    if (size > settings.maximumBytes()) {
      throw new HubException(
          id.toString(),
          "needs "
              + size
              + " bytes, and no more than "
              + settings.maximumBytes()
              + " may be fetched for one model; allow more with HubSettings.withMaximumBytes, if "
              + files.stream().map(RepositoryFile::path).toList()
              + " is what you want");
    }
    long free = freeSpace.applyAsLong(cache.root());
    if (toCome > free) {
      throw new HubException(
          id.toString(),
          "needs "
              + toCome
              + " bytes more, and there are only "
              + free
              + " free in "
              + cache.root()
              + "; make room, or choose another folder (HF_HOME, HF_HUB_CACHE, or the settings)");
    }
  }

  private void fetchAll(List<RepositoryFile> files) throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(CONNECTIONS, files.size()),
            work -> {
              Thread thread = new Thread(work, "hub-download");
              thread.setDaemon(true);
              return thread;
            });
    try {
      ExecutorCompletionService<Optional<RepositoryFile>> results =
          new ExecutorCompletionService<>(threads);
      for (RepositoryFile file : files) {
        results.submit(() -> download.fetch(file) ? Optional.of(file) : Optional.empty());
      }
      for (int i = 0; i < files.size(); i++) {
        results.take().get().ifPresent(fetched::add);
      }
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      // One that fails ends the others; they leave what they have for the next time.
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(cause);
    };
  }

  // ---- their names ------------------------------------------------------------------------------

  /** The networks come last: a snapshot that has them has everything. */
  private void place(Set<RepositoryFile> files, Set<String> networks)
      throws IOException, InterruptedException {
    List<RepositoryFile> ordered = new ArrayList<>(files);
    ordered.sort(Comparator.comparing(file -> networks.contains(file.path())));
    for (RepositoryFile file : ordered) {
      if (!cache.hasInSnapshot(id, listing.commit(), file)) {
        cache.prepare(id);
        download.place(file, fetched.contains(file));
      }
    }
  }
}
