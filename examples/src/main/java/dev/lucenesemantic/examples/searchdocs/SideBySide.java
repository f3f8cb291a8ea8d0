package dev.lucenesemantic.examples.searchdocs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jline.utils.WCWidth;

/** Lays answers out in columns, at most 120 characters wide. */
public final class SideBySide {
  /** How wide a line is at most. */
  public static final int WIDTH = 120;

  /** Wider columns are no easier to read. */
  private static final int WIDEST_COLUMN = 48;

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
   * @param answers at least one; each becomes a column, and all are equally wide
   * @return the lines to print
   */
  public List<String> lines(String question, List<Answer> answers) {
    int column = columnWidth(answers.size());
    List<List<String>> columns = answers.stream().map(answer -> column(answer, column)).toList();
    List<String> lines = new ArrayList<>();
    lines.add("? " + clip(PlainText.oneLine(question), answers.size() * column));
    lines.add("");
    lines.add(row(answers.stream().map(answer -> clip(head(answer), column)).toList(), column));
    lines.add(String.join("-+-", Collections.nCopies(answers.size(), "-".repeat(column))));
    int longest = columns.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      int line = i;
      lines.add(row(columns.stream().map(texts -> line(texts, line)).toList(), column));
    }
    return lines;
  }

  private static int columnWidth(int columns) {
    return Math.min(WIDEST_COLUMN, (WIDTH - 3 * (columns - 1)) / columns);
  }

  private static String head(Answer answer) {
    return String.format(Locale.ROOT, "%s  (%.1f ms)", answer.method(), answer.millis());
  }

  private static String line(List<String> lines, int i) {
    return i < lines.size() ? lines.get(i) : "";
  }

  private static String row(List<String> cells, int column) {
    return cells.stream()
        .map(cell -> cell + " ".repeat(Math.max(0, column - width(cell))))
        .collect(Collectors.joining(" | "))
        .stripTrailing();
  }

  private List<String> column(Answer answer, int width) {
    if (answer.hits().isEmpty()) {
      return wrap(PlainText.oneLine(answer.whyNone()), width, 10);
    }
    List<String> lines = new ArrayList<>();
    int rank = 1;
    for (Answer.Hit hit : answer.hits()) {
      String score = String.format(Locale.ROOT, "%.3f", hit.score());
      String start = String.format(Locale.ROOT, "%d. ", rank++);
      int room = width - start.length() - score.length() - 1;
      String title = clip(shortTitle(hit.title(), room), room);
      lines.add(start + title + " ".repeat(room - width(title) + 1) + score);
      for (String text : wrap(hit.text(), width - INDENT.length(), textLines)) {
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
