package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model comes from the hub, is found again, and is verified where it lies. */
class FetchCommandTest {
  @TempDir Path temp;
  private LoopbackHub hub;
  private Path cache;
  private Path snapshot;

  @BeforeEach
  void start() {
    hub = new LoopbackHub(TinyModels.encoder("prompts", temp.resolve("original")));
    cache = temp.resolve("hub");
    snapshot = cache.resolve("models--someone--some-model/snapshots").resolve(LoopbackHub.COMMIT);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Shell online() {
    return Shell.online(cache, hub.endpoint());
  }

  private Shell offline() {
    return Shell.offline(cache);
  }

  @Test
  void theFolderIsPrintedAndEveryFileIsNamedOnce() {
    Shell.Result result = online().run("fetch", LoopbackHub.REPOSITORY).fine();
    assertEquals(snapshot + System.lineSeparator(), result.out());
    result.says("someone/some-model: onnx/model.onnx, ", "someone/some-model: tokenizer.json, ");
    assertEquals(1, result.err().lines().filter(line -> line.contains("model.onnx")).count());
    Shell.Result again = offline().run("fetch", LoopbackHub.REPOSITORY).fine();
    assertEquals(result.out(), again.out());
    assertEquals("", again.err());
  }

  @Test
  void onATerminalABarMoves() {
    Shell.Result result = online().watched().run("fetch", LoopbackHub.REPOSITORY).fine();
    assertEquals(snapshot + System.lineSeparator(), result.out());
    assertTrue(result.err().contains("100%"), result.err());
  }

  @Test
  void jsonHasTheCommitAndTheFiles() {
    JsonObject json =
        online().run("fetch", LoopbackHub.REPOSITORY, "--revision", "main", "--json").fine().json();
    assertEquals(LoopbackHub.REPOSITORY, json.get("model").getAsString());
    assertEquals("main", json.get("revision").getAsString());
    assertEquals(LoopbackHub.COMMIT, json.get("commit").getAsString());
    assertEquals("bi-encoder", json.get("kind").getAsString());
    assertEquals(snapshot.toString(), json.get("folder").getAsString());
    assertTrue(json.get("fetched_bytes").getAsLong() > 1000);
    assertTrue(json.getAsJsonArray("files").size() >= 4);
  }

  @Test
  void whatIsFetchedIsUsedByItsId() {
    online().run("fetch", LoopbackHub.REPOSITORY).fine();
    offline()
        .run("inspect", LoopbackHub.REPOSITORY)
        .fine()
        .shows("someone/some-model, a bi-encoder", "(someone/some-model@main of the hub)")
        .shows("SentenceTransformer.load(\"someone/some-model@main\")");
    offline().run("encode", LoopbackHub.REPOSITORY + "@main", "text").fine();
    offline().run("encode", LoopbackHub.REPOSITORY + "@" + LoopbackHub.COMMIT, "text").fine();
  }

  @Test
  void everyHashIsVerifiedAndADamagedFileIsFound() throws IOException {
    online().run("fetch", LoopbackHub.REPOSITORY).fine();
    Shell.Result fine = offline().run("verify", LoopbackHub.REPOSITORY).fine();
    fine.shows(
        "ok           hash    onnx/model.onnx", "hashes and 0 golden values fit; 1 could not");
    offline()
        .run("verify", snapshot.toString())
        .fine()
        .shows("ok           hash    tokenizer.json");

    Path blob = snapshot.resolve("onnx/model.onnx").toRealPath();
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    Shell.Result damaged = offline().run("verify", LoopbackHub.REPOSITORY);
    assertEquals(1, damaged.exitCode(), damaged.toString());
    damaged.shows(
        "FAILED       hash    onnx/model.onnx: its hash is",
        "; delete " + blob + ", the content behind the link",
        "fetch the model again");
    Files.delete(blob);
    Shell.Result gone = offline().run("verify", snapshot.toString());
    assertEquals(1, gone.exitCode(), gone.toString());
    gone.shows("onnx/model.onnx: is missing", "FAILED       model   loads");
    online().run("fetch", LoopbackHub.REPOSITORY).fine().says("onnx/model.onnx");
    offline().run("verify", LoopbackHub.REPOSITORY).fine();
  }

  @Test
  void aDamagedContentDoesNotComeBackWhenOnlyItsLinkWasDeleted() throws IOException {
    online().run("fetch", LoopbackHub.REPOSITORY).fine();
    Path link = snapshot.resolve("onnx/model.onnx");
    Path blob = link.toRealPath();
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);
    Files.delete(link);
    online().run("fetch", LoopbackHub.REPOSITORY).fine().says("onnx/model.onnx");
    offline().run("verify", LoopbackHub.REPOSITORY).fine();
  }

  @Test
  void aLockFileIsWrittenEnforcedAndVerified() throws IOException {
    Path lock = temp.resolve("models.lock");
    online().run("fetch", LoopbackHub.REPOSITORY, "--lock", lock.toString(), "--write").fine();
    offline().run("fetch", LoopbackHub.REPOSITORY, "--lock", lock.toString(), "--enforce").fine();
    offline()
        .run("verify", LoopbackHub.REPOSITORY, "--lock", lock.toString())
        .fine()
        .shows("ok           hash    config.json");
    Path blob = snapshot.resolve("config.json").toRealPath();
    Files.writeString(blob, Files.readString(blob) + " ");
    offline()
        .run("fetch", LoopbackHub.REPOSITORY, "--lock", lock.toString(), "--enforce")
        .fails(3, "is not the file that was locked");
    Shell.Result changed =
        offline().run("verify", LoopbackHub.REPOSITORY, "--lock", lock.toString());
    assertEquals(1, changed.exitCode());
    changed.shows("FAILED       hash    config.json");
  }

  @Test
  void whatStopsAFetchIsSaidInTheWordsOfTheCommandLine() throws IOException {
    Shell.Result large =
        online()
            .atMost(1000)
            .run("fetch", LoopbackHub.REPOSITORY)
            .fails(3, "allow more with lucene-semantic fetch --max-gb, if");
    Path lock = Files.writeString(temp.resolve("models.lock"), "{\"version\": 1, \"models\": {}}");
    Shell.Result notNamed =
        online()
            .run("fetch", LoopbackHub.REPOSITORY, "--lock", lock.toString(), "--enforce")
            .fails(3, "add it with lucene-semantic fetch --lock FILE --write");
    for (Shell.Result result : List.of(large, notNamed)) {
      assertFalse(result.err().contains("no folder"), result.err());
    }
    online().run("fetch", LoopbackHub.REPOSITORY, "--max-gb", "0").fails(2, "--max-gb");
    online().atMost(1000).run("fetch", LoopbackHub.REPOSITORY, "--max-gb", "1").fine();
  }

  @Test
  void whatIsNotFetchedIsSaid() {
    online()
        .run("fetch", "someone/another")
        .fails(3, "someone/another@main", "no such model", "no folder 'someone/another' here");
    online().run("fetch", "DEFAULT").fails(2, "comes in a jar");
    online().run("fetch", "a/b@main", "--revision", "main").fails(2, "give one");
    online().run("fetch", LoopbackHub.REPOSITORY, "--lock", "x").fails(2, "--write");
    String none = temp.resolve("none.lock").toString();
    online()
        .run("fetch", LoopbackHub.REPOSITORY, "--lock", none, "--enforce")
        .fails(4, "none.lock: there is no such file");
    online()
        .run("verify", LoopbackHub.REPOSITORY, "--lock", none)
        .fails(4, "none.lock: there is no such file");
    online().run("fetch", LoopbackHub.REPOSITORY, "--model-file", "model_O9").fails(3, "model_O9");
    Path folder = temp.resolve("original");
    Shell.Result result = online().run("fetch", folder.toString()).fine();
    assertEquals(folder + System.lineSeparator(), result.out());
    result.says("nothing to fetch");
  }
}
