package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import dev.lucenesemantic.model.OptimumExport;
import dev.lucenesemantic.model.Safetensors;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in a user's words what went wrong between this cache and the hub, and what to do. */
final class HubFailure {
  private final HubId id;
  private final HubSettings settings;
  private final URI page;

  HubFailure(HubId id, HubSettings settings) {
    this.id = id;
    this.settings = settings;
    this.page = id.page(settings.endpoint());
  }

  /** The cache is not enough, and nobody may be asked. */
  HubException offline(CachedModel cached) {
    return new HubException(
        id.toString(),
        "is not complete in the cache, and no connection is tried (HF_HUB_OFFLINE, or offline in"
            + " the settings); "
            + gap(cached)
            + ". Load it once with a connection, or bring a cache that has it",
        null,
        isNotInCache());
  }

  private static String gap(CachedModel cached) {
    return "missing: " + String.join(", ", cached.missing()) + "; looked in " + cached.looked();
  }

  /** The hub did not give what was asked for. */
  HubException of(IOException failure, CachedModel cached) {
    if (failure instanceof HttpStatusException status) {
      boolean isUnknown =
          (status.status() == 401 || status.status() == 404)
              && status.code().equals("RepoNotFound");
      return new HubException(id.toString(), refusal(status), failure, isUnknown && isNotInCache());
    }
    if (failure instanceof LocalFileException || failure instanceof FileSystemException) {
      return new HubException(
          settings.cache().toString(),
          "the cache cannot be written: "
              + failure.getMessage()
              + " ("
              + failure
              + "); make room,"
              + " or choose another folder (HF_HOME, HF_HUB_CACHE, or the settings)",
          failure);
    }
    return new HubException(
        id.toString(),
        "cannot be fetched from "
            + settings.endpoint()
            + " ("
            + (failure instanceof ConnectException ? "no connection can be made: " : "")
            + failure
            + "), and the cache is not enough; "
            + gap(cached)
            + ". Check the connection, and the proxy that the JVM was given (https.proxyHost). What"
            + " has arrived is kept, and the next attempt goes on from there",
        failure,
        isNotInCache());
  }

  private boolean isNotInCache() {
    return !Files.exists(settings.cache().resolve(id.folderName()));
  }

  private String refusal(HttpStatusException failure) {
    String said = "(" + failure.getMessage() + ")";
    boolean hasToken = settings.token().isPresent();
    if (failure.code().equals("RevisionNotFound")) {
      return "the hub has the model, but not this revision; "
          + page
          + "/tree/main shows those that"
          + " there are "
          + said;
    }
    if (failure.code().equals("EntryNotFound") || (failure.status() == 404 && failure.ofFile())) {
      return "a file of it is gone from the hub, which lists it; it may have been replaced just now:"
          + " try again, or see "
          + page
          + "/tree/"
          + id.revision()
          + " "
          + said;
    }
    if (failure.code().equals("GatedRepo")) {
      return "is gated: visit "
          + page
          + " and ask for access there; then "
          + (hasToken
              ? "check that the token that was sent belongs to the same account and may read it "
              : "give that account's token (HF_TOKEN, or the settings) ")
          + said;
    }
    if (failure.status() == 401 && hasToken && failure.code().isEmpty()) {
      return "the hub does not accept the token that was sent; check HF_TOKEN and the token file,"
          + " and whether "
          + page
          + " can be read with it "
          + said;
    }
    if (failure.status() == 401 || failure.status() == 404) {
      return "there is no such model on the hub, or it is private; look for it at "
          + page
          + (hasToken ? " " : ", and give a token (HF_TOKEN, or the settings) if it is private ")
          + said;
    }
    if (failure.status() == 403) {
      return "the hub refuses to give it; see "
          + page
          + (hasToken
              ? ", and whether the token that was sent may read it "
              : ", and give a token (HF_TOKEN, or the settings) if one may read it ")
          + said;
    }
    if (failure.status() == 410 || failure.status() == 451) {
      return "the hub does not give it any more"
          + (failure.status() == 451 ? ", for legal reasons" : "")
          + "; see "
          + page
          + " "
          + said;
    }
    if (failure.status() / 100 == 2) {
      return "the answer is not the whole file that was asked for; check the endpoint (HF_ENDPOINT)"
          + " and whether there is a proxy in between "
          + said;
    }
    if (failure.status() == 407) {
      return "the proxy asks for a name and a password, which are not sent " + said;
    }
    if (!failure.passes()) {
      return "the hub does not give it; check the endpoint (HF_ENDPOINT) and whether there is a"
          + " proxy in between, or see "
          + page
          + " "
          + said;
    }
    Optional<Duration> wait = failure.requestedWait();
    return "the hub cannot give it now; try again "
        + wait.map(time -> "in " + words(time)).orElse("later")
        + ", or see "
        + page
        + " "
        + said;
  }

  /** A time as people say it, rounded up. */
  static String words(Duration time) {
    long seconds = time.plusMillis(999).toSeconds();
    if (seconds < 120) {
      return seconds == 1 ? "a second" : seconds + " seconds";
    }
    long minutes = (seconds + 59) / 60;
    long hours = (minutes + 59) / 60;
    if (minutes < 120) {
      return minutes + " minutes";
    }
    return hours < 48 ? hours + " hours" : (hours + 23) / 24 + " days";
  }

  /**
   * The weights of modules are there in Python's own format alone.
   *
   * @param folders the modules' folders, each with a slash at its end; empty for the top
   */
  HubException pickled(List<String> folders) {
    String files =
        folders.stream()
            .map(folder -> folder + "pytorch_model.bin")
            .collect(Collectors.joining(", "));
    String commands =
        folders.stream()
            .map(folder -> "FOLDER/" + folder)
            .map(
                folder ->
                    Safetensors.conversion(
                        folder + "pytorch_model.bin", folder + "model.safetensors"))
            .collect(Collectors.joining(", and "));
    return new HubException(
        id.toString(),
        "has the weights of "
            + files
            + " in Python's own format alone, which is not read here. Convert them once: hf"
            + " download "
            + id.repository()
            + " --local-dir FOLDER, and "
            + commands
            + ". Then load FOLDER");
  }

  /**
   * The repository has nothing that could be run.
   *
   * @param module the folder of the network, with a slash at its end; empty for the top
   * @param config its {@code config.json}, if that is there
   */
  HubException withoutOnnx(ModelKind kind, String module, Optional<JsonElement> config) {
    String lacking = "has no ONNX file (see " + page + "/tree/" + id.revision() + ")";
    Optional<String> obstacle = config.flatMap(OptimumExport::obstacle);
    if (obstacle.isPresent()) {
      return new HubException(
          id.toString(), lacking + ", and none can be made of it here. " + obstacle.get());
    }
    // Python's own export is for a network at the top, and for texts.
    String inPython =
        module.isEmpty()
            ? ", with Python: "
                + kind.pythonClass()
                + "('"
                + id.repository()
                + "', backend='onnx').save_pretrained('FOLDER'); or with"
            : ", with";
    return new HubException(
        id.toString(),
        lacking
            + ", and none can be made here of its PyTorch weights: that takes model.safetensors"
            + " and a network of the BERT family. Make one once"
            + inPython
            + ": hf download "
            + id.repository()
            + " --local-dir FOLDER, and "
            + kind.export()
                .command(
                    "FOLDER"
                        + (module.isEmpty() ? "" : "/" + module.substring(0, module.length() - 1)),
                    "FOLDER/" + module + "onnx")
            + ". Then load FOLDER");
  }
}
