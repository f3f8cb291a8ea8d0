package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static Settings of(String... pairs) throws Refusal {
    Properties properties = new Properties();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty(pairs[i], pairs[i + 1]);
    }
    return Settings.of(properties);
  }

  private static String refused(String... pairs) {
    return assertThrows(Refusal.class, () -> of(pairs)).getMessage();
  }

  @Test
  void emptyMeansNotGiven() throws Refusal {
    assertEquals(
        of(),
        of(
            "query",
            "",
            "folder",
            "",
            "model",
            "",
            "reranker",
            "",
            "k",
            "",
            "rebuild",
            "",
            "index",
            ""));
    assertEquals(Optional.empty(), of().query());
  }

  @Test
  void readsWhatIsGiven() throws Refusal {
    assertEquals(
        new Settings(
            Optional.of("how?"),
            Optional.of(Path.of("docs")),
            Optional.of("BGE"),
            Optional.of("none"),
            7,
            true,
            Path.of("kept")),
        of(
            "query",
            " how? ",
            "folder",
            "docs",
            "model",
            "BGE",
            "reranker",
            "none",
            "k",
            "7",
            "rebuild",
            "true",
            "index",
            "kept"));
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertTrue(refused("query", " \t ").contains("blank"));
    for (String k : new String[] {"0", "-1", "51", "many", "99999999999"}) {
      assertTrue(refused("k", k).contains("from 1 to 50, and not " + k));
    }
    assertTrue(refused("rebuild", "perhaps").contains("perhaps"));
    assertTrue(refused("folder", "a\0b").contains("-Dfolder"));
  }
}
