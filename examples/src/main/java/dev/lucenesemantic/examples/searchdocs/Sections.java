package dev.lucenesemantic.examples.searchdocs;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a text into pieces that a model reads to the end: at headings, else between paragraphs, else
 * between sentences, else where it must.
 */
final class Sections {
  /** About 200 tokens of English; the smallest of the bundled models reads 256. */
  static final int MAX_CHARS = 800;

  private final List<Section> sections = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String heading = "";

  private Sections() {}

  static List<Section> of(List<Block> blocks) {
    Sections cutter = new Sections();
    for (Block block : blocks) {
      if (block.heading()) {
        cutter.endSection();
        cutter.heading = block.text();
      } else if (block.text().length() <= MAX_CHARS) {
        cutter.add(block.text());
      } else {
        cutter.addSentences(block.text());
      }
    }
    cutter.endSection();
    return cutter.sections;
  }

  private void addSentences(String paragraph) {
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(paragraph);
    int start = sentences.first();
    for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
      String sentence = paragraph.substring(start, end).strip();
      while (sentence.length() > MAX_CHARS) {
        int space = sentence.lastIndexOf(' ', MAX_CHARS);
        int cut = space > 0 ? space : beforePair(sentence, MAX_CHARS);
        add(sentence.substring(0, cut));
        sentence = sentence.substring(cut).strip();
      }
      add(sentence);
      start = end;
    }
  }

  private static int beforePair(String text, int index) {
    return Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
  }

  private void add(String piece) {
    if (piece.isEmpty()) {
      return;
    }
    if (text.length() + 1 + piece.length() > MAX_CHARS) {
      endSection();
    }
    if (!text.isEmpty()) {
      text.append(' ');
    }
    text.append(piece);
  }

  private void endSection() {
    if (!text.isEmpty()) {
      sections.add(new Section(heading, text.toString()));
      text.setLength(0);
    }
  }
}
