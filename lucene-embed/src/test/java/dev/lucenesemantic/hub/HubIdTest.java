package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids are read as Python's sentence-transformers reads them. */
class HubIdTest {

  @Test
  void shortNamesGetTheOrganisationOfTheirKind() {
    assertEquals(
        new HubId("sentence-transformers/all-MiniLM-L6-v2", "main"),
        HubId.parse("all-MiniLM-L6-v2", ModelKind.SENTENCE_TRANSFORMER));
    assertEquals(
        new HubId("cross-encoder/ms-marco-MiniLM-L6-v2", "main"),
        HubId.parse("ms-marco-MiniLM-L6-v2", ModelKind.CROSS_ENCODER));
  }

  @Test
  void modelsThatAreOlderThanOrganisationsKeepTheirNames() {
    for (ModelKind kind : ModelKind.values()) {
      assertEquals("bert-base-uncased", HubId.parse("bert-base-uncased", kind).repository());
      assertEquals("XLNet-Base-Cased", HubId.parse("XLNet-Base-Cased", kind).repository());
    }
  }

  @Test
  void fullNamesStayAsTheyAre() {
    assertEquals(
        new HubId("intfloat/e5-small-v2", "main"),
        HubId.parse("intfloat/e5-small-v2", ModelKind.CROSS_ENCODER));
  }

  @Test
  void aRevisionStandsBehindAnAtSign() {
    HubId id = HubId.parse("all-MiniLM-L6-v2@refs/pr/21", ModelKind.SENTENCE_TRANSFORMER);
    assertEquals(new HubId("sentence-transformers/all-MiniLM-L6-v2", "refs/pr/21"), id);
    assertEquals("sentence-transformers/all-MiniLM-L6-v2@refs/pr/21", id.toString());
    assertEquals("models--sentence-transformers--all-MiniLM-L6-v2", id.folderName());
    assertTrue(HubId.parse("a/b@" + FakeHub.COMMIT, ModelKind.CROSS_ENCODER).isPinned());
    assertEquals("v1.0+cpu", HubId.parse("a/b@v1.0+cpu", ModelKind.CROSS_ENCODER).revision());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..", "../other", "a/..", "a/../b", "/etc/passwd", "a/b/c", "C:\\model", "a\\b", "a//b",
            "/a",
        "a/", ".hidden", "a/.b", "a/b.", "-a", "a/b-", "a--b/c", "a/b..c", "a/b.git",
            "datasets/a/b",
        "a/b?x=1", "a/b#c", "a b", "a/b\n", "a/é", "a/b%2e%2e", ""
      })
  void whatIsNoIdIsRefused(String text) {
    ModelException e =
        assertThrows(ModelException.class, () -> HubId.parse(text, ModelKind.SENTENCE_TRANSFORMER));
    assertTrue(e.getMessage().contains("no such folder"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../../x",
        "refs/../../x",
        "/main",
        "a//b",
        "a/",
        "C:x",
        "a\\b",
        "a b",
        "main\n",
        ".hidden",
        "a/.b",
        "-x",
        "x.lock",
        "x.",
        "x..y",
        "a?b",
        "a%2fb"
      })
  void whatIsNoRevisionIsRefused(String revision) {
    ModelException e =
        assertThrows(
            ModelException.class, () -> HubId.parse("a/b@" + revision, ModelKind.CROSS_ENCODER));
    assertTrue(e.getMessage().contains("is not a revision"), e.getMessage());
    assertThrows(ModelException.class, () -> new HubId("a/b", "x".repeat(201)));
  }

  @Test
  void namesAreNoLongerThanTheHubAllows() {
    assertEquals("a/" + "b".repeat(96), new HubId("a/" + "b".repeat(96), "main").repository());
    assertThrows(ModelException.class, () -> new HubId("a/" + "b".repeat(97), "main"));
  }
}
