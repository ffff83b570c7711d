package dev.skep.tests.docs;

import java.util.ArrayList;
import java.util.List;

/** Rows as kubectl sets them: each column as wide as its widest cell. */
final class TextTable {
  private TextTable() {}

  static List<String> set(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (int c = 0; c < rows.getFirst().size(); c++) {
      int column = c;
      widths.add(rows.stream().mapToInt(r -> r.get(column).length()).max().orElseThrow());
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < row.size(); c++) {
      String cell = row.get(c);
      line.append(cell).append(" ".repeat(widths.get(c) - cell.length() + 3));
    }
    return line.toString().stripTrailing();
  }
}
