package dev.pale.cli.prompt;

/** Switches a terminal's echo and line editing off, and back on when closed. */
public interface Echo {
  /**
   * Switches off.
   *
   * @return closing it restores the terminal as it was; never throws
   * @throws dev.pale.secrets.PaleException 133 when the terminal cannot be switched: a value would
   *     be shown
   */
  Off off();

  /** The time in which typed keys are not shown. */
  interface Off extends AutoCloseable {
    @Override
    void close();
  }
}
