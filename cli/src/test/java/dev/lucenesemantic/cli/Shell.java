package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.hub.HubSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Runs commands as a shell does, with streams, an environment, a cache and a clock of its own. */
final class Shell {
  private byte[] in = {};
  private boolean watched;
  private final Map<String, String> environment = new HashMap<>();
  private Supplier<HubSettings> hub;

  /** What a command left behind. */
  record Result(int exitCode, String out, String err) {
    JsonObject json() {
      return JsonParser.parseString(out).getAsJsonObject();
    }

    List<String> lines() {
      return out.lines().toList();
    }

    /** It ended well. */
    Result fine() {
      assertEquals(0, exitCode, out + err);
      return this;
    }

    /** It failed, in so many words, with no result and no stack trace. */
    Result fails(int code, String... words) {
      assertEquals(code, exitCode, out + err);
      assertEquals("", out);
      says(words);
      assertFalse(err.contains("\tat "), err);
      return this;
    }

    Result says(String... words) {
      for (String word : words) {
        assertTrue(err.contains(word), () -> "'" + word + "' in: " + err);
      }
      return this;
    }

    Result shows(String... words) {
      for (String word : words) {
        assertTrue(out.contains(word), () -> "'" + word + "' in: " + out);
      }
      return this;
    }
  }

  /** A shell with a cache that need not exist and no connection. */
  static Shell offline(Path cache) {
    Shell shell = new Shell();
    shell.hub = () -> settings(cache, URI.create("https://hub.invalid"), true);
    return shell;
  }

  /** A shell that fetches from an address. */
  static Shell online(Path cache, URI endpoint) {
    Shell shell = new Shell();
    shell.hub = () -> settings(cache, endpoint, false);
    return shell;
  }

  private static HubSettings settings(Path cache, URI endpoint, boolean offline) {
    return new HubSettings(
        cache,
        endpoint,
        Optional.empty(),
        offline,
        false,
        true,
        1 << 30,
        Duration.ofSeconds(20),
        Optional.empty(),
        progress -> {});
  }

  Shell hub(Supplier<HubSettings> settings) {
    hub = settings;
    return this;
  }

  /** It fetches so many bytes for a model at the most. */
  Shell atMost(long bytes) {
    Supplier<HubSettings> before = hub;
    return hub(() -> before.get().withMaximumBytes(bytes));
  }

  Shell input(String text) {
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  Shell input(byte[] bytes) {
    in = bytes;
    return this;
  }

  Shell set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Shell watched() {
    watched = true;
    return this;
  }

  Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    // Half a second passes between two looks at it.
    AtomicLong clock = new AtomicLong();
    int exitCode;
    try (PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8)) {
      exitCode =
          CommandLines.of(
                  new Surroundings(
                      outStream,
                      errStream,
                      new ByteArrayInputStream(in),
                      false,
                      watched,
                      environment,
                      hub,
                      () -> clock.addAndGet(500_000_000)))
              .execute(arguments);
    }
    return new Result(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
