package dev.pale.vault;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The name that somebody may have meant. */
final class Nearest {
  private Nearest() {}

  /** The live name with the fewest edits, if they are few enough; else empty. */
  static String to(String wrong, SortedMap<String, Manifest.Entry> entries) {
    String best = "";
    int fewest = Math.max(2, wrong.length() / 2);
    for (Map.Entry<String, Manifest.Entry> each : entries.entrySet()) {
      if (each.getValue().live()) {
        int edits =
            edits(wrong.toUpperCase(Locale.ROOT), each.getKey().toUpperCase(Locale.ROOT), fewest);
        if (edits < fewest) {
          fewest = edits;
          best = each.getKey();
        }
      }
    }
    return best;
  }

  private static int edits(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) >= limit) {
      return limit;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
