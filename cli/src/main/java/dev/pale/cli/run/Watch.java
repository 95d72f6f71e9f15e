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
  private static final long TRY_AGAIN_MILLIS = 2_000;
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
    long failed = seen;
    SortedMap<SecretName, SecretValue> values = wanted.read(session, actor);
    while (true) {
      if (masked) {
        Outside outside = wanted.outside();
        Unmasked.tell(
            outside == null ? values : outside.all(values),
            context.err(),
            session.globals().json());
      }
      RunningChild child =
          Launcher.start(
              RunFront.launch(context, wanted, values, command, environment.copy(), masked)
                  .supervised());
      SortedMap<SecretName, SecretValue> next = values;
      while (next == values && child.isRunning()) {
        pause(failed == seen ? LOOK_EVERY_MILLIS : TRY_AGAIN_MILLIS);
        long now = revision(session, wanted, seen);
        if (now != seen && child.isRunning()) {
          try {
            next = changed(session, wanted, actor, values);
            seen = now;
            failed = now;
          } catch (PaleException e) {
            // Tried again until it works, told once for each change.
            if (failed != now) {
              tell(session, e);
            }
            failed = now;
          }
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

  /** The new values; the old map when they are the same. */
  private static SortedMap<SecretName, SecretValue> changed(
      Session session, Wanted wanted, Actor actor, SortedMap<SecretName, SecretValue> old) {
    SortedMap<SecretName, SecretValue> fresh = wanted.read(session, actor);
    if (fresh.equals(old)) {
      close(fresh);
      return old;
    }
    return fresh;
  }

  private static void tell(Session session, PaleException failure) {
    Errors.report(
        session.context().err(),
        failure,
        new Errors.Style(session.globals().json(), false),
        Errors.FAILED);
    session.context().err().println("pale: the command goes on with the values it has");
    session.context().err().flush();
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

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
