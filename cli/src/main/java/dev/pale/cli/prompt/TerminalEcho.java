package dev.pale.cli.prompt;

import dev.pale.secrets.PaleException;
import dev.pale.system.SystemCallException;
import dev.pale.system.Terminals;

/**
 * The echo of the terminal at standard input. While it is off, keys make no signals either: Ctrl-C
 * arrives as a byte, so that the terminal is put right before the process ends.
 */
public final class TerminalEcho implements Echo {
  @Override
  public Off off() {
    Terminals.Mode before;
    try {
      before = Terminals.mode(0);
      Thread restore = new Thread(() -> give(before));
      Runtime.getRuntime().addShutdownHook(restore);
      Terminals.setMode(0, Terminals.raw(before));
      return () -> {
        give(before);
        try {
          Runtime.getRuntime().removeShutdownHook(restore);
        } catch (IllegalStateException ending) {
          // The process is ending: the hook runs anyway.
        }
      };
    } catch (SystemCallException e) {
      throw PaleException.of(
          133, "the terminal cannot hide what is typed", e.text(), "pipe the value in instead", e);
    }
  }

  private static void give(Terminals.Mode mode) {
    try {
      Terminals.setMode(0, mode);
    } catch (SystemCallException gone) {
      // The terminal was closed.
    }
  }
}
