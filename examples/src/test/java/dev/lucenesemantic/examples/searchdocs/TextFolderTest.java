package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFolderTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

  private Path write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private List<Passage> read() throws Exception {
    return read(dir);
  }

  private List<Passage> read(Path folder) throws Exception {
    TextFolder corpus = TextFolder.of(folder);
    long count = corpus.count(new PrintStream(notes, true, StandardCharsets.UTF_8));
    try (Stream<Passage> stream = corpus.passages()) {
      List<Passage> passages = stream.toList();
      assertEquals(count, passages.size());
      return passages;
    }
  }

  private String notes() {
    return notes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void readsTextMarkdownAndHtmlOfAllSubfolders() throws Exception {
    write("a.txt", "First paragraph.\n\nSecond\nparagraph.\n");
    write(
        "b/c.md",
        "---\ntitle: no\n---\n# Cats\n\nThey *purr* [loudly](http://x).\n\n- and sleep\n");
    write("b/d.HTML", "<title>T</title><h1>Dogs</h1><p>They bark &amp; run.</p><script>x</script>");
    write("b/e.java", "class Ignored {}");
    assertEquals(
        List.of(
            new Passage("a.txt#1", "a.txt", "", "First paragraph. Second paragraph."),
            new Passage("b/c.md#1", "b/c.md: Cats", "Cats", "They purr loudly. - and sleep"),
            new Passage("b/d.HTML#1", "b/d.HTML: Dogs", "Dogs", "They bark & run.")),
        read());
    assertEquals("", notes());
  }

  @Test
  void readsASingleFile() throws Exception {
    Path file = write("only.txt", "Alone here.");
    assertEquals(List.of(new Passage("only.txt#1", "only.txt", "", "Alone here.")), read(file));
  }

  @Test
  void readsTheUsualEncodings() throws Exception {
    String text = "Gr\u00fc\u00dfe aus K\u00f6ln";
    write("a.txt", text);
    write("b.txt", text.getBytes(Charset.forName("windows-1252")));
    write("c.txt", text.getBytes(StandardCharsets.UTF_16));
    write("d.txt", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE));
    write("e.txt", "\ufeff" + text);
    assertEquals(List.of(text), read().stream().map(Passage::text).distinct().toList());
    assertEquals(5, read().size());
  }

  @Test
  void namesWhatItLeavesOutAndGoesOn() throws Exception {
    byte[] junk = new byte[5_000];
    new Random(7).nextBytes(junk);
    write("binary.txt", junk);
    write("empty.md", "");
    write("blank.html", "<html><body>   </body></html>");
    write("good.txt", "Still found.");
    try (RandomAccessFile giant = new RandomAccessFile(dir.resolve("giant.txt").toFile(), "rw")) {
      giant.setLength(TextFile.MAX_BYTES + 1);
    }
    Files.createSymbolicLink(dir.resolve("lost.txt"), dir.resolve("nowhere"));
    Files.createSymbolicLink(dir.resolve("loop"), dir);
    assertEquals(List.of("good.txt#1"), read().stream().map(Passage::id).toList());
    assertTrue(notes().contains("left out: binary.txt: not text"), notes());
    assertTrue(notes().contains("left out: blank.html: empty"), notes());
    assertTrue(notes().contains("left out: empty.md: empty"), notes());
    assertTrue(notes().contains("left out: giant.txt: larger than 8 MB"), notes());
    assertTrue(notes().contains("left out: loop: cannot be opened"), notes());
  }

  @Test
  void aLongListOfProblemsIsCut() throws Exception {
    for (int i = 0; i < 500; i++) {
      write("empty" + i + ".txt", "");
    }
    assertEquals(List.of(), read());
    assertEquals(11, notes().lines().count());
    assertTrue(notes().endsWith("490 more\n"), notes());
  }

  @Test
  void hiddenFilesAndFoldersAreNotRead() throws Exception {
    write(".git/notes.md", "Secret words here.");
    write(".draft.txt", "Secret words here.");
    assertEquals(List.of(), read());
  }

  @Test
  void nestingWithoutEndIsRead() throws Exception {
    write("quotes.md", ">".repeat(50_000) + " deep");
    write("lists.md", ("- ".repeat(5_000) + "deep\n").repeat(3));
    write("brackets.md", "[".repeat(19_000) + "deep");
    write("stars.md", "*a ".repeat(3_000) + "deep" + " a*".repeat(3_000));
    write("tags.md", "<a ".repeat(6_000) + "deep");
    write("tags.html", "<b><i>".repeat(50_000) + "deep</i>");
    List<Passage> passages = read();
    for (String name : List.of("quotes", "lists", "brackets", "stars", "tags")) {
      assertTrue(
          passages.stream().anyMatch(p -> p.id().startsWith(name) && p.text().contains("deep")),
          name);
    }
    assertEquals("", notes());
  }

  @Test
  void theFingerprintChangesWithTheFiles() throws Exception {
    write("a.txt", "One text.");
    String before = TextFolder.of(dir).fingerprint();
    assertEquals(before, TextFolder.of(dir).fingerprint());
    write("ignored.bin", "x");
    assertEquals(before, TextFolder.of(dir).fingerprint());
    write("b.txt", "Another text.");
    assertNotEquals(before, TextFolder.of(dir).fingerprint());
  }

  @Test
  void differentFoldersHaveDifferentSlugs() throws Exception {
    Path a = Files.createDirectories(dir.resolve("x/notes \u00e4 .."));
    Path b = Files.createDirectories(dir.resolve("y/notes \u00e4 .."));
    assertNotEquals(TextFolder.of(a).slug(), TextFolder.of(b).slug());
    assertTrue(TextFolder.of(a).slug().matches("[A-Za-z0-9_.-]+"), TextFolder.of(a).slug());
  }

  @Test
  void aMissingFolderIsRefused() {
    Refusal refusal = assertThrows(Refusal.class, () -> TextFolder.of(dir.resolve("nowhere")));
    assertTrue(refusal.getMessage().contains("nowhere"), refusal.getMessage());
  }
}
