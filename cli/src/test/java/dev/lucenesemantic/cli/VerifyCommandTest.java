package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.embed.BundledModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A model is what it should be, or what differs is named. */
class VerifyCommandTest {
  @TempDir Path temp;

  private Shell.Result verify(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "verify";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Shell.offline(temp.resolve("hub")).run(all);
  }

  private static long count(JsonObject json, String area, String status) {
    long count = 0;
    for (JsonElement element : json.getAsJsonArray("checks")) {
      JsonObject check = element.getAsJsonObject();
      boolean matches =
          check.get("area").getAsString().equals(area)
              && check.get("status").getAsString().equals(status);
      count += matches ? 1 : 0;
    }
    return count;
  }

  @ParameterizedTest
  @EnumSource
  void everyBundledModelGivesPythonsVectors(BundledModel model) {
    JsonObject json = verify(model.name(), "--json").fine().json();
    assertTrue(json.get("verified").getAsBoolean());
    assertEquals(2, count(json, "hash", "ok"));
    int texts = model.name().startsWith("ALL") ? 8 : model.name().startsWith("BGE") ? 12 : 16;
    assertEquals(texts, count(json, "parity", "ok"));
  }

  @Test
  void theShippedRerankerGivesTheScoresOfItsExport() {
    verify("DEFAULT")
        .fine()
        .shows("Verified: 0 hashes and", "score", "expected")
        .shows("not checked  hash    model.onnx: no hash is known for it");
  }

  @Test
  void ofAPlainFolderNothingIsKnownAndThatIsSaid() {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    verify(folder.toString())
        .fine()
        .shows("ok           model   loads", "not checked  hash    config.json: no hash is known")
        .shows("there is no golden.json", "nothing to compare it with");
    assertFalse(verify(folder.toString(), "--json").fine().json().get("verified").getAsBoolean());
  }

  @Test
  void whatWasRecordedIsFoundAgain() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    Path golden = folder.resolve("golden.json");
    verify(folder.toString(), "--record", golden.toString()).fine().says("Recorded in " + golden);
    JsonObject json = verify(folder.toString(), "--json").fine().json();
    assertTrue(json.get("verified").getAsBoolean());
    assertEquals(2, count(json, "hash", "ok"));
    assertEquals(5, count(json, "parity", "ok"));

    Path other = TinyModels.encoder("pooling-max", temp.resolve("other"));
    Shell.Result differs = verify(other.toString(), "--golden", golden.toString());
    assertEquals(1, differs.exitCode());
    differs.shows(
        "FAILED       parity", "FAILED: 5 checks failed, 2 hashes and 0 golden values fit");
  }

  @Test
  void soAreTheScoresOfACrossEncoder() {
    Path folder = TinyModels.crossEncoder(temp.resolve("pairs"));
    Path golden = temp.resolve("recorded.json");
    verify(folder.toString(), "--record", golden.toString()).fine();
    JsonObject json =
        verify(folder.toString(), "--golden", golden.toString(), "--json").fine().json();
    assertEquals(5, count(json, "parity", "ok"));
    Path encoder = TinyModels.encoder("prompts", temp.resolve("model"));
    verify(encoder.toString(), "--golden", golden.toString())
        .shows(
            "not checked  parity  vectors and scores: the golden file has none for a bi-encoder");
  }

  @Test
  void anotherWeightIsFoundByItsHash() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    Path golden = folder.resolve("golden.json");
    verify(folder.toString(), "--record", golden.toString()).fine();
    Files.writeString(folder.resolve("tokenizer.json"), " ", StandardOpenOption.APPEND);
    Shell.Result result = verify(folder.toString());
    assertEquals(1, result.exitCode());
    result.shows("FAILED       hash    tokenizer.json: its SHA-256 is");
  }

  @Test
  void aGoldenFileThatIsNoneIsNamed() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    for (String content :
        new String[] {
          "", "[]", "{}", "{\"version\": 2}", "{\"version\": 1, \"vectors\": [{}]}", "{\"a"
        }) {
      Path golden = Files.writeString(temp.resolve("golden.json"), content);
      Shell.Result result = verify(folder.toString(), "--golden", golden.toString());
      assertEquals(4, result.exitCode(), content + result);
      assertTrue(result.err().contains("golden.json"), content + result);
      assertEquals(1, result.err().lines().count(), content + result);
      assertFalse(result.err().contains("gson"), content + result);
    }
    verify(folder.toString(), "--golden", "nowhere.json").fails(4, "nowhere.json");
    verify(folder.toString(), "--record", temp.resolve("no/such/folder.json").toString())
        .fails(4, "cannot be written");
  }

  @Test
  void aDamagedConfigurationIsNamedInOneSentence() throws IOException {
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    Files.writeString(folder.resolve("config.json"), "{\n\"vocab_size\" 7");
    Shell.Result damaged =
        verify(folder.toString()).fails(3, "config.json: is not valid JSON (line 2 column");
    assertEquals(1, damaged.err().lines().count(), damaged.err());
  }

  @Test
  void aLockFileIsForModelsOfTheHub() {
    verify("DEFAULT", "--lock", "models.lock").fails(2, "comes in a jar");
    Path folder = TinyModels.encoder("prompts", temp.resolve("model"));
    verify(folder.toString(), "--lock", "models.lock").fails(2, "give the id");
    verify("someone/some-model", "--lock", temp.resolve("models.lock").toString())
        .fails(4, "models.lock: there is no such file");
  }
}
