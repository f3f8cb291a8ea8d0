package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SectionsTest {

  private static Block text(String text) {
    return new Block(false, text);
  }

  @Test
  void shortParagraphsStayTogetherUnderTheirHeading() {
    assertEquals(
        List.of(new Section("", "One. Two."), new Section("Next", "Three.")),
        Sections.of(List.of(text("One."), text("Two."), new Block(true, "Next"), text("Three."))));
  }

  @Test
  void paragraphsAreNotTornApartWhereTheyFit() {
    String a = "a".repeat(500);
    String b = "b".repeat(500);
    assertEquals(
        List.of(new Section("", a), new Section("", b)), Sections.of(List.of(text(a), text(b))));
  }

  @Test
  void aLongParagraphIsCutBetweenSentences() {
    String paragraph = "Each of these sentences ends here. ".repeat(100).strip();
    List<Section> sections = Sections.of(List.of(text(paragraph)));
    assertTrue(sections.size() > 3);
    for (Section section : sections) {
      assertTrue(section.text().length() <= Sections.MAX_CHARS);
      assertTrue(section.text().endsWith("here."), section.text());
    }
    assertEquals(paragraph, sections.stream().map(Section::text).collect(Collectors.joining(" ")));
  }

  @Test
  void aWordWithoutEndIsCutButNoCharacterIs() {
    String faces = "\ud83d\ude00".repeat(1_501);
    List<Section> sections = Sections.of(List.of(text("x" + faces)));
    assertEquals("x" + faces, sections.stream().map(Section::text).collect(Collectors.joining()));
    for (Section section : sections) {
      assertTrue(section.text().length() <= Sections.MAX_CHARS);
      assertTrue(
          Arrays.stream(section.text().codePoints().toArray())
              .noneMatch(c -> c >= 0xD800 && c <= 0xDFFF));
    }
  }

  @Test
  void nothingGivesNothing() {
    assertEquals(List.of(), Sections.of(List.of()));
    assertEquals(List.of(), Sections.of(List.of(new Block(true, "Only a heading"))));
  }
}
