package dev.pale.cli.gateway;

import dev.pale.cli.prompt.Prompt;
import dev.pale.cli.session.Session;
import dev.pale.gateway.approve.Pending;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Shows a person the requests that wait, one after the other, and takes yes or no for each. */
final class Asking {
  private final Session session;
  private final Answers answers;

  /** Questions that were shown already; a person who pressed Enter is not asked again and again. */
  private final Set<String> shown = new HashSet<>();

  Asking(Session session, Answers answers) {
    this.session = session;
    this.answers = answers;
  }

  /** Where an answer goes. */
  @FunctionalInterface
  interface Answers {
    /** Whether the question was still open. */
    boolean answer(String id, boolean allow, String who);
  }

  /** Asks about each that was not asked about yet; returns how many that were. */
  int ask(List<Pending> pending) {
    int asked = 0;
    for (Pending each : pending) {
      if (shown.add(each.id())) {
        ask(each);
        asked++;
      }
    }
    return asked;
  }

  private void ask(Pending pending) {
    session.context().err().print("\n" + pending.display() + "\n");
    session.context().err().flush();
    boolean allow =
        new Prompt(session.context(), () -> () -> {})
            .confirm("let it leave, once?", "pale gateway approve in a terminal of yours");
    boolean open = answers.answer(pending.id(), allow, session.context().user());
    session
        .screen()
        .always(
            open
                ? allow ? "allowed, once" : "denied"
                : "too late: the request no longer waits; it will be asked about when it comes"
                    + " again");
  }
}
