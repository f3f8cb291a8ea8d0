package dev.lucenesemantic.cli;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.model.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where models of the hub come from and are kept. */
final class HubFindings {
  /** Variables that count, or that people expect to. */
  private static final List<String> VARIABLES =
      List.of(
          "SENTENCE_TRANSFORMERS_HOME",
          "HF_HOME",
          "HF_HUB_CACHE",
          "HUGGINGFACE_HUB_CACHE",
          "XDG_CACHE_HOME",
          "HF_ENDPOINT",
          "HF_TOKEN_PATH",
          "HF_HUB_OFFLINE",
          "TRANSFORMERS_OFFLINE",
          "HF_HUB_DISABLE_SYMLINKS",
          "HF_HUB_DISABLE_IMPLICIT_TOKEN",
          "HF_HUB_DOWNLOAD_TIMEOUT");

  private static final List<String> TOKENS = List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
  private static final List<String> PROXIES = List.of("https_proxy", "http_proxy", "all_proxy");

  private HubFindings() {}

  static List<Finding> all(Supplier<HubSettings> hub, Map<String, String> environment) {
    List<Finding> findings = new ArrayList<>();
    try {
      HubSettings settings = hub.get();
      findings.add(cache(settings.cache()));
      findings.add(access(settings));
    } catch (ModelException | IllegalArgumentException e) {
      findings.add(Finding.fail("hub", e.getMessage(), "correct the variable, or unset it"));
    }
    findings.add(variables(environment));
    findings.add(proxy(environment, Optional.ofNullable(System.getProperty("https.proxyHost"))));
    return findings;
  }

  static Finding cache(Path cache) {
    Path existing = cache;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.warn(
          "model cache",
          cache + " cannot be written",
          "no model can be fetched: choose another folder with HF_HOME or HF_HUB_CACHE");
    }
    if (!existing.equals(cache)) {
      return Finding.ok(
          "model cache", cache + ", made when the first model is fetched" + free(existing));
    }
    try (Stream<Path> files = Files.walk(cache);
        Stream<Path> models = Files.list(cache)) {
      long bytes =
          files
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .mapToLong(HubFindings::size)
              .sum();
      long count =
          models.filter(model -> model.getFileName().toString().startsWith("models--")).count();
      return Finding.ok(
          "model cache",
          cache
              + ": "
              + Words.plural(count, "model")
              + ", "
              + Words.megabytes(bytes)
              + free(cache));
    } catch (IOException | UncheckedIOException e) {
      return Finding.warn("model cache", cache + " cannot be read: " + e, "check its permissions");
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      // Somebody is fetching at this moment.
      return 0;
    }
  }

  private static String free(Path folder) {
    try {
      return "; " + Words.megabytes(Files.getFileStore(folder).getUsableSpace()) + " free";
    } catch (IOException e) {
      return "";
    }
  }

  private static Finding access(HubSettings settings) {
    return Finding.ok(
        "hub",
        settings.offline()
            ? "offline: only models in the cache are used"
            : masked(settings.endpoint().toString())
                + ", not tried here; "
                + (settings.token().isPresent() ? "a token is sent" : "no token"));
  }

  static Finding variables(Map<String, String> environment) {
    Map<String, String> seen = new TreeMap<>();
    for (String name : VARIABLES) {
      value(environment, name).ifPresent(value -> seen.put(name, masked(value)));
    }
    for (String name : TOKENS) {
      value(environment, name).ifPresent(value -> seen.put(name, "(set, not shown)"));
    }
    List<String> shown = new ArrayList<>();
    seen.forEach((name, value) -> shown.add(name + "=" + Words.line(value)));
    return Finding.ok(
        "variables", shown.isEmpty() ? "none of the hub's is set" : String.join(", ", shown));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** An address without the name and the password in it. */
  private static String masked(String address) {
    return address.replaceAll("://[^/@]*@", "://...@");
  }

  static Finding proxy(Map<String, String> environment, Optional<String> javaProxy) {
    if (javaProxy.isPresent()) {
      return Finding.ok("proxy", javaProxy.get() + " (https.proxyHost)");
    }
    for (String name : PROXIES) {
      Optional<String> proxy =
          value(environment, name).or(() -> value(environment, name.toUpperCase(Locale.ROOT)));
      if (proxy.isPresent()) {
        return Finding.warn(
            "proxy",
            name + "=" + masked(proxy.get()) + " is set, and Java does not read it",
            "to fetch models, start Java with -Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT");
      }
    }
    return Finding.ok("proxy", "none");
  }
}
