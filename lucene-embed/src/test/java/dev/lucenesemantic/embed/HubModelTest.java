package dev.lucenesemantic.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.hub.FakeHub;
import dev.lucenesemantic.hub.HubException;
import dev.lucenesemantic.hub.HubProgress;
import dev.lucenesemantic.hub.HubSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is given by its id is the one in the repository. */
class HubModelTest {
  private static final String TEXT = "a model from afar";

  @TempDir private Path temp;
  private Path folder;
  private FakeHub hub;

  @BeforeEach
  void start() {
    folder = ModelFolder.variant("saved-by-version-6", temp.resolve("model"));
    hub = new FakeHub().putFolder(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubSettings settings() {
    return HubSettings.fromEnvironment()
        .withEndpoint(hub.endpoint())
        .withCache(temp.resolve("hub"))
        .withOffline(false);
  }

  private SentenceTransformer load(String name, HubSettings settings) {
    return SentenceTransformer.load(name, EncoderOptions.defaults(), settings);
  }

  @Test
  void itGivesTheSameVectorsAsItsFolder() {
    List<HubProgress> seen = new CopyOnWriteArrayList<>();
    try (SentenceTransformer local = SentenceTransformer.load(folder);
        SentenceTransformer fetched =
            load(FakeHub.REPOSITORY + "@main", settings().withProgress(seen::add))) {
      assertArrayEquals(local.encode(TEXT), fetched.encode(TEXT));
      assertEquals(local.fingerprint(), fetched.fingerprint());
      assertEquals(FakeHub.REPOSITORY, fetched.modelName());
    }
    assertTrue(seen.stream().anyMatch(progress -> progress.file().equals("onnx/model.onnx")));
    int asked = hub.requests().size();
    try (SentenceTransformer offline = load(FakeHub.REPOSITORY, settings().withOffline(true))) {
      assertEquals(FakeHub.REPOSITORY, offline.modelName());
    }
    assertEquals(asked, hub.requests().size());
  }

  @Test
  void aFolderIsNotLookedForOnTheHub() {
    load(folder.toString(), settings()).close();
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void aShortNameGetsTheOrganisationOfSentenceTransformers() {
    HubException e =
        assertThrows(HubException.class, () -> load("no-such-model", settings().withOffline(true)));
    assertTrue(e.getMessage().startsWith("sentence-transformers/no-such-model@main"));
  }
}
