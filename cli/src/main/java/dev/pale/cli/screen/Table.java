package dev.pale.cli.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * Lays out rows in columns, two spaces apart, by the width that a terminal gives each character.
 */
final class Table {
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private Table() {}

  static String render(List<String> header, List<List<String>> rows, boolean colour) {
    List<List<String>> all = new ArrayList<>();
    all.add(header);
    for (List<String> row : rows) {
      List<String> safe = new ArrayList<>();
      for (String cell : row) {
        safe.add(Screen.escaped(cell));
      }
      all.add(safe);
    }
    int[] widths = new int[header.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < all.size(); r++) {
      StringBuilder line = new StringBuilder();
      List<String> row = all.get(r);
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i));
        if (i + 1 < widths.length) {
          line.append(" ".repeat(widths[i] - width(row.get(i)) + 2));
        }
      }
      String text = line.toString().stripTrailing();
      out.append(r == 0 && colour ? BOLD + text + PLAIN : text).append('\n');
    }
    return out.toString();
  }

  /** Columns that the text takes on a terminal. */
  static int width(String text) {
    int columns = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      columns += width(point);
      i += Character.charCount(point);
    }
    return columns;
  }

  /** Wide ranges after Unicode's EastAsianWidth.txt, W and F, joined where gaps are unassigned. */
  private static int width(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (point >= 0x1100 && point <= 0x115f)
            || (point >= 0x2e80 && point <= 0x303e)
            || (point >= 0x3041 && point <= 0xa4cf)
            || (point >= 0xa960 && point <= 0xa97c)
            || (point >= 0xac00 && point <= 0xd7a3)
            || (point >= 0xf900 && point <= 0xfaff)
            || (point >= 0xfe30 && point <= 0xfe6f)
            || (point >= 0xff00 && point <= 0xff60)
            || (point >= 0xffe0 && point <= 0xffe6)
            || (point >= 0x1f300 && point <= 0x1f64f)
            || (point >= 0x1f680 && point <= 0x1f6ff)
            || (point >= 0x1f900 && point <= 0x1faff)
            || (point >= 0x20000 && point <= 0x3fffd);
    return wide ? 2 : 1;
  }
}
