package dev.pale.cli.run;

import dev.pale.cli.context.Context;
import dev.pale.cli.context.Errors;
import dev.pale.cli.session.Session;
import dev.pale.delivery.ChildEnvironment;
import dev.pale.delivery.Launcher;
import dev.pale.delivery.RunningChild;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code run --watch}: starts the command again when a value of its environment changes. The new
 * values are read before the old command is stopped; when they cannot be read, it goes on.
 */
final class Watch {
  private static final long LOOK_EVERY_MILLIS = 400;
  private static final long GRACE_MILLIS = 10_000;

  private Watch() {}

  // Whether a new map was read, not whether it holds the same.
  @SuppressWarnings("ReferenceEquality")
  static int run(
      Session session,
      Wanted wanted,
      Actor actor,
      List<byte[]> command,
      ChildEnvironment environment,
      boolean masked) {
    Context context = session.context();
    long seen = session.vault().revision(wanted.place());
    SortedMap<SecretName, SecretValue> values = wanted.read(session, actor);
    while (true) {
      RunningChild child =
          Launcher.start(
              RunFront.launch(context, wanted, values, command, environment.copy(), masked)
                  .supervised());
      SortedMap<SecretName, SecretValue> next = values;
      while (next == values && child.isRunning()) {
        pause();
        long now = revision(session, wanted, seen);
        if (now != seen && child.isRunning()) {
          seen = now;
          next = changed(session, wanted, actor, values);
        }
      }
      if (next == values) {
        return child.await();
      }
      context.err().println("pale: " + wanted.place() + " changed, starting again");
      context.err().flush();
      child.stop(GRACE_MILLIS);
      child.await();
      close(values);
      values = next;
    }
  }

  /** The new values; the old ones when they cannot be had, which is told. */
  private static SortedMap<SecretName, SecretValue> changed(
      Session session, Wanted wanted, Actor actor, SortedMap<SecretName, SecretValue> old) {
    SortedMap<SecretName, SecretValue> fresh;
    try {
      fresh = wanted.read(session, actor);
    } catch (PaleException e) {
      Errors.report(
          session.context().err(),
          e,
          new Errors.Style(session.globals().json(), false),
          Errors.FAILED);
      session.context().err().println("pale: the command goes on with the values it has");
      session.context().err().flush();
      return old;
    }
    if (fresh.equals(old)) {
      close(fresh);
      return old;
    }
    return fresh;
  }

  private static long revision(Session session, Wanted wanted, long otherwise) {
    try {
      return session.vault().revision(wanted.place());
    } catch (PaleException busy) {
      return otherwise;
    }
  }

  private static void close(SortedMap<SecretName, SecretValue> values) {
    for (SecretValue value : values.values()) {
      value.close();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
