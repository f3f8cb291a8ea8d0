package dev.lucenesemantic.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Rows as aligned columns: names to the left, figures to the right. */
final class TextTable {
  private final int names;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Starts a table.
   *
   * @param names how many of the first columns hold names; the others hold figures
   * @param head what stands above the columns
   */
  TextTable(int names, String... head) {
    this.names = names;
    rows.add(List.of(head));
  }

  /** Adds a row of as many cells as the head has. */
  void add(List<String> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(cells + " does not fit " + rows.get(0));
    }
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String padding = " ".repeat(width(column) - cell.length());
        line.append(column == 0 ? "" : "  ");
        line.append(column < names ? cell + padding : padding + cell);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
