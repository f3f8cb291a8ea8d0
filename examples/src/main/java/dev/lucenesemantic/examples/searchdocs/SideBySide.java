package dev.lucenesemantic.examples.searchdocs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.WCWidth;

/** Lays two answers out in two columns, at most 100 characters wide. */
public final class SideBySide {
  private static final int COLUMN = 48;
  private static final String INDENT = "   ";

  private final int textLines;

  /**
   * Chooses how much of a passage is shown.
   *
   * @param textLines the number of lines
   */
  public SideBySide(int textLines) {
    this.textLines = textLines;
  }

  /**
   * Lays out a question and its answers.
   *
   * @param question as it was asked
   * @param left an answer
   * @param right another one
   * @return the lines to print
   */
  public List<String> lines(String question, Answer left, Answer right) {
    List<String> lines = new ArrayList<>();
    lines.add("? " + clip(PlainText.oneLine(question), 2 * COLUMN));
    lines.add("");
    lines.add(row(head(left), head(right)));
    lines.add("-".repeat(COLUMN) + "-+-" + "-".repeat(COLUMN));
    List<String> leftLines = column(left);
    List<String> rightLines = column(right);
    for (int i = 0; i < Math.max(leftLines.size(), rightLines.size()); i++) {
      lines.add(row(line(leftLines, i), line(rightLines, i)));
    }
    return lines;
  }

  private static String head(Answer answer) {
    return String.format(Locale.ROOT, "%s  (%.1f ms)", answer.method(), answer.millis());
  }

  private static String line(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "";
  }

  private static String row(String left, String right) {
    String padding = " ".repeat(Math.max(0, COLUMN - width(left)));
    return (left + padding + " | " + right).stripTrailing();
  }

  private List<String> column(Answer answer) {
    if (answer.hits().isEmpty()) {
      return List.of("no passage has any of these words");
    }
    List<String> lines = new ArrayList<>();
    int rank = 1;
    for (Answer.Hit hit : answer.hits()) {
      String score = String.format(Locale.ROOT, "%.3f", hit.score());
      String start = String.format(Locale.ROOT, "%d. ", rank++);
      int room = COLUMN - start.length() - score.length() - 1;
      String title = clip(shortTitle(hit.title(), room), room);
      lines.add(start + title + " ".repeat(room - width(title) + 1) + score);
      for (String text : wrap(hit.text(), COLUMN - INDENT.length(), textLines)) {
        lines.add(INDENT + text);
      }
    }
    return lines;
  }

  /** A long signature loses its parameters before it loses its name. */
  private static String shortTitle(String title, int room) {
    return width(title) <= room ? title : title.replaceFirst("\\([^()]+\\)", "(..)");
  }

  /** The beginning of a text in lines that end between words; an ellipsis where it goes on. */
  static List<String> wrap(String text, int width, int maxLines) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip();
    while (!rest.isEmpty() && lines.size() < maxLines) {
      if (width(rest) <= width) {
        lines.add(rest);
        break;
      }
      if (lines.size() == maxLines - 1) {
        String last = rest.substring(0, breakAt(rest, width - 4));
        lines.add(last.stripTrailing() + " ...");
        break;
      }
      int end = breakAt(rest, width);
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).strip();
    }
    return lines;
  }

  static String clip(String text, int width) {
    return width(text) <= width ? text : text.substring(0, fitting(text, width - 3)) + "...";
  }

  /** The last space that fits, or the last character where the first word does not. */
  private static int breakAt(String text, int width) {
    int fit = fitting(text, width);
    if (fit == text.length() || text.charAt(fit) == ' ') {
      return fit;
    }
    int space = text.lastIndexOf(' ', fit);
    return space > 0 ? space : Math.max(fit, Character.charCount(text.codePointAt(0)));
  }

  private static int fitting(String text, int width) {
    int used = 0;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      used += Math.max(0, WCWidth.wcwidth(c));
      if (used > width) {
        return i;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  static int width(String text) {
    return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
  }
}
