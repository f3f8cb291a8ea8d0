package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

class HtmlBlocksTest {

  private static List<Block> read(String html) {
    return HtmlBlocks.of(Jsoup.parseBodyFragment(html).body());
  }

  @Test
  void paragraphsListsAndHeadingsAreBlocks() {
    assertEquals(
        List.of(
            new Block(false, "Before"),
            new Block(true, "Fruit"),
            new Block(false, "We have:"),
            new Block(false, "- ripe apples"),
            new Block(false, "- pears"),
            new Block(false, "After")),
        read("Before<h2>Fruit</h2><p>We have:<ul><li>ripe <b>apples</b></li><li>pears</ul>After"));
  }

  @Test
  void aRowOfATableIsOneBlock() {
    assertEquals(
        List.of(new Block(false, "Name Price"), new Block(false, "Pear 2")),
        read(
            "<table><tr><th>Name</th><th>Price</th></tr><tr><td>Pear</td><td>2</td></tr></table>"));
  }

  @Test
  void whatNobodySeesIsLeftOut() {
    assertEquals(
        List.of(new Block(false, "Shown")),
        read(
            "<script>var x;</script><style>p{}</style><nav>Home</nav><!-- no --><p>Shown</p><p>  </p>"));
  }

  @Test
  void whitespaceAndControlCharactersBecomeSingleSpaces() {
    assertEquals(
        List.of(new Block(false, "a b c d")), read("a&nbsp;\n\t b\u0007c\u202e<br>d\u001b"));
  }

  @Test
  void deepNestingIsReadToTheEnd() {
    assertEquals(List.of(new Block(false, "deep")), read("<div>".repeat(20_000) + "deep"));
  }
}
