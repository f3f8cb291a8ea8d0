package dev.lucenesemantic.examples.searchdocs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;

/** Reads a text, Markdown or HTML file as blocks. */
final class TextFile {
  static final long MAX_BYTES = 8 << 20;

  private static final int MAX_MARKDOWN_PARAGRAPH = 20_000;
  private static final int MAX_MARKDOWN_DEPTH = 100;

  private static final Pattern BLANK_LINES = Pattern.compile("(?:\\R\\s*){2,}");
  private static final Pattern FRONT_MATTER = Pattern.compile("\\A---\\R(?s:.*?)\\R---\\R");

  private TextFile() {}

  static boolean isText(Path file) {
    return switch (extension(file)) {
      case "txt", "text", "md", "markdown", "html", "htm", "xhtml" -> true;
      default -> false;
    };
  }

  static List<Block> read(Path file) throws Refusal {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new Refusal("larger than " + (MAX_BYTES >> 20) + " MB");
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Refusal("cannot be read", e);
    }
    String text = decode(bytes);
    if (isBinary(text)) {
      throw new Refusal("not text");
    }
    List<Block> blocks =
        switch (extension(file)) {
          case "txt", "text" -> paragraphs(text);
          case "md", "markdown" -> markdown(text);
          default -> HtmlBlocks.of(Jsoup.parse(text));
        };
    if (blocks.isEmpty()) {
      throw new Refusal("empty");
    }
    return blocks;
  }

  private static List<Block> paragraphs(String text) {
    return Arrays.stream(BLANK_LINES.split(text))
        .map(PlainText::oneLine)
        .filter(paragraph -> !paragraph.isEmpty())
        .map(paragraph -> new Block(false, paragraph))
        .toList();
  }

  private static List<Block> markdown(String text) {
    String body = FRONT_MATTER.matcher(text).replaceFirst("");
    // Nobody writes such a paragraph by hand, and the parser's time grows with its square.
    if (BLANK_LINES.splitAsStream(body).anyMatch(p -> p.length() > MAX_MARKDOWN_PARAGRAPH)) {
      return paragraphs(body);
    }
    try {
      Node document = Parser.builder().maxOpenBlockParsers(MAX_MARKDOWN_DEPTH).build().parse(body);
      String html = HtmlRenderer.builder().build().render(document);
      return HtmlBlocks.of(Jsoup.parseBodyFragment(html));
    } catch (StackOverflowError e) {
      // Thousands of stars inside one another: the parser has no limit for those.
      return paragraphs(body);
    }
  }

  private static String decode(byte[] bytes) {
    if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
      return new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8);
    }
    if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
      return new String(bytes, StandardCharsets.UTF_16);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, Charset.forName("windows-1252"));
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBinary(String text) {
    long controls =
        text.chars().filter(c -> c == 0 || (Character.isISOControl(c) && !isSpacing(c))).count();
    return text.indexOf('\0') >= 0 || controls * 100 > text.length();
  }

  private static boolean isSpacing(int c) {
    return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x85 || c == 0x1b;
  }

  private static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
