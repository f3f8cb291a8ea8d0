package dev.lucenesemantic.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PythonPeerTest {
  private final PythonPeer peer =
      PythonPeer.biEncoder("python3", Path.of("model"), Path.of("texts"), Path.of("."), 2, 1);

  @Test
  void eachLineIsTheRateOfOneSet() throws IOException {
    Map<String, Rate> rates =
        peer.parse(
            """
            Loading weights: done
            {"set": "short", "dtype": "bf16", "docs_per_s": 200.5, "tokens_per_s": 2406, "threads": 2, "torch": "2.13.0+cpu", "sentence_transformers": "6.0.1", "cpu_flags": ["avx2"]}
            {"set": "long", "dtype": "bf16", "docs_per_s": 40, "tokens_per_s": 9520, "threads": 2, "torch": "2.13.0+cpu", "sentence_transformers": "6.0.1", "cpu_flags": ["avx2"]}
            """);
    assertEquals(Map.of("short", new Rate(200.5, 2406), "long", new Rate(40, 9520)), rates);
    assertEquals("torch 2.13.0+cpu, sentence-transformers 6.0.1", peer.versions());
  }

  @Test
  void aLineWithoutARateIsAnErrorThatQuotesIt() {
    IOException error = assertThrows(IOException.class, () -> peer.parse("{\"set\": \"short\"}\n"));
    assertTrue(error.getMessage().contains("{\"set\": \"short\"}"), error.getMessage());
  }

  @Test
  void noResultAtAllIsAnError() {
    assertThrows(IOException.class, () -> peer.parse("hello\n"));
  }
}
