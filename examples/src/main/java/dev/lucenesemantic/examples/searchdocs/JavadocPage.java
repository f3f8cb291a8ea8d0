package dev.lucenesemantic.examples.searchdocs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Reads the passages of one page that the javadoc tool of JDK 17 or newer wrote. */
final class JavadocPage {
  /** Fewer words than this say no more than the name does. */
  private static final int MIN_WORDS = 4;

  private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z_][a-z0-9_]*\\.)+(?=[A-Z])");

  /** What the javadoc tool writes for every enum and record, and people for constructors. */
  private static final Pattern BOILERPLATE =
      Pattern.compile(
          """
          Returns an array containing the constants of this enum class.*\
          |Returns the enum constant of this class with the specified name.*\
          |Returns a hash code value for this object.*record components.*\
          |Returns a string representation of this record class.*\
          |Returns the value of the \\w+ record component.*\
          |Indicates whether some other object is "equal to" this one.*\
          |(Sole|Default|Empty) constructor\\b.{0,70}\
          """);

  private final List<Passage> passages = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private JavadocPage() {}

  /** The passages of a class or a package, none of any other page. */
  static List<Passage> passages(Document page) {
    JavadocPage reader = new JavadocPage();
    if (page.body().hasClass("package-declaration-page")) {
      reader.readPackage(page);
    } else if (page.body().hasClass("class-declaration-page")) {
      reader.readClass(page);
    }
    return reader.passages;
  }

  private void readPackage(Document page) {
    Element name = page.selectFirst(".package-signature .element-name");
    Element description = page.selectFirst("section.package-description > div.block");
    if (name != null && description != null) {
      description.select("pre").remove();
      addSections(name.text(), "package " + name.text(), name.text(), HtmlBlocks.of(description));
    }
  }

  private void readClass(Document page) {
    Element packageName = page.selectFirst(".sub-title a");
    Element typeName = page.selectFirst(".type-signature .type-name-label");
    if (packageName == null || typeName == null) {
      return;
    }
    // The label of a generic type carries its parameters: Foo<T>.
    String type = typeName.text().replaceAll("<.*", "");
    String qualified = packageName.text() + "." + type;
    Element description = page.selectFirst("section.class-description");
    if (description != null) {
      addSections(qualified, type, type, description(description));
    }
    for (Element member : page.select("section.detail")) {
      readMember(qualified, type, member);
    }
  }

  private void readMember(String qualified, String type, Element member) {
    // An inherited description stands at the member it comes from.
    if (member.selectFirst(".description-from-type-label") != null) {
      return;
    }
    List<Block> blocks = description(member);
    if (blocks.isEmpty()) {
      blocks = returns(member);
    }
    if (blocks.isEmpty() || BOILERPLATE.matcher(blocks.getFirst().text()).matches()) {
      return;
    }
    String signature = PACKAGE.matcher(member.id()).replaceAll("");
    boolean constructor = signature.startsWith("<init>");
    String simpleType = type.substring(type.lastIndexOf('.') + 1);
    String name = constructor ? simpleType + signature.substring("<init>".length()) : signature;
    String readable = name.replace(",", ", ");
    String bare = name.replaceAll("\\(.*", "");
    // Overloads often repeat one another word for word.
    if (seen.add(bare + blocks)) {
      // Without the parameters: their types are words that the text is not about.
      String heading = constructor ? type : type + " " + bare;
      addSections(qualified + "#" + readable, type + "#" + readable, heading, blocks);
    }
  }

  private static List<Block> description(Element section) {
    // Code samples hold the words of the sample, not of what is described.
    section.select("pre").remove();
    List<Block> blocks = new ArrayList<>();
    for (Element child : section.children()) {
      if (child.hasClass("deprecation-block") || child.hasClass("block")) {
        blocks.addAll(HtmlBlocks.of(child));
      }
    }
    return blocks;
  }

  private static List<Block> returns(Element member) {
    for (Element term : member.select("dl.notes > dt")) {
      Element value = term.nextElementSibling();
      if (term.text().equals("Returns:") && value != null && !value.text().isBlank()) {
        return List.of(new Block(false, PlainText.oneLine("Returns " + value.text())));
      }
    }
    return List.of();
  }

  private void addSections(String id, String title, String heading, List<Block> blocks) {
    List<Section> sections = Sections.of(blocks);
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      if (words(section.text()) < MIN_WORDS
          || section.heading().equalsIgnoreCase("table of contents")) {
        continue;
      }
      String part = i == 0 ? "" : "/" + (i + 1);
      String under = section.heading().isEmpty() ? "" : ": " + section.heading();
      passages.add(new Passage(id + part, title + under, heading + under, section.text()));
    }
  }

  private static int words(String text) {
    return text.split("\\s+").length;
  }
}
