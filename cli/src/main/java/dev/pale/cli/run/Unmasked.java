package dev.pale.cli.run;

import dev.pale.secrets.Needles;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.PrintStream;
import java.util.Map;
import java.util.SortedMap;

/** Says which values the mask will not look for, because ordinary output is full of them. */
final class Unmasked {
  private Unmasked() {}

  static void tell(SortedMap<SecretName, SecretValue> values, PrintStream err) {
    StringBuilder notes = new StringBuilder();
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      Needles.Reason reason =
          Needles.reasonToSkip(entry.getValue().bytes(Reveal.MASK)).orElse(null);
      if (reason != null) {
        notes.append("pale: not masked: ").append(entry.getKey().text()).append(", which ");
        notes.append(reason.text()).append('\n');
      }
    }
    if (!notes.isEmpty()) {
      err.print(notes);
      err.flush();
    }
  }
}
