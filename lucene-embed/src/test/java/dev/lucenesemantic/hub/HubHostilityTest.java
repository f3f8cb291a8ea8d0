package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a server says leads out of the cache, fills the disk or gives the token away. */
class HubHostilityTest extends HubTestCase {

  // ---- names ------------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../config.json",
        "a/../../config.json",
        "/etc/config.json",
        "..\\config.json",
        "\\\\host\\share\\config.json",
        "C:\\config.json",
        "c:config.json",
        "config\u0000.json"
      })
  void aNameThatLeadsOutCondemnsTheRepository(String name) throws IOException {
    hub.put(name, "{}");
    fails(settings(), name, "leads out");
    assertEquals(Set.of(), files(cache));
    assertEquals(List.of(), hub.given());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "con.json",
        "NUL",
        "ab:c.json",
        "x\ny.json",
        "x\u202e.json",
        ".git",
        ".json",
        "x.json.",
        "x .txt ",
        "*.json",
        "a|b.txt",
        "1_Pooling/aux.json",
        "x//y.json",
        "ünder.json"
      })
  void aNameThatIsNotAFileEverywhereIsLeftOut(String name) throws IOException {
    hub.put(name, "{}");
    assertComplete(fetch(settings()));
  }

  @Test
  void twoNamesThatAreOneFileOnSomeSystemsAreRefused() throws IOException {
    hub.put("Config.json", "{}");
    fails(settings(), "Config.json", "config.json");
    assertNothingHalf();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../other", "/etc", "a/../../..", "C:\\x", "..", "a\\b"})
  void modulesDoNotLeadOutEither(String path) throws IOException {
    hub.put(
        "modules.json",
        "[{\"path\": \"" + path.replace("\\", "\\\\") + "\", \"type\": \"x.Transformer\"}]");
    fails(settings(), path.equals("C:\\x") ? "C:" : path, "modules.json");
    assertNothingHalf();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "main", "../../evil", "0123", "0123456789ABCDEF0123456789ABCDEF01234567"})
  void aCommitIsFortyDigits(String commit) {
    hub.moveTo(commit);
    fails(settings(), "which commit");
    assertEquals(Set.of(), files(cache));
  }

  @Test
  void aHashIsAHash() {
    hub.lie(hub.listing().replace(FakeHub.hash("config.json", hub.content("config.json")), "../x"));
    fails(settings(), "config.json", "hash");
    assertEquals(Set.of(), files(cache));
  }

  @Test
  void anotherCommitThanTheOneAskedForIsRefused() {
    HubException e =
        assertThrows(HubException.class, () -> fetch(settings(), ID.at("a".repeat(40))));
    assertContains(e.getMessage(), "a".repeat(40), FakeHub.COMMIT);
    assertEquals(Set.of(), files(cache));
  }

  @Test
  void aLinkInTheCacheDoesNotLeadWritingOutOfIt() throws IOException {
    Path outside = Files.createDirectories(temp.resolve("outside"));
    Files.createDirectories(snapshot());
    Files.createSymbolicLink(snapshot().resolve("1_Pooling"), outside);
    fails(settings(), "1_Pooling", "leads out");
    assertEquals(Set.of(), files(outside));
  }

  @Test
  void aLinkInThePlaceOfAPartialFileIsNotWrittenThrough() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "precious");
    Files.createDirectories(blob("onnx/model.onnx").getParent());
    Files.createSymbolicLink(incomplete("onnx/model.onnx"), outside);
    fails(settings(), "cache cannot be written");
    assertEquals("precious", Files.readString(outside));
  }

  // ---- answers that are none --------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "7", "{}", "{\"sha\": 7}", "<html></html>", "{\"sha\": \"0\", "})
  void whatIsNoListingIsAnErrorThatNamesTheEndpoint(String answer) {
    hub.lie(answer);
    ModelException e = assertThrows(ModelException.class, () -> fetch(settings()));
    assertContains(e.getMessage(), hub.endpoint().toString(), "HF_ENDPOINT");
  }

  @Test
  void aListingWithoutSizesIsRefused() {
    hub.lie(hub.listing().replace("\"size\":", "\"length\":"));
    fails(settings(), "how large");
  }

  @Test
  void anEndlessListingIsNotReadToItsEnd() {
    hub.lie(" ".repeat((32 << 20) + 1));
    fails(settings(), "more than");
  }

  // ---- sizes ------------------------------------------------------------------------------------

  @Test
  void aModelThatIsTooLargeIsRefusedBeforeItIsFetched() {
    fails(
        settings().withMaximumBytes(100_000),
        "100000",
        "onnx/model.onnx",
        "HubSettings.withMaximumBytes");
    assertFalse(hub.given().contains("onnx/model.onnx"));
  }

  @Test
  void aModelThatDoesNotFitOnTheDiskIsRefusedBeforeItIsFetched() {
    ModelHub full = new ModelHub(settings(), pauses::add, System::nanoTime, folder -> 200_000);
    HubException e =
        assertThrows(
            HubException.class,
            () -> full.folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Usual()));
    assertContains(e.getMessage(), "200000 free", cache.toString());
    assertFalse(hub.given().contains("onnx/model.onnx"));
  }

  @Test
  void sizesThatAddUpToMoreThanANumberAreRefused() {
    hub.lie(
        hub.listing()
            .replace("\"size\":300000", "\"size\":9e18")
            .replace("\"size\":" + hub.content("tokenizer.json").length, "\"size\":60000000"));
    fails(settings(), "may be fetched");
  }

  @Test
  void aFileThatIsLongerThanAnnouncedIsCutOff() throws IOException {
    byte[] longer = FakeHub.weights(900_000);
    FakeHub.Behaviour more =
        (exchange, content) -> {
          // In pieces, of which nobody knows how many are to come.
          exchange.sendResponseHeaders(200, 0);
          try {
            exchange.getResponseBody().write(longer);
          } catch (IOException e) {
            // Nobody listens any more.
          }
          return true;
        };
    hub.script("onnx/model.onnx", more, more, more, more, more, more);
    fails(settings(), "longer than the 300000 bytes");
    assertNothingHalf();
    assertTrue(Files.size(incomplete("onnx/model.onnx")) <= 300_000);
    assertComplete(fetch(settings()));
  }

  @Test
  void aLoginPageInPlaceOfAFileIsRefusedAtOnce() throws IOException {
    byte[] page = "<html>log in</html>".getBytes(StandardCharsets.UTF_8);
    hub.script(
        "config.json",
        (exchange, content) -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          FakeHub.send(exchange, 200, page);
          return true;
        });
    fails(settings(), "gives 19 bytes of text/html", "a login page");
    assertEquals(List.of(), pauses);
    assertNothingHalf();
    assertComplete(fetch(settings()));
  }

  // ---- redirects --------------------------------------------------------------------------------

  @Test
  void theTokenGoesToTheHubAndToNobodyElse() {
    fetch(settings().withToken("hf_secret"));
    boolean storeWasAsked = false;
    for (FakeHub.Request request : hub.requests()) {
      assertEquals(request.atHub(), request.hasToken(), request.path());
      storeWasAsked |= !request.atHub();
    }
    assertTrue(storeWasAsked);
    assertEquals("Bearer hf_secret", hub.requests().get(0).headers().getFirst("Authorization"));
  }

  @Test
  void anotherNameOfTheSameMachineIsAnotherHost() {
    hub.storeAt("localhost");
    fetch(settings().withToken("hf_secret"));
    for (FakeHub.Request request : hub.requests()) {
      assertEquals(request.atHub(), request.hasToken(), request.path());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://user:word@127.0.0.1/x",
        "http:///x"
      })
  void aRedirectLeadsToTheWebOnly(String target) throws IOException {
    hub.script("resolve onnx/model.onnx", FakeHub.redirectTo(target));
    HubException e = fails(settings(), "redirects");
    assertFalse(e.getMessage().contains("user:word"), e.getMessage());
    assertNothingHalf();
  }

  @Test
  void redirectsEndSomewhere() throws IOException {
    FakeHub.Behaviour again =
        FakeHub.redirectTo(
            "/" + FakeHub.REPOSITORY + "/resolve/" + FakeHub.COMMIT + "/config.json");
    FakeHub.Behaviour[] round = new FakeHub.Behaviour[30];
    java.util.Arrays.fill(round, again);
    hub.script("resolve config.json", round);
    fails(settings(), "redirects more than");
    assertNothingHalf();
  }

  @Test
  void fromHttpsNobodyIsSentToHttp() {
    // No server with a certificate is needed to see that the client would not go.
    URI https = URI.create("https://hub.example/x");
    HubException e =
        assertThrows(HubException.class, () -> HubClient.target(https, "http://hub.example/x"));
    assertContains(e.getMessage(), "never from https to http");
    assertEquals(
        URI.create("https://store.example/y?signed"),
        HubClient.target(https, "https://store.example/y?signed"));
  }
}
