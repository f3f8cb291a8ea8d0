package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is locked is what is loaded, byte for byte. */
class ModelLockTest extends HubTestCase {
  private Path lock;

  @BeforeEach
  void chooseFile() {
    lock = temp.resolve("models.lock");
  }

  private HubSettings writing() {
    return settings().withLock(ModelLock.write(lock));
  }

  private HubSettings enforcing() {
    return settings().withLock(ModelLock.enforce(lock));
  }

  @Test
  void everyFileIsWrittenWithItsSha256() throws IOException {
    fetch(writing());
    String text = Files.readString(lock);
    assertContains(text, "\"someone/some-model@main\"", FakeHub.COMMIT);
    for (String path : NEEDED) {
      Path file = Files.write(temp.resolve("one"), hub.content(path));
      assertContains(
          text.replaceAll("\\s+", ""),
          "\""
              + path
              + "\":{\"size\":"
              + hub.content(path).length
              + ",\"sha256\":\""
              + BlobHash.sha256(file)
              + "\"}");
    }
    fetch(writing());
    assertEquals(text, Files.readString(lock), "the same again");
  }

  @Test
  void whatIsLockedIsLoadedWithoutAsking() throws IOException {
    fetch(writing());
    hub.forget();
    hub.moveTo("f".repeat(40));
    assertEquals(snapshot(), fetch(enforcing()));
    assertEquals(List.of(), hub.requests());
    assertEquals(snapshot(), fetch(enforcing().withOffline(true)));
  }

  @Test
  void anEmptyCacheGetsTheCommitThatIsLocked() throws IOException {
    fetch(writing());
    cache = temp.resolve("another");
    assertEquals(snapshot(), fetch(enforcing()));
    assertTrue(
        hub.requests().stream()
            .anyMatch(request -> request.path().endsWith("/revision/" + FakeHub.COMMIT)));
  }

  @Test
  void aFileThatDiffersIsNotLoaded() throws IOException {
    fetch(writing());
    Path file = snapshot().resolve("config.json");
    byte[] content = Files.readAllBytes(file);
    content[3] ^= 1;
    Files.write(file, content);
    fails(enforcing(), "config.json", "is not the file that was locked", lock.toString());
    fails(enforcing().withOffline(true), "config.json");
  }

  @Test
  void aFileThatIsNotLockedIsNotLoaded() throws IOException {
    fetch(writing());
    Files.writeString(snapshot().resolve("added_tokens.json"), "{}");
    fails(enforcing(), "added_tokens.json", "not among the files");
    HubException e =
        assertThrows(
            HubException.class,
            () ->
                with(enforcing())
                    .folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Named("model_O2")));
    assertContains(e.getMessage(), "not among the files");
  }

  @Test
  void aHubThatGivesOtherFilesForTheSameCommitIsNotBelieved() throws IOException {
    fetch(writing());
    hub.put("tokenizer.json", "{\"model\": {\"evil\": 1}}");
    cache = temp.resolve("another");
    fails(enforcing(), "tokenizer.json", "is not the file that was locked");
  }

  @Test
  void aModelThatIsNotLockedIsNotFetched() throws IOException {
    fails(enforcing(), lock.toString(), "no such lock file");
    Files.writeString(lock, "{\"version\": 1, \"models\": {}}");
    fails(enforcing(), "does not name someone/some-model@main");
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void severalModelsAndSeveralFilesOfOneShareTheFile() throws IOException {
    fetch(writing());
    fetch(writing(), new HubId(FakeHub.REPOSITORY, "v2"));
    with(writing()).folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Named("model_O2"));
    fetch(enforcing());
    fetch(enforcing(), new HubId(FakeHub.REPOSITORY, "v2"));
    with(enforcing()).folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Named("model_O2"));
  }

  @Test
  void aNewCommitTakesThePlaceOfTheOldOne() throws IOException {
    fetch(writing());
    hub.moveTo("f".repeat(40));
    hub.remove("1_Pooling/config.json");
    hub.put("1_Pooling/settings.json", "{}");
    fetch(writing());
    String text = Files.readString(lock);
    assertContains(text, "f".repeat(40), "1_Pooling/settings.json");
    assertEquals(-1, text.indexOf(FakeHub.COMMIT));
    assertEquals(-1, text.indexOf("1_Pooling/config.json"));
  }

  @Test
  void aDamagedLockFileIsNamed() throws IOException {
    for (String damaged :
        new String[] {
          "",
          "{",
          "[]",
          "{\"models\": {}}",
          "{\"version\": 2, \"models\": {}}",
          "{\"version\": 1, \"models\": {\"a/b@main\": {\"commit\": \"../x\", \"files\": {}}}}",
          "{\"version\": 1, \"models\": {\"a/b@main\": {\"commit\": 1}}}"
        }) {
      Files.writeString(lock, damaged);
      RuntimeException e = assertThrows(RuntimeException.class, () -> fetch(enforcing()), damaged);
      assertContains(e.getMessage(), lock.toString());
      assertThrows(RuntimeException.class, () -> fetch(writing()), damaged);
      assertEquals(damaged, Files.readString(lock), "not overwritten");
    }
  }
}
