package dev.pale.cli.run;

import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.PrintStream;
import java.util.SortedMap;

/** What is looked for in a child's output. */
final class Mask {
  private Mask() {}

  /** The needles of these values; says on {@code err} which values are not looked for, and why. */
  static Needles of(SortedMap<SecretName, SecretValue> values, PrintStream err) {
    Needles needles = Needles.of(values);
    for (Needles.Skipped skipped : needles.skipped()) {
      err.print("pale: not masked: " + skipped.label() + " " + skipped.reason().text() + "\n");
    }
    err.flush();
    return needles;
  }
}
