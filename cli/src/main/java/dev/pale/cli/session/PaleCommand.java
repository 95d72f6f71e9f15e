package dev.pale.cli.session;

import java.util.concurrent.Callable;

/** A command. Its result is the exit status; failures are thrown. */
public abstract class PaleCommand implements Callable<Integer> {
  /** What the command stands on. */
  protected final Session session;

  /** A command of this session. */
  protected PaleCommand(Session session) {
    this.session = session;
  }

  /** Does it. */
  protected abstract void perform();

  /** The exit status once it is done: 0, but for a command that gives on a program's own. */
  protected int status() {
    return 0;
  }

  @Override
  public final Integer call() {
    perform();
    return status();
  }
}
