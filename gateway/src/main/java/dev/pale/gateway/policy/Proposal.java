package dev.pale.gateway.policy;

import java.util.List;
import java.util.Map;

/** The text that a user can paste into pale.toml. */
final class Proposal {
  private Proposal() {}

  static String of(List<Observed> observed, boolean incomplete) {
    if (observed.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(1024);
    text.append(
        "# Learned by observing. Take out what should not be, then put the rest into pale.toml.\n");
    if (incomplete) {
      text.append("# There were more hosts than are remembered (")
          .append(Learned.MOST_HOSTS)
          .append(").\n");
    }
    text.append("[fence]\nhosts = [\n");
    for (Observed each : observed) {
      text.append("  ");
      quote(text, each.host().toString());
      text.append(", # ");
      counts(text, each);
      each.host().sharedBy().ifPresent(why -> text.append("; ").append(why));
      text.append('\n');
    }
    text.append("]\n");
    boolean first = true;
    for (Observed each : observed) {
      if (each.requests() > 0) {
        text.append(
            first ? "\n# Closer: a host that a rule names needs no place in [fence].\n" : "");
        first = false;
        rule(text, each);
      }
    }
    return text.toString();
  }

  private static void counts(StringBuilder text, Observed observed) {
    if (observed.requests() == 0) {
      text.append("no request came");
      return;
    }
    String comma = "";
    for (Map.Entry<String, Long> method : observed.methods().entrySet()) {
      text.append(comma).append(method.getValue()).append(' ').append(method.getKey());
      comma = ", ";
    }
  }

  private static void rule(StringBuilder text, Observed observed) {
    text.append("#\n# [[gateway.rules]]\n# hosts = [");
    quote(text, observed.host().toString());
    text.append("]\n# methods = [");
    String comma = "";
    for (String method : observed.methods().keySet()) {
      text.append(comma);
      quote(text, method);
      comma = ", ";
    }
    text.append("]\n# paths = [");
    comma = "";
    for (PathPattern path : observed.paths()) {
      text.append(comma);
      quote(text, path.toString());
      comma = ", ";
    }
    text.append("]\n# action = \"allow\"\n");
  }

  /** Hosts, methods and learned paths hold no quote, backslash or control character. */
  private static void quote(StringBuilder text, String word) {
    text.append('"').append(word).append('"');
  }
}
