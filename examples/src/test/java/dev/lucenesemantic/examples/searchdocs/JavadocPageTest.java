package dev.lucenesemantic.examples.searchdocs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

class JavadocPageTest {

  private static final String CLASS_PAGE =
      """
        <body class="class-declaration-page"><main>
        <div class="header"><div class="sub-title"><span>Package</span>&nbsp;<a>org.shop</a></div></div>
        <section class="class-description">
          <dl class="notes"><dt>All Implemented Interfaces:</dt><dd>Closeable, Iterable</dd></dl>
          <div class="type-signature"><span class="modifiers">public class </span>\
        <span class="element-name type-name-label">Till.Drawer&lt;<wbr>T&gt;</span></div>
          DESCRIPTION
          <dl class="notes"><dt>WARNING: This API is experimental</dt></dl>
        </section>
        <section class="summary"><div class="block">Summaries are not read a second time.</div></section>
        MEMBERS
        </main></body>
        """;

  private static List<Passage> classPage(String description, String... members) {
    return JavadocPage.passages(
        Jsoup.parse(
            CLASS_PAGE
                .replace("DESCRIPTION", description)
                .replace("MEMBERS", String.join("\n", members))));
  }

  private static String member(String id, String body) {
    return "<section class=\"detail\" id=\""
        + id
        + "\"><h3>name</h3><div class=\"member-signature\">public void name()</div>"
        + body
        + "</section>";
  }

  private static String block(String text) {
    return "<div class=\"block\">" + text + "</div>";
  }

  @Test
  void readsTheDescriptionOfAClassWithoutItsNotesAndSummary() {
    assertEquals(
        List.of(
            new Passage(
                "org.shop.Till.Drawer",
                "Till.Drawer",
                "Till.Drawer",
                "Holds the money of a Till, sorted by coin.")),
        classPage(
            block("Holds the money\n of a <a href=\"Till.html\"><code>Till</code></a>,<p>")
                .replace("<p>", " sorted by coin.")));
  }

  @Test
  void namesAMethodByTheSimpleTypesOfItsParameters() {
    List<Passage> passages =
        classPage(
            "",
            member(
                "open(java.lang.String,org.shop.Key.Copy...)",
                block("Opens the drawer with a key.")
                    + "<dl class=\"notes\"><dt>Specified by:</dt><dd>open in Box</dd></dl>"));
    assertEquals(
        List.of(
            new Passage(
                "org.shop.Till.Drawer#open(String, Key.Copy...)",
                "Till.Drawer#open(String, Key.Copy...)",
                "Till.Drawer open",
                "Opens the drawer with a key.")),
        passages);
  }

  @Test
  void namesAConstructorByItsClassAndAFieldByItself() {
    List<Passage> passages =
        classPage(
            "",
            member("&lt;init&gt;(int)", block("Makes a drawer with so many compartments.")),
            member("MAX_COINS", block("The most coins that fit in.")));
    assertEquals(
        List.of("org.shop.Till.Drawer#Drawer(int)", "org.shop.Till.Drawer#MAX_COINS"),
        passages.stream().map(Passage::id).toList());
  }

  @Test
  void leavesOutWhatIsInheritedGeneratedShortOrEmpty() {
    assertEquals(
        List.of(),
        classPage(
            "",
            member(
                "inherited()",
                block("<span class=\"description-from-type-label\">Description copied</span>")
                    + block("Says at length what the interface says.")),
            member(
                "values()",
                block(
                    "Returns an array containing the constants of this enum class, in the order"
                        + " they are declared.")),
            member(
                "hashCode()",
                block(
                    "Returns a hash code value for this object. The value is derived from the hash"
                        + " code of each of the record components.")),
            member(
                "amount()",
                block("Returns the value of the <code>amount</code> record component.")),
            member(
                "&lt;init&gt;()",
                block(
                    "Sole constructor. (For invocation by subclass constructors, typically implicit.)")),
            member("close()", block("Closes it.")),
            member("undocumented()", "")));
  }

  @Test
  void keepsAConstructorThatIsDescribed() {
    assertEquals(
        1,
        classPage("", member("&lt;init&gt;()", block("Constructor that takes the size of a coin.")))
            .size());
  }

  @Test
  void keepsOneOfSeveralOverloadsWithTheSameWords() {
    List<Passage> passages =
        classPage(
            "",
            member("put(int)", block("Puts a coin into the drawer.")),
            member("put(long)", block("Puts a coin into the drawer.")),
            member("put(byte)", block("Puts a small coin into the drawer.")),
            member("drop(int)", block("Puts a coin into the drawer.")));
    assertEquals(
        List.of("put(int)", "put(byte)", "drop(int)"),
        passages.stream().map(p -> p.id().substring(p.id().indexOf('#') + 1)).toList());
  }

  @Test
  void takesWhatIsReturnedWhereNothingElseIsSaid() {
    List<Passage> passages =
        classPage(
            "",
            member(
                "size()",
                "<dl class=\"notes\"><dt>Returns:</dt><dd>the number of coins</dd></dl>"));
    assertEquals("Returns the number of coins", passages.getFirst().text());
  }

  @Test
  void saysThatAMemberIsDeprecated() {
    List<Passage> passages =
        classPage(
            "",
            member(
                "shut()",
                "<div class=\"deprecation-block\"><span class=\"deprecated-label\">Deprecated.</span>"
                    + "<div class=\"deprecation-comment\">Use close instead.</div></div>"
                    + block("Closes the drawer for good.")));
    assertEquals(
        "Deprecated. Use close instead. Closes the drawer for good.", passages.getFirst().text());
  }

  @Test
  void leavesOutCodeSamples() {
    assertEquals(
        "Counts the coins: That is all.",
        classPage(block("Counts the coins: <pre>int n = drawer.count();</pre> <p>That is all."))
            .getFirst()
            .text());
  }

  @Test
  void cutsALongDescriptionIntoParts() {
    String paragraph = "<p>" + "This sentence has six words here. ".repeat(20);
    List<Passage> passages = classPage(block(paragraph + paragraph + paragraph));
    assertEquals(
        List.of("org.shop.Till.Drawer", "org.shop.Till.Drawer/2", "org.shop.Till.Drawer/3"),
        passages.stream().map(Passage::id).toList());
  }

  @Test
  void readsTheSectionsOfAPackage() {
    String html =
        """
        <body class="package-declaration-page"><main>
        <div class="package-signature">package <span class="element-name">org.shop</span></div>
        <section class="package-description">
        <div class="block">All that a shop needs. <h2>Table of Contents</h2><ol><li>How to sell a thing</ol>
        <h2>Selling</h2> First find a customer. </div></section>
        </main></body>
        """;
    assertEquals(
        List.of(
            new Passage("org.shop", "package org.shop", "org.shop", "All that a shop needs."),
            new Passage(
                "org.shop/3",
                "package org.shop: Selling",
                "org.shop: Selling",
                "First find a customer.")),
        JavadocPage.passages(Jsoup.parse(html)));
  }

  @Test
  void hasNothingToSayOfOtherPages() {
    assertEquals(List.of(), JavadocPage.passages(Jsoup.parse("<body class=\"help-page\">Help")));
    assertEquals(List.of(), JavadocPage.passages(Jsoup.parse("")));
    assertEquals(
        List.of(), JavadocPage.passages(Jsoup.parse("<body class=\"class-declaration-page\">x")));
  }
}
