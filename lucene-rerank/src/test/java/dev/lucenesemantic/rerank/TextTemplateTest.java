package dev.lucenesemantic.rerank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTemplateTest {

  private static String fill(String template, Map<String, String> values) {
    return TextTemplate.parse(template).fill(values::get);
  }

  @Test
  void fieldsAndWordsAreWrittenInTheOrderOfTheTemplate() {
    Map<String, String> values = Map.of("title", "London", "body", "A city.");
    assertEquals("London. A city.", fill("{title}. {body}", values));
    assertEquals("<A city.|LondonLondon>", fill("<{body}|{title}{title}>", values));
  }

  @Test
  void theWordsBesideAMissingFieldAreLeftOut() {
    assertEquals("A city.", fill("{title}. {body}", Map.of("body", "A city.")));
    assertEquals("London", fill("{title}. {body}", Map.of("title", "London")));
    assertEquals("Text: A city.", fill("Text: {body} ({year})", Map.of("body", "A city.")));
    assertEquals("1 3", fill("{a} and {b} or {c}", Map.of("a", "1", "c", "3")));
    assertEquals("2 or 3", fill("({a} and {b} or {c}", Map.of("b", "2", "c", "3")));
    assertNull(fill("say {title}. {body}", Map.of()));
  }

  @Test
  void doubledBracesAreBraces() {
    assertEquals("{London} }{", fill("{{{title}}} }}{{", Map.of("title", "London")));
  }

  @Test
  void aFieldsValueIsNoTemplate() {
    assertEquals("{body} x", fill("{title} {body}", Map.of("title", "{body}", "body", "x")));
  }

  @Test
  void whatIsNoTemplateIsRefusedWithThePlace() {
    for (String wrong :
        List.of("", "title", "{{title}}", "{title", "title}", "{}", "{ }", "{a{b}")) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> TextTemplate.parse(wrong), wrong);
      assertTrue(refusal.getMessage().contains('"' + wrong + '"'), refusal.getMessage());
    }
  }
}
