package dev.lucenesemantic.examples.searchdocs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/** Reads the text of an HTML element as a person sees it, block by block. */
final class HtmlBlocks implements NodeFilter {
  private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");
  private static final Set<String> UNSEEN =
      Set.of("head", "script", "style", "noscript", "template", "svg", "math", "nav", "button");
  // Inside a row or an item a block would tear apart what is read together.
  private static final Set<String> SPACES = Set.of("br", "td", "th");

  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();

  private HtmlBlocks() {}

  static List<Block> of(Element element) {
    HtmlBlocks reader = new HtmlBlocks();
    element.filter(reader);
    reader.endBlock(false);
    return reader.blocks;
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode text) {
      line.append(text.getWholeText());
    } else if (node instanceof Element element) {
      String name = element.normalName();
      if (UNSEEN.contains(name)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      if (SPACES.contains(name)) {
        line.append(' ');
      } else if (element.isBlock()) {
        endBlock(false);
        if (name.equals("li")) {
          line.append("- ");
        }
      }
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element
        && element.isBlock()
        && !SPACES.contains(element.normalName())) {
      endBlock(HEADINGS.contains(element.normalName()));
    }
    return FilterResult.CONTINUE;
  }

  private void endBlock(boolean heading) {
    String text = PlainText.oneLine(line);
    line.setLength(0);
    if (!text.isEmpty() && !text.equals("-")) {
      blocks.add(new Block(heading, text));
    }
  }
}
