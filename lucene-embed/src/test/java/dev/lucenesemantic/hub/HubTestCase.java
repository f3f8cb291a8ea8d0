package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A hub on the loopback with a small model, an empty cache, and pauses that take no time. */
abstract class HubTestCase {
  /** What is needed of the small model; the network is the last. */
  static final List<String> NEEDED =
      List.of(
          "1_Pooling/config.json",
          "config.json",
          "modules.json",
          "onnx/model.onnx",
          "tokenizer.json");

  static final HubId ID = new HubId(FakeHub.REPOSITORY, "main");

  @TempDir Path temp;
  FakeHub hub;
  Path cache;
  final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() {
    hub = new FakeHub().putSmallModel();
    cache = temp.resolve("hub");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  HubSettings settings() {
    HubSettings settings =
        new HubEnvironment(Map.of("HF_HUB_CACHE", cache.toString()), temp).settings();
    return withTimeout(settings.withEndpoint(hub.endpoint()), Duration.ofSeconds(20));
  }

  static HubSettings withTimeout(HubSettings from, Duration timeout) {
    return new HubSettings(
        from.cache(),
        from.endpoint(),
        from.token(),
        from.offline(),
        from.cacheFirst(),
        from.symbolicLinks(),
        from.maximumBytes(),
        timeout,
        from.lock(),
        from.progress());
  }

  ModelHub with(HubSettings settings) {
    return new ModelHub(settings, pauses::add, System::nanoTime, folder -> Long.MAX_VALUE);
  }

  Path fetch(HubSettings settings) {
    return fetch(settings, ID);
  }

  Path fetch(HubSettings settings, HubId id) {
    return with(settings).folder(id, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Usual());
  }

  HubException fails(HubSettings settings, String... parts) {
    HubException e = assertThrows(HubException.class, () -> fetch(settings));
    assertContains(e.getMessage(), parts);
    return e;
  }

  static void assertContains(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' in: " + message);
    }
  }

  // ---- what is on the disk ----------------------------------------------------------------------

  Path repository() {
    return cache.resolve("models--someone--some-model");
  }

  Path snapshot() {
    return repository().resolve("snapshots").resolve(FakeHub.COMMIT);
  }

  Path blob(String path) {
    return repository().resolve("blobs").resolve(FakeHub.hash(path, hub.content(path)));
  }

  Path incomplete(String path) {
    return blob(path).resolveSibling(blob(path).getFileName() + ".jvm.incomplete");
  }

  /** All files, links included, of a folder that need not be there. */
  static Set<String> files(Path folder) {
    Set<String> files = new TreeSet<>();
    if (!Files.exists(folder)) {
      return files;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .forEach(path -> files.add(folder.relativize(path).toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return files;
  }

  /** The model is there, whole, under the names that Python gives it, and nothing else is. */
  void assertComplete(Path folder) throws IOException {
    assertEquals(snapshot(), folder);
    assertEquals(new TreeSet<>(NEEDED), files(folder));
    Set<String> blobs = new TreeSet<>();
    for (String path : NEEDED) {
      assertEquals(-1, Files.mismatch(folder.resolve(path), expected(path)), path);
      blobs.add(blob(path).getFileName().toString());
    }
    assertEquals(blobs, files(repository().resolve("blobs")));
    assertEquals(FakeHub.COMMIT, Files.readString(repository().resolve("refs/main")));
  }

  private Path expected(String path) throws IOException {
    return Files.write(temp.resolve("expected"), hub.content(path));
  }

  /**
   * No file of the model can be found under any name that says it is one: there is no snapshot, no
   * ref, and every blob is what its name says.
   */
  void assertNothingHalf() throws IOException {
    assertEquals(Set.of(), files(repository().resolve("snapshots")));
    assertEquals(Set.of(), files(repository().resolve("refs")));
    for (String name : files(repository().resolve("blobs"))) {
      if (!name.endsWith(".incomplete")) {
        assertEquals(name, new BlobHash(name).of(repository().resolve("blobs").resolve(name)));
      }
    }
  }
}
