package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings a model of the hub onto this disk. */
@Command(
    name = "fetch",
    description = {
      "Fetch a model from the Hugging Face hub into the cache that Python uses too, or find it"
          + " there, and print its folder.",
      "Only what is needed to load it is fetched; every file's hash is checked on the way. HF_HOME,"
          + " HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT and HF_HUB_OFFLINE count."
    })
final class FetchCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private CommonOptions common;
  @Mixin private ModelArguments model;

  @Option(
      names = "--revision",
      paramLabel = "REVISION",
      description = "A branch, a tag or a commit; the same as MODEL@REVISION.")
  private String revision;

  @Option(
      names = "--max-gb",
      paramLabel = "N",
      description = "Fetch up to so many gigabytes for the model; 21 if not given.")
  private Integer maximumGigabytes;

  @ArgGroup(exclusive = false)
  private Lock lock;

  /** A lock file and what to do with it. */
  private static final class Lock {
    @Option(
        names = "--lock",
        paramLabel = "FILE",
        required = true,
        description = "A lock file, with --write or --enforce.")
    private Path file;

    @ArgGroup(multiplicity = "1")
    private Mode mode;
  }

  /** Exactly one of them. */
  private static final class Mode {
    @Option(names = "--write", description = "Write the model's commit and hashes into it.")
    @SuppressWarnings("UnusedVariable") // What is not the one is the other.
    private boolean write;

    @Option(names = "--enforce", description = "Take what it says, and nothing else.")
    private boolean enforce;
  }

  FetchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (revision != null) {
      if (model.model.indexOf('@') >= 0) {
        throw new Refusal(
            ExitCode.WRONG_USE, model.model + " has a revision, and so has --revision; give one");
      }
      model.model += "@" + revision;
    }
    HubSettings settings = surroundings.hub().get();
    if (maximumGigabytes != null) {
      if (maximumGigabytes < 1) {
        throw new Refusal(
            ExitCode.WRONG_USE, "--max-gb must be at least 1 and is " + maximumGigabytes);
      }
      settings = settings.withMaximumBytes(maximumGigabytes * 1_000_000_000L);
    }
    if (lock != null) {
      if (lock.mode.enforce) {
        Texts.requireFile(lock.file);
      }
      settings =
          settings.withLock(
              lock.mode.enforce ? ModelLock.enforce(lock.file) : ModelLock.write(lock.file));
    }
    FetchProgress progress = new FetchProgress(surroundings.err(), surroundings.isWatched());
    ModelReference reference;
    try (progress) {
      reference = new ModelFinder(settings.withProgress(progress)).find(model);
    }
    print(reference, progress.bytes());
    return ExitCode.FINE;
  }

  private void print(ModelReference reference, long fetched) {
    if (!(reference instanceof ModelReference.InFolder folder)) {
      throw new Refusal(
          ExitCode.WRONG_USE,
          reference.asked() + " comes in a jar: there is nothing to fetch, it is used by its name");
    }
    if (folder.id().isEmpty()) {
      surroundings.err().println(folder.folder() + " is a folder: there is nothing to fetch.");
    }
    if (!common.json) {
      surroundings.out().println(folder.folder());
      return;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", folder.id().map(id -> id.repository()).orElse(folder.asked()));
    result.put("revision", folder.id().map(id -> id.revision()).orElse(null));
    result.put(
        "commit", folder.id().map(id -> folder.folder().getFileName().toString()).orElse(null));
    result.put("kind", Kinds.name(folder.kind()));
    result.put("folder", folder.folder().toString());
    result.put("fetched_bytes", fetched);
    List<Map<String, Object>> files = new ArrayList<>();
    FolderListing.of(folder.folder())
        .forEach(
            (path, size) -> {
              Map<String, Object> file = new LinkedHashMap<>();
              file.put("path", path);
              file.put("bytes", size);
              files.add(file);
            });
    result.put("files", files);
    Json.print(surroundings.out(), result);
  }
}
