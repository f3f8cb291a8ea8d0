package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lucenesemantic.hub.FileCheck.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is on the disk is what the hub or the lock file said, or it is named. */
class FileCheckTest extends HubTestCase {

  private static Outcome outcome(List<FileCheck> checks, String path) {
    return checks.stream()
        .filter(check -> check.path().equals(path))
        .findFirst()
        .orElseThrow()
        .outcome();
  }

  @Test
  void everyFileOfASnapshotHasItsOwnHash() {
    List<FileCheck> checks = FileCheck.ofSnapshot(fetch(settings()));
    assertEquals(NEEDED, checks.stream().map(FileCheck::path).toList());
    for (FileCheck check : checks) {
      assertEquals(Outcome.INTACT, check.outcome(), check.path());
      assertEquals(FakeHub.hash(check.path(), hub.content(check.path())), check.hash());
      assertEquals(check.hash(), check.expected());
    }
  }

  @Test
  void aChangedFileAndALinkToNowhereAreFound() throws IOException {
    Path folder = fetch(settings());
    byte[] content = Files.readAllBytes(blob("onnx/model.onnx"));
    content[1000] ^= 1;
    Files.write(blob("onnx/model.onnx"), content);
    Files.delete(blob("tokenizer.json"));
    List<FileCheck> checks = FileCheck.ofSnapshot(folder);
    assertEquals(Outcome.DIFFERENT, outcome(checks, "onnx/model.onnx"));
    assertEquals(Outcome.MISSING, outcome(checks, "tokenizer.json"));
    assertEquals(Outcome.INTACT, outcome(checks, "config.json"));
  }

  @Test
  void ofAFolderThatIsNoSnapshotNothingIsKnown() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("folder"));
    Files.writeString(folder.resolve("config.json"), "{}");
    assertEquals(
        List.of(new FileCheck("config.json", Outcome.UNKNOWN, "", "")),
        FileCheck.ofSnapshot(folder));
    assertThrows(HubException.class, () -> FileCheck.ofSnapshot(temp.resolve("nowhere")));
  }

  @Test
  void aLockFileKnowsTheFilesOfItsModel() throws IOException {
    Path lock = temp.resolve("models.lock");
    Path folder = fetch(settings().withLock(ModelLock.write(lock)));
    for (FileCheck check : FileCheck.ofLock(lock, ID, folder)) {
      assertEquals(Outcome.INTACT, check.outcome(), check.path());
    }
    assertEquals(FakeHub.COMMIT, ModelLock.enforce(lock).commit(ID));
    Files.writeString(folder.resolve("added_tokens.json"), "{}");
    Files.delete(folder.resolve("config.json"));
    Files.delete(folder.resolve("modules.json"));
    Files.writeString(folder.resolve("modules.json"), "[]");
    List<FileCheck> checks = FileCheck.ofLock(lock, ID, folder);
    assertEquals(Outcome.UNKNOWN, outcome(checks, "added_tokens.json"));
    assertEquals(Outcome.MISSING, outcome(checks, "config.json"));
    assertEquals(Outcome.DIFFERENT, outcome(checks, "modules.json"));
    assertThrows(
        HubException.class, () -> FileCheck.ofLock(lock, new HubId("a/b", "main"), folder));
  }
}
