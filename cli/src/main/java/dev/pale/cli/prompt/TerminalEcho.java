package dev.pale.cli.prompt;

import dev.pale.secrets.PaleException;
import dev.pale.system.SystemCallException;
import dev.pale.system.Terminals;

/**
 * The echo of a terminal, of the one at standard input unless told otherwise. While it is off, keys
 * make no signals either: Ctrl-C arrives as a byte, so that the terminal is put right before the
 * process ends.
 */
public final class TerminalEcho implements Echo {
  private final int terminal;

  /** The terminal at standard input. */
  public TerminalEcho() {
    this(0);
  }

  /** The terminal that this descriptor is open on. */
  public TerminalEcho(int terminal) {
    this.terminal = terminal;
  }

  @Override
  public Off off() {
    Terminals.Mode before;
    try {
      before = Terminals.mode(terminal);
      Thread restore = new Thread(() -> give(before));
      Runtime.getRuntime().addShutdownHook(restore);
      Terminals.setMode(terminal, Terminals.raw(before));
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

  private void give(Terminals.Mode mode) {
    try {
      Terminals.setMode(terminal, mode);
    } catch (SystemCallException gone) {
      // The terminal was closed.
    }
  }
}
