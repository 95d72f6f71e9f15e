package dev.pale.cli.run;

import dev.pale.secrets.Needles;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.PrintStream;
import java.util.Map;
import java.util.SortedMap;

/**
 * Says in one line which values the mask will not look for, because ordinary output is full of
 * them; with {@code --json} the line is {@code {"notMasked":[{"name":…,"reason":…}]}}.
 */
final class Unmasked {
  private Unmasked() {}

  static void tell(SortedMap<SecretName, SecretValue> values, PrintStream err, boolean json) {
    StringBuilder notes = new StringBuilder();
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      Needles.Reason reason =
          Needles.reasonToSkip(entry.getValue().bytes(Reveal.MASK)).orElse(null);
      if (reason == null) {
        continue;
      }
      // Neither names nor reasons hold what JSON would escape.
      String name = entry.getKey().text();
      if (json) {
        notes.append(notes.isEmpty() ? "{\"notMasked\":[{\"name\":\"" : ",{\"name\":\"");
        notes.append(name).append("\",\"reason\":\"").append(reason.text()).append("\"}");
      } else {
        notes.append(notes.isEmpty() ? "pale: not masked: " : ", ");
        notes.append(name).append(" (").append(reason.text()).append(')');
      }
    }
    if (!notes.isEmpty()) {
      err.print(notes.append(json ? "]}\n" : "\n"));
      err.flush();
    }
  }
}
