package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The variables mean what they mean to Python's huggingface_hub. */
class HubEnvironmentTest {
  @TempDir private Path home;

  private HubSettings with(Map<String, String> variables) {
    return new HubEnvironment(variables, home).settings();
  }

  @Test
  void withoutVariablesEverythingIsAsInPython() {
    HubSettings settings = with(Map.of());
    assertEquals(home.resolve(".cache/huggingface/hub"), settings.cache());
    assertEquals(URI.create("https://huggingface.co"), settings.endpoint());
    assertEquals(Optional.empty(), settings.token());
    assertEquals(Duration.ofSeconds(10), settings.timeout());
    assertFalse(settings.offline());
    assertTrue(settings.symbolicLinks());
  }

  @Test
  void theMoreSpecialVariableSaysWhereTheCacheIs() {
    Map<String, String> xdg = Map.of("XDG_CACHE_HOME", "/x");
    assertEquals(Path.of("/x/huggingface/hub").toAbsolutePath(), with(xdg).cache());
    Map<String, String> hfHome = Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "/h");
    assertEquals(Path.of("/h/hub").toAbsolutePath(), with(hfHome).cache());
    Map<String, String> legacy = Map.of("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/l");
    assertEquals(Path.of("/l").toAbsolutePath(), with(legacy).cache());
    Map<String, String> hub = Map.of("HUGGINGFACE_HUB_CACHE", "/l", "HF_HUB_CACHE", "/c");
    assertEquals(Path.of("/c").toAbsolutePath(), with(hub).cache());
    Map<String, String> own = Map.of("HF_HUB_CACHE", "/c", "SENTENCE_TRANSFORMERS_HOME", "/s");
    assertEquals(Path.of("/s").toAbsolutePath(), with(own).cache());
  }

  @Test
  void pathsAreExpanded() {
    Map<String, String> variables =
        Map.of("HF_HOME", "~/$TEAM/${PROJECT}/$NOBODY", "TEAM", "search", "PROJECT", "a$b");
    assertEquals(home.resolve("search/a$b/$NOBODY/hub"), with(variables).cache());
  }

  @Test
  void emptyVariablesCountAsNone() {
    HubSettings settings = with(Map.of("HF_HOME", "", "HF_ENDPOINT", "", "HF_TOKEN", ""));
    assertEquals(with(Map.of()).cache(), settings.cache());
    assertEquals(with(Map.of()).endpoint(), settings.endpoint());
    assertEquals(Optional.empty(), settings.token());
  }

  @Test
  void offlineIsWhatTheFirstVariableSays() {
    assertTrue(with(Map.of("HF_HUB_OFFLINE", "1")).offline());
    assertTrue(with(Map.of("HF_HUB_OFFLINE", "Yes")).offline());
    assertTrue(with(Map.of("TRANSFORMERS_OFFLINE", "on")).offline());
    assertFalse(with(Map.of("HF_HUB_OFFLINE", "0", "TRANSFORMERS_OFFLINE", "1")).offline());
    assertFalse(with(Map.of("HF_HUB_OFFLINE", "maybe")).offline());
  }

  @Test
  void theTokenComesFromTheVariableOrTheFile() throws IOException {
    Path file = home.resolve(".cache/huggingface/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, " hf_file\r\n");
    assertEquals(Optional.of("hf_file"), with(Map.of()).token());
    assertEquals(Optional.of("hf_variable"), with(Map.of("HF_TOKEN", "hf_variable\n")).token());
    assertEquals(Optional.of("hf_old"), with(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_old")).token());
    assertEquals(Optional.empty(), with(Map.of("HF_HOME", home + "/elsewhere")).token());
    assertEquals(
        Optional.of("hf_file"),
        with(Map.of("HF_HOME", home + "/elsewhere", "HF_TOKEN_PATH", file.toString())).token());
    assertEquals(
        Optional.empty(),
        with(Map.of("HF_TOKEN", "x", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "true")).token());
    Files.writeString(file, "\n");
    assertEquals(Optional.empty(), with(Map.of()).token());
  }

  @Test
  void aTokenIsNeverInAMessage() {
    String secret = "hf_geheim nis";
    HubException e = assertThrows(HubException.class, () -> with(Map.of("HF_TOKEN", secret)));
    assertFalse(e.getMessage().contains("geheim"), e.getMessage());
    assertFalse(with(Map.of("HF_TOKEN", "hf_geheim")).toString().contains("geheim"));
  }

  @Test
  void aTokenDoesNotGoToAnotherEndpoint() {
    HubSettings settings = with(Map.of("HF_TOKEN", "hf_secret"));
    assertEquals(
        Optional.empty(), settings.withEndpoint(URI.create("https://elsewhere.example")).token());
    assertEquals(
        Optional.of("hf_secret"),
        settings.withEndpoint(URI.create("https://huggingface.co/")).token());
  }

  @Test
  void anEndpointMustBeAWebAddress() {
    assertEquals(
        URI.create("https://mirror.example/hf"),
        with(Map.of("HF_ENDPOINT", "https://mirror.example/hf//")).endpoint());
    for (String wrong :
        new String[] {
          "mirror.example", "ftp://x", "file:///tmp", "https://u:p@x", "http://", "a b"
        }) {
      HubException e =
          assertThrows(HubException.class, () -> with(Map.of("HF_ENDPOINT", wrong)), wrong);
      assertTrue(e.getMessage().contains("address") || e.getMessage().contains("endpoint"));
    }
  }

  @Test
  void otherVariables() {
    assertEquals(Duration.ofSeconds(99), with(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "99")).timeout());
    assertFalse(with(Map.of("HF_HUB_DISABLE_SYMLINKS", "1")).symbolicLinks());
    for (String wrong : new String[] {"soon", "-1", "1.5"}) {
      assertThrows(HubException.class, () -> with(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", wrong)), wrong);
    }
  }
}
