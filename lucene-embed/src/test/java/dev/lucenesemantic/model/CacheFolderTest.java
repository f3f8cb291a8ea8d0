package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The cache is where the environment says. */
class CacheFolderTest {
  private static final Path HOME = Path.of("home");

  @Test
  void ownVariableThenXdgThenHome() {
    assertEquals(
        Path.of("own"),
        CacheFolder.of(Map.of("LUCENE_SEMANTIC_CACHE", "own", "XDG_CACHE_HOME", "xdg"), HOME));
    assertEquals(
        Path.of("xdg/lucene-semantic"),
        CacheFolder.of(Map.of("LUCENE_SEMANTIC_CACHE", "", "XDG_CACHE_HOME", "xdg"), HOME));
    assertEquals(Path.of("home/.cache/lucene-semantic"), CacheFolder.of(Map.of(), HOME));
  }
}
