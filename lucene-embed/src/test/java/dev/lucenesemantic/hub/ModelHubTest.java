package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.OnnxBytes;
import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A model is fetched once, whole, and only as far as it is needed. */
class ModelHubTest extends HubTestCase {

  // ---- what is fetched --------------------------------------------------------------------------

  @Test
  void onlyTheFilesThatAreNeededAreFetchedIntoPythonsLayout() throws IOException {
    assertComplete(fetch(settings()));
    assertEquals(NEEDED, hub.given());
    assertEquals(
        Path.of("../../../blobs").resolve(blob("onnx/model.onnx").getFileName()),
        Files.readSymbolicLink(snapshot().resolve("onnx/model.onnx")));
    assertTrue(
        Files.readString(cache.resolve("CACHEDIR.TAG"))
            .startsWith("Signature: 8a477f597d28d172789f06886806bc55\n"));
  }

  @Test
  void whatIsThereIsNotFetchedAgain() throws IOException {
    fetch(settings());
    hub.forget();
    assertComplete(fetch(settings()));
    assertEquals(1, hub.requests().size(), "the listing, for a newer commit");
    assertEquals(List.of(), hub.given());
  }

  @Test
  void ofANewCommitOnlyWhatHasChangedIsFetched() throws IOException {
    Path before = fetch(settings());
    hub.forget();
    String commit = "f".repeat(40);
    hub.moveTo(commit);
    hub.put("config.json", "{\"model_type\": \"mpnet\"}");
    Path after = fetch(settings());
    assertEquals(List.of("config.json"), hub.given());
    assertEquals(snapshot().resolveSibling(commit), after);
    assertEquals("{\"model_type\": \"mpnet\"}", Files.readString(after.resolve("config.json")));
    assertEquals("{\"model_type\": \"bert\"}", Files.readString(before.resolve("config.json")));
    assertEquals(commit, Files.readString(repository().resolve("refs/main")));
  }

  @Test
  void anotherOnnxFileCanBeChosen() {
    Path folder =
        with(settings())
            .folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Named("model_O2"));
    assertTrue(Files.exists(folder.resolve("onnx/model_O2.onnx")));
    assertFalse(Files.exists(folder.resolve("onnx/model.onnx")));
    HubException e =
        assertThrows(
            HubException.class,
            () ->
                with(settings())
                    .folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Named("model_O3")));
    assertContains(e.getMessage(), "model_O3", "onnx/model.onnx, onnx/model_O2.onnx");
  }

  @Test
  void weightsBesideTheNetworkAreFetchedIfItNamesThem() {
    hub.put("onnx/model.onnx", OnnxBytes.withWeightsIn("model.onnx_data", "part-2"));
    hub.put("onnx/model.onnx_data", FakeHub.weights(1000));
    hub.put("onnx/part-2", FakeHub.weights(10));
    hub.put("onnx/model_fp16.onnx_data", FakeHub.weights(1000));
    hub.put("onnx/ort_config.json", "{}");
    Path folder = fetch(settings());
    assertEquals(Set.of("model.onnx", "model.onnx_data", "part-2"), files(folder.resolve("onnx")));
  }

  @Test
  void severalOnnxFilesWithoutAUsualOneAreAChoiceForTheUser() {
    hub.remove("onnx/model.onnx");
    hub.put("onnx/model_O3.onnx", FakeHub.weights(10));
    fails(settings(), FakeHub.REPOSITORY, "choose one of onnx/model_O2.onnx, onnx/model_O3.onnx");
    assertEquals(Set.of(), files(repository().resolve("snapshots")));
  }

  @Test
  void ofAModelWithoutOnnxFileThatCanBeConvertedTheWeightsAreFetched() throws IOException {
    hub.remove("onnx/model.onnx");
    hub.remove("onnx/model_O2.onnx");
    hub.put("model_other.safetensors", FakeHub.weights(10));
    Set<String> expected = new TreeSet<>(NEEDED);
    expected.remove("onnx/model.onnx");
    expected.add("model.safetensors");
    fetch(settings());
    assertEquals(expected, new TreeSet<>(hub.given()));
    assertEquals(snapshot(), fetch(settings().withOffline(true)));
    // Several files count as one.
    hub.remove("model.safetensors");
    hub.put("model.safetensors.index.json", "{}");
    hub.put("model-00001-of-00002.safetensors", FakeHub.weights(20));
    hub.put("model-00002-of-00002.safetensors", FakeHub.weights(30));
    hub.moveTo("1".repeat(40));
    Path sharded = fetch(settings());
    Path part = sharded.resolve("model-00002-of-00002.safetensors");
    assertTrue(Files.exists(part) && Files.exists(sharded.resolve("model.safetensors.index.json")));
    Files.delete(part);
    fails(settings().withOffline(true), "an ONNX file");
  }

  @Test
  void aModelWithoutOnnxFileSaysHowToMakeOne() {
    hub.put("config.json", "{\"model_type\": \"unheard-of\"}");
    hub.remove("onnx/model.onnx");
    hub.remove("onnx/model_O2.onnx");
    fails(
        settings(),
        "no ONNX file",
        hub.endpoint() + "/someone/some-model",
        "SentenceTransformer('someone/some-model', backend='onnx').save_pretrained(",
        "optimum-cli export onnx --library transformers --task feature-extraction");
    HubException e =
        assertThrows(
            HubException.class,
            () -> with(settings()).folder(ID, ModelKind.CROSS_ENCODER, new OnnxChoice.Usual()));
    assertContains(e.getMessage(), "CrossEncoder('", "--task text-classification");
    hub.put("config.json", "{\"model_type\": \"whisper\"}");
    fails(settings(), "no ONNX file", "whisper does not read texts");
  }

  @Test
  void aModuleThatCannotBeRunIsRefusedBeforeItsNetworkIsFetched() {
    modules("Transformer", "CNN");
    fails(settings(), "module sentence_transformers.models.CNN is not supported", "modules.json");
    assertEquals(List.of("modules.json"), hub.given());
    modules("BoW", "Normalize");
    fails(settings(), "starts with module sentence_transformers.models.BoW");
    hub.put("modules.json", "[{\"path\": \"\", \"type\": \"someone.Code\"}]");
    fails(settings(), "code of the model's own and is never run");
    assertEquals(Set.of("modules.json"), new TreeSet<>(hub.given()));
    modules("Transformer", "CNN");
    with(settings()).folder(ID, ModelKind.CROSS_ENCODER, new OnnxChoice.Usual());
    assertTrue(hub.given().contains("onnx/model.onnx"), "a cross-encoder has no use for modules");
  }

  @Test
  void ofWeightsInPythonsOwnFormatTheErrorSaysHowToConvertThem() {
    modules("Transformer", "Dense");
    hub.put("1_Dense/config.json", "{}");
    hub.put("1_Dense/pytorch_model.bin", FakeHub.weights(10));
    fails(
        settings(),
        "has the weights of 1_Dense/pytorch_model.bin in Python's own format alone",
        "hf download someone/some-model --local-dir FOLDER",
        "torch.load('FOLDER/1_Dense/pytorch_model.bin'",
        "'FOLDER/1_Dense/model.safetensors')");
    assertEquals(List.of("modules.json"), hub.given());
    hub.put("1_Dense/model.safetensors", FakeHub.weights(10));
    fetch(settings());
    assertTrue(hub.given().contains("1_Dense/model.safetensors"));
  }

  private void modules(String first, String second) {
    hub.put(
        "modules.json",
        """
        [{"path": "", "type": "sentence_transformers.models.%s"},
         {"path": "1_%s", "type": "sentence_transformers.models.%s"}]
        """
            .replaceFirst("%s", first)
            .replace("%s", second));
  }

  @Test
  void aRevisionIsKeptUnderItsName() throws IOException {
    fetch(settings(), new HubId(FakeHub.REPOSITORY, "refs/pr/3"));
    assertEquals(FakeHub.COMMIT, Files.readString(repository().resolve("refs/refs/pr/3")));
    assertTrue(hub.requests().get(0).path().endsWith("/revision/refs/pr/3"));
  }

  @Test
  void progressGoesUpToTheWhole() {
    List<HubProgress> seen = Collections.synchronizedList(new ArrayList<>());
    fetch(settings().withProgress(seen::add));
    Map<String, Long> reached = new HashMap<>();
    long total = 0;
    for (HubProgress progress : seen) {
      assertEquals(FakeHub.REPOSITORY, progress.repository());
      assertTrue(progress.fileBytes() >= reached.getOrDefault(progress.file(), 0L));
      assertTrue(progress.totalBytes() >= total && progress.totalBytes() <= progress.totalSize());
      total = progress.totalBytes();
      reached.put(progress.file(), progress.fileBytes());
    }
    assertEquals(new TreeSet<>(NEEDED), new TreeSet<>(reached.keySet()));
    HubProgress last = seen.get(seen.size() - 1);
    assertEquals(last.totalSize(), last.totalBytes());
    assertTrue(last.totalSize() > 300_000);
  }

  @Test
  void aListenerThatThrowsEndsTheFetching() throws IOException {
    IllegalStateException stop = new IllegalStateException("the user has clicked on Cancel");
    HubSettings settings =
        settings()
            .withProgress(
                progress -> {
                  throw stop;
                });
    assertEquals(stop, assertThrows(IllegalStateException.class, () -> fetch(settings)));
    assertNothingHalf();
    assertComplete(fetch(settings()));
  }

  // ---- without links ----------------------------------------------------------------------------

  private HubSettings withoutLinks() {
    HubSettings from = settings();
    return new HubSettings(
        from.cache(),
        from.endpoint(),
        from.token(),
        from.offline(),
        from.cacheFirst(),
        false,
        from.maximumBytes(),
        from.timeout(),
        from.lock(),
        from.progress());
  }

  @Test
  void whereLinksCannotBeMadeSnapshotsHoldTheFiles() throws IOException {
    Path folder = fetch(withoutLinks());
    for (String path : NEEDED) {
      assertFalse(Files.isSymbolicLink(folder.resolve(path)), path);
      assertEquals(hub.content(path).length, Files.size(folder.resolve(path)), path);
    }
    assertEquals(Set.of(), files(repository().resolve("blobs")), "moved, as Python does");
    hub.forget();
    fetch(withoutLinks());
    assertEquals(List.of(), hub.given());
  }

  @Test
  void aBlobThatOthersMayUseIsCopiedWhereLinksCannotBeMade() throws IOException {
    fetch(settings());
    Files.delete(snapshot().resolve("config.json"));
    Files.delete(snapshot().resolve("onnx/model.onnx"));
    Path folder = fetch(withoutLinks());
    assertFalse(Files.isSymbolicLink(folder.resolve("config.json")));
    assertComplete(folder);
  }

  // ---- without a connection ---------------------------------------------------------------------

  @Test
  void offlineNoConnectionIsTried() throws IOException {
    fetch(settings());
    hub.forget();
    assertComplete(fetch(settings().withOffline(true)));
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void offlineTheErrorSaysWhatIsMissingAndWhereItLooked() throws IOException {
    HubSettings offline = settings().withOffline(true);
    fails(
        offline,
        "someone/some-model@main",
        "offline",
        repository().resolve("refs/main").toString());
    Files.createDirectories(repository().resolve("refs"));
    Files.writeString(repository().resolve("refs/main"), FakeHub.COMMIT);
    fails(offline, "the whole snapshot", snapshot().toString());
    fetch(settings());
    for (String path : List.of("onnx/model.onnx", "tokenizer.json", "1_Pooling/config.json")) {
      Path file = snapshot().resolve(path);
      Path link = Files.readSymbolicLink(file);
      Files.delete(file);
      fails(offline, path, snapshot().toString());
      Files.createSymbolicLink(file, link);
    }
    Files.delete(blob("onnx/model.onnx"));
    fails(offline, "onnx/model.onnx");
    hub.forget();
    fails(offline);
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void offlineAModelThatLacksItsModulesIsNotTakenForAPlainOne() throws IOException {
    fetch(settings());
    Files.delete(snapshot().resolve("modules.json"));
    fails(settings().withOffline(true), "modules.json");
  }

  @Test
  void aPlainTransformerIsFoundOfflineAsWell() {
    hub.remove("modules.json");
    hub.remove("1_Pooling/config.json");
    fetch(settings());
    hub.forget();
    assertEquals(snapshot(), fetch(settings().withOffline(true)));
    assertTrue(
        Files.exists(
            repository().resolve(".no_exist").resolve(FakeHub.COMMIT).resolve("modules.json")),
        "as Python remembers it");
  }

  @Test
  void ifTheHubIsDownTheCacheIsUsedAtOnce() throws IOException {
    fetch(settings());
    for (int status : new int[] {500, 503, 429, 401, 403}) {
      hub.script("listing", FakeHub.status(status, "Retry-After", "60"));
      assertComplete(fetch(settings()));
    }
    hub.script("listing", FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
    assertComplete(fetch(settings()));
    hub.lie("<html>Please accept the terms of this hotel</html>");
    assertComplete(fetch(settings()));
    HubSettings nobody = settings().withEndpoint(closedPort());
    assertComplete(fetch(nobody));
    assertEquals(List.of(), pauses);
  }

  @Test
  void aRevisionThatIsGoneIsAnErrorEvenIfTheCacheHasIt() {
    fetch(settings());
    hub.script("listing", FakeHub.status(404, "X-Error-Code", "RevisionNotFound"));
    fails(settings(), "not this revision", "/someone/some-model/tree/main");
  }

  @Test
  void ifTheHubIsDownAndTheCacheIsEmptyTheErrorNamesBoth() {
    URI nobody = closedPort();
    fails(
        settings().withEndpoint(nobody),
        nobody.toString(),
        "cannot be fetched",
        "missing",
        repository().toString(),
        "proxy");
    assertEquals(1, pauses.size(), "nobody comes up within seconds");
    assertEquals(Set.of(), files(cache));
  }

  private static URI closedPort() {
    FakeHub gone = new FakeHub();
    gone.close();
    return gone.endpoint();
  }

  @Test
  void aCommitThatIsInTheCacheNeedsNoHub() throws IOException {
    HubId pinned = ID.at(FakeHub.COMMIT);
    Path folder = fetch(settings(), pinned);
    assertEquals(Set.of(), files(repository().resolve("refs")), "a commit is no name for one");
    hub.forget();
    assertEquals(folder, fetch(settings(), pinned));
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void aContentThatIsGoneIsFetchedAlsoWhereTheModelWouldLoadWithoutIt() throws IOException {
    hub.put("sentence_bert_config.json", "{\"max_seq_length\": 7}");
    HubId pinned = ID.at(FakeHub.COMMIT);
    Path folder = fetch(settings(), pinned);
    Files.delete(blob("sentence_bert_config.json"));
    hub.forget();
    HubException e =
        assertThrows(HubException.class, () -> fetch(settings().withOffline(true), pinned));
    assertContains(e.getMessage(), "missing: sentence_bert_config.json");
    fetch(settings(), pinned);
    assertEquals(List.of("sentence_bert_config.json"), hub.given());
    assertTrue(Files.exists(folder.resolve("sentence_bert_config.json")));
  }

  @Test
  void theCacheCanComeFirst() throws IOException {
    HubSettings cacheFirst = settings().withCacheFirst(true);
    assertComplete(fetch(cacheFirst));
    hub.forget();
    hub.moveTo("f".repeat(40));
    assertComplete(fetch(cacheFirst));
    assertEquals(List.of(), hub.requests());
  }

  @Test
  void aFolderOpensNoConnection() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("someone/some-model"));
    assertEquals(
        folder,
        ModelHub.locate(
            folder.toString(), ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Usual(), settings()));
    assertThrows(
        ModelException.class,
        () ->
            ModelHub.locate(
                temp + "/no-such-folder",
                ModelKind.CROSS_ENCODER,
                new OnnxChoice.Usual(),
                settings()));
    assertThrows(
        ModelException.class,
        () -> ModelHub.locate(" ", ModelKind.CROSS_ENCODER, new OnnxChoice.Usual(), settings()));
    assertEquals(List.of(), hub.requests());
  }

  // ---- Python's cache ---------------------------------------------------------------------------

  @Test
  void whatPythonHasFetchedIsFound() throws IOException {
    pythonFetches("config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json");
    pythonFetches("onnx/model.onnx", "model.safetensors");
    assertEquals(snapshot(), fetch(settings().withOffline(true)));
    assertEquals(snapshot(), fetch(settings()));
    assertEquals(List.of(), hub.given());
  }

  @Test
  void withoutTheHubTheSafetensorsThatPythonHasFetchedWillDo() throws IOException {
    pythonFetches("config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json");
    pythonFetches("model.safetensors");
    assertEquals(snapshot(), fetch(settings().withOffline(true)));
    hub.script("listing", FakeHub.status(404, "X-Error-Code", "RevisionNotFound"));
    fails(settings(), "main");
    assertEquals(snapshot(), fetch(settings()));
    assertEquals(List.of("onnx/model.onnx"), hub.given());
  }

  @Test
  void whatPythonHasNotFetchedIsAdded() throws IOException {
    pythonFetches("config.json", "modules.json", "1_Pooling/config.json", "model.safetensors");
    fails(settings().withOffline(true), "tokenizer.json");
    fetch(settings());
    assertEquals(List.of("onnx/model.onnx", "tokenizer.json"), hub.given());
    assertTrue(Files.exists(snapshot().resolve("model.safetensors")));
  }

  /** As file_download.py of huggingface_hub does it. */
  private void pythonFetches(String... paths) throws IOException {
    for (String path : paths) {
      Files.createDirectories(repository().resolve("blobs"));
      Files.write(blob(path), hub.content(path));
      Path pointer = snapshot().resolve(path);
      Files.createDirectories(pointer.getParent());
      Files.createSymbolicLink(pointer, pointer.getParent().relativize(blob(path)));
    }
    Files.createDirectories(repository().resolve("refs"));
    Files.writeString(repository().resolve("refs/main"), FakeHub.COMMIT);
  }

  @Test
  void aBlobOfAnotherContentIsReplacedBeforeItGetsItsNameAgain() throws IOException {
    fetch(settings());
    byte[] damaged = hub.content("onnx/model.onnx").clone();
    damaged[1000] ^= 1;
    Files.write(blob("onnx/model.onnx"), damaged);
    Files.delete(snapshot().resolve("onnx/model.onnx"));
    Files.delete(snapshot().resolve("config.json"));
    hub.forget();
    assertComplete(fetch(settings()));
    assertEquals(List.of("onnx/model.onnx"), hub.given(), "what is intact is only named again");
  }

  @Test
  void aBlobOfAnotherSizeIsReplaced() throws IOException {
    fetch(settings());
    Files.writeString(blob("config.json"), "{");
    assertComplete(fetch(settings()));
  }
}
