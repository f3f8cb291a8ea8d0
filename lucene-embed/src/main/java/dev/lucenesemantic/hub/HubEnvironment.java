package dev.lucenesemantic.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the environment's variables as {@code constants.py} of Python's {@code huggingface_hub} 1.x
 * does, and {@code SENTENCE_TRANSFORMERS_HOME} as sentence-transformers. An empty variable counts
 * as none.
 *
 * @param variables the environment
 * @param home the user's folder
 */
record HubEnvironment(Map<String, String> variables, Path home) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{([^}]*)\\}|(\\w+))");
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;

  HubSettings settings() {
    try {
      return new HubSettings(
          cache(),
          endpoint(),
          token(),
          offline(),
          false,
          !isTrue("HF_HUB_DISABLE_SYMLINKS"),
          HubSettings.DEFAULT_MAXIMUM_BYTES,
          timeout(),
          Optional.empty(),
          progress -> {});
    } catch (IllegalArgumentException e) {
      throw new HubException("environment", e.getMessage(), e);
    }
  }

  private Path cache() {
    return variable("SENTENCE_TRANSFORMERS_HOME")
        .map(value -> path("SENTENCE_TRANSFORMERS_HOME", value))
        .or(() -> variable("HF_HUB_CACHE").map(value -> path("HF_HUB_CACHE", value)))
        .or(
            () ->
                variable("HUGGINGFACE_HUB_CACHE")
                    .map(value -> path("HUGGINGFACE_HUB_CACHE", value)))
        .orElseGet(() -> hubHome().resolve("hub"));
  }

  private Path hubHome() {
    return variable("HF_HOME")
        .map(value -> path("HF_HOME", value))
        .orElseGet(
            () ->
                variable("XDG_CACHE_HOME")
                    .map(value -> path("XDG_CACHE_HOME", value))
                    .orElseGet(() -> home.resolve(".cache"))
                    .resolve("huggingface"));
  }

  private URI endpoint() {
    String value = variable("HF_ENDPOINT").orElse(DEFAULT_ENDPOINT);
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      throw new HubException("HF_ENDPOINT", "is not a web address: " + e.getMessage(), e);
    }
  }

  private Optional<String> token() {
    if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    return variable("HF_TOKEN")
        .or(() -> variable("HUGGING_FACE_HUB_TOKEN"))
        .or(this::tokenFile)
        .map(token -> token.replace("\r", "").replace("\n", "").strip())
        .filter(token -> !token.isEmpty());
  }

  private Optional<String> tokenFile() {
    Path file =
        variable("HF_TOKEN_PATH")
            .map(value -> path("HF_TOKEN_PATH", value))
            .orElseGet(() -> hubHome().resolve("token"));
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new HubException(file.toString(), "the token cannot be read: " + e, e);
    }
  }

  /** The second variable counts only where the first is not set, even to false. */
  private boolean offline() {
    return isTrue(
        variable("HF_HUB_OFFLINE").isPresent() ? "HF_HUB_OFFLINE" : "TRANSFORMERS_OFFLINE");
  }

  private Duration timeout() {
    Optional<String> value = variable("HF_HUB_DOWNLOAD_TIMEOUT");
    try {
      int seconds = value.map(Integer::parseInt).orElse(DEFAULT_TIMEOUT_SECONDS);
      return Duration.ofSeconds(seconds == 0 ? DEFAULT_TIMEOUT_SECONDS : seconds);
    } catch (NumberFormatException e) {
      throw new HubException(
          "HF_HUB_DOWNLOAD_TIMEOUT", "must be a number of seconds and is " + value.get(), e);
    }
  }

  private boolean isTrue(String name) {
    return variable(name)
        .filter(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
        .isPresent();
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** A path as Python expands it: a tilde at its beginning, and variables anywhere. */
  private Path path(String name, String value) {
    String expanded = value;
    if (value.equals("~") || value.startsWith("~/") || value.startsWith("~\\")) {
      expanded = home + value.substring(1);
    }
    expanded =
        VARIABLE
            .matcher(expanded)
            .replaceAll(
                match -> {
                  String key = match.group(1) == null ? match.group(2) : match.group(1);
                  return Matcher.quoteReplacement(variables.getOrDefault(key, match.group()));
                });
    try {
      return Path.of(expanded);
    } catch (InvalidPathException e) {
      throw new HubException(name, "is not a path: " + e.getMessage(), e);
    }
  }
}
