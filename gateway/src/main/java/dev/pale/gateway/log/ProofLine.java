package dev.pale.gateway.log;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person reads at the end, a sentence a secret: {@code OPENAI_API_KEY left 14 times, to
 * api.openai.com, in Authorization; it appeared 0 times in the 2.1 MB that came back to the agent}.
 *
 * <p>It says what was searched for and not more: renderings, not whatever a server may make of a
 * value.
 */
public final class ProofLine {
  private static final int MOST_NAMED = 4;
  private static final String HTTPS = ":443";

  private ProofLine() {}

  /** The sentences, by name, without full stops. */
  public static List<String> of(Totals totals) {
    long bytes = totals.bytes();
    List<String> lines = new ArrayList<>();
    for (Totals.OfSecret each : totals.bySecret()) {
      lines.add(line(each, bytes));
    }
    return List.copyOf(lines);
  }

  private static String line(Totals.OfSecret secret, long bytes) {
    StringBuilder line = new StringBuilder(secret.name());
    if (secret.left() == 0) {
      line.append(" did not leave");
    } else {
      line.append(" left ").append(times(secret.left())).append(", to ");
      List<String> hosts = new ArrayList<>();
      for (String host : secret.hosts()) {
        hosts.add(host.endsWith(HTTPS) ? host.substring(0, host.length() - HTTPS.length()) : host);
      }
      names(hosts, line);
      line.append(", in ");
      names(secret.slots(), line);
    }
    line.append("; ");
    if (!secret.unsearched().isEmpty()) {
      return line.append("it was not looked for in what came back, because it ")
          .append(secret.unsearched())
          .toString();
    }
    if (secret.found() == 0) {
      return line.append("it appeared 0 times in the ")
          .append(size(bytes))
          .append(" that came back to the agent")
          .toString();
    }
    return line.append("servers sent it back ")
        .append(times(secret.found()))
        .append(", each time replaced by its placeholder in the ")
        .append(size(bytes))
        .append(" that came back to the agent")
        .toString();
  }

  private static String times(long count) {
    return count == 1 ? "once" : count + " times";
  }

  private static void names(List<String> names, StringBuilder line) {
    int shown = names.size() > MOST_NAMED + 1 ? MOST_NAMED : names.size();
    for (int i = 0; i < shown; i++) {
      boolean last = i == names.size() - 1;
      line.append(i == 0 ? "" : last ? " and " : ", ").append(names.get(i));
    }
    if (shown < names.size()) {
      line.append(" and ").append(names.size() - shown).append(" others");
    }
  }

  /** In steps of 1000, one digit after the point. */
  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    String[] units = {"kB", "MB", "GB", "TB"};
    int unit = 0;
    long one = 1000;
    while (tenths(bytes, one) >= 10_000 && unit < units.length - 1) {
      one *= 1000;
      unit++;
    }
    long tenths = tenths(bytes, one);
    return tenths / 10 + "." + tenths % 10 + " " + units[unit];
  }

  private static long tenths(long bytes, long one) {
    return (bytes + one / 20) / (one / 10);
  }
}
