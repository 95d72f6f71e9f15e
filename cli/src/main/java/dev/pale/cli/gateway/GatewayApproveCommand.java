package dev.pale.cli.gateway;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.approve.ControlClient;
import dev.pale.gateway.approve.Pending;
import dev.pale.secrets.PaleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "approve",
    header = "Answer the requests that a rule wants asked about.",
    description = {
      "Shows each request that waits as it would be sent, with placeholders, and takes yes or no. Yes"
          + " lets exactly that request leave, once. Goes on until the sessions end; --now stops when"
          + " nothing waits. In a terminal of a person: coding agents are refused.",
      "",
      "Limits: without a fence, a program of your user that gets away from its session can answer in"
          + " your place."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale gateway approve", "  pale gateway approve --list --json"})
final class GatewayApproveCommand extends PaleCommand {
  private static final String COMMAND = "gateway approve";
  private static final long LOOK_EVERY_MILLIS = 300;

  @Parameters(
      paramLabel = "SESSION",
      arity = "0..1",
      description = "As pale gateway log list shows it; default: all that run.")
  String wanted = "";

  @Option(names = "--list", description = "Only list what waits.")
  boolean list;

  @Option(names = "--now", description = "Stop when nothing waits any more.")
  boolean now;

  GatewayApproveCommand(Session session) {
    super(session);
  }

  /** A session that runs. */
  private record Running(ControlClient client, Asking asking) {}

  @Override
  protected void perform() {
    if (list) {
      list();
      return;
    }
    session.refuseAgentsTo(COMMAND, "answer what only a person may");
    if (!session.context().variable(ClientEnvironment.MARK).isEmpty()) {
      session.recordRefusal(COMMAND, "inside of a session of the gateway");
      throw PaleException.of(
          791,
          "what runs inside of a session cannot answer for it",
          ClientEnvironment.MARK + " is set",
          "open another terminal of yours, then: pale gateway approve");
    }
    if (!session.prompt().canAsk()) {
      throw PaleException.usage(
          133,
          "there is nobody to ask",
          "standard input or standard error is not a terminal",
          "pale gateway approve, in a terminal; --list shows what waits");
    }
    Map<String, Running> running = new TreeMap<>();
    try {
      answer(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.values().forEach(each -> each.client().close());
    }
  }

  private void answer(Map<String, Running> running) throws InterruptedException {
    boolean told = false;
    while (true) {
      List<String> names = sessions();
      running.keySet().removeIf(name -> !names.contains(name));
      if (names.isEmpty()) {
        if (!told) {
          throw none();
        }
        session.screen().remark("the session has ended");
        return;
      }
      int asked = 0;
      for (String name : names) {
        asked += ask(name, running);
      }
      if (now && asked == 0) {
        session.screen().remark("nothing waits");
        return;
      }
      if (!told) {
        told = true;
        session.screen().remark("waiting for requests; Ctrl-C ends this");
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private int ask(String name, Map<String, Running> running) {
    try {
      Running each =
          running.computeIfAbsent(
              name,
              n -> {
                ControlClient client = connect(n);
                return new Running(client, new Asking(session, client::answer));
              });
      return each.asking().ask(each.client().pending(-1, Duration.ZERO).pending());
    } catch (PaleException gone) {
      // It ends, or it has another user's socket: asked again with the next look.
      Running broken = running.remove(name);
      if (broken != null) {
        broken.client().close();
      }
      return 0;
    }
  }

  private List<String> sessions() {
    List<String> running = new SessionFolders(session.context()).running();
    if (!wanted.isEmpty()) {
      running.removeIf(name -> !name.equals(wanted));
    }
    return running;
  }

  private ControlClient connect(String name) {
    return ControlClient.connect(new SessionFolders(session.context()).socket(name));
  }

  private PaleException none() {
    return PaleException.of(
        791,
        wanted.isEmpty() ? "no gateway runs" : "no gateway of that session runs",
        "",
        "pale gateway run or pale gateway serve starts one");
  }

  private void list() {
    List<Pending> pending = new ArrayList<>();
    for (String name : sessions()) {
      try (ControlClient client = connect(name)) {
        pending.addAll(client.pending(-1, Duration.ZERO).pending());
      } catch (PaleException gone) {
        // It ends.
      }
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("pending").beginArray();
      for (Pending each : pending) {
        json.beginObject()
            .member("id", each.id())
            .member("client", each.request().session())
            .member("method", each.request().method())
            .member("host", each.request().authority())
            .member("target", each.request().target())
            .name("secrets")
            .beginArray();
        each.request().secrets().forEach(json::value);
        json.endArray()
            .member("contentType", each.request().contentType())
            .member("bodySha256", each.request().bodySha256())
            .member("bodyBytes", each.request().bodyBytes())
            .member("rule", each.request().rule())
            .member("waiting", (long) each.waiting())
            .member("ageSeconds", each.ageSeconds())
            .endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    if (pending.isEmpty()) {
      session.screen().remark("nothing waits");
    }
    for (Pending each : pending) {
      each.display().lines().forEach(session.screen()::line);
      session.screen().line("");
    }
  }
}
