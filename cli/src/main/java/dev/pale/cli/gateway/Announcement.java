package dev.pale.cli.gateway;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.Client;
import dev.pale.gateway.log.LogCheck;
import dev.pale.gateway.log.LogFilter;
import dev.pale.gateway.log.ProofLine;
import dev.pale.gateway.log.RequestLogReader;
import dev.pale.gateway.log.RowState;
import dev.pale.gateway.log.Totals;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.policy.Policy;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.vault.SecretInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a session says on standard error: what it is when it starts, and at its end what left. With
 * {@code --json} each is one line of JSON.
 */
final class Announcement {
  private Announcement() {}

  /** The words before the end of a log's chain, in the audit log. */
  static String noted(String session) {
    return "log " + session + " ends with ";
  }

  /** That it runs, and that it is no fence. */
  static void start(
      Session session,
      GatewaySession running,
      GatewayPlan plan,
      Client client,
      Set<SecretName> names) {
    if (session.globals().json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .name("gateway")
              .beginObject()
              .member("event", "started")
              .member("session", running.name())
              .member("mode", plan.mode() == Mode.OBSERVE ? "observe" : "enforce")
              .name("secrets")
              .beginArray();
      names.forEach(name -> json.value(name.text()));
      line(session, json.endArray().member("log", client.log().toString()).endObject().endObject());
      return;
    }
    session
        .screen()
        .always(
            "pale: gateway "
                + running.name()
                + " for "
                + (names.isEmpty() ? "no secret" : texts(names))
                + "; advisory: nothing makes the command use it, but it holds placeholders alone");
    if (names.isEmpty()) {
      session
          .screen()
          .always(
              "pale: no secret of pale.toml has deliver = \"gateway\"; docs/gateway.md begins with"
                  + " one");
    }
    if (plan.mode() == Mode.OBSERVE) {
      session
          .screen()
          .always("pale: observing: requests to hosts that no rule names leave, without secrets");
    }
  }

  /** Variables of the caller's that held a value. */
  static void removed(Session session, List<String> names) {
    if (!names.isEmpty()) {
      session
          .screen()
          .always(
              "pale: taken out of the command's environment, because they hold a value: "
                  + String.join(", ", names));
    }
  }

  /** Secrets that {@code pale run} would have given. */
  static void leftOut(Session session, GatewayPlan plan, Actor actor) {
    Set<SecretName> own = new HashSet<>();
    plan.secrets().forEach(secret -> own.add(secret.name()));
    int count = 0;
    try {
      for (SecretInfo info : session.vault().list(session.place(), actor)) {
        count += info.deleted().isEmpty() && !own.contains(info.name()) ? 1 : 0;
      }
    } catch (PaleException nothingThere) {
      // Then nothing is left out.
    }
    if (count > 0) {
      session
          .screen()
          .remark(
              "pale: "
                  + Screen.count(count, "other secret")
                  + (count == 1 ? " is" : " are")
                  + " left out; deliver = \"gateway\" gives a placeholder, --with-env the value");
    }
  }

  /** What left and what came back; call it when the gateway is closed and its log complete. */
  static void end(
      Session session, GatewaySession running, Policy policy, Client client, Actor actor) {
    Totals totals = client.totals();
    Count count = new Count();
    Path folder = new SessionFolders(session.context()).logFolder();
    String log = SessionFolders.log(client.log());
    RequestLogReader.open(folder, log)
        .each(
            LogFilter.ALL,
            row -> {
              count.requests++;
              count.refused += row.state() == RowState.REFUSED ? 1 : 0;
              count.alarms += row.alarm() ? 1 : 0;
            });
    List<String> proof = ProofLine.of(totals);
    record(session, log, folder, String.join("; ", proof), actor);
    String proposal = policy.proposal();
    if (session.globals().json()) {
      line(session, json(running, client, count, totals, proposal));
      return;
    }
    List<String> lines = new ArrayList<>();
    for (String each : proof) {
      lines.add("pale: " + each);
    }
    lines.add(
        "pale: "
            + Screen.count(count.requests, "request")
            + ", "
            + count.refused
            + " refused"
            + (count.alarms == 0 ? "" : ", " + Screen.count(count.alarms, "alarm"))
            + (count.requests == 0 ? "" : "; pale gateway log " + log));
    lines.forEach(session.screen()::always);
    if (!proposal.isEmpty()) {
      session.screen().always("pale: to allow what was observed, a person adds to pale.toml:");
      session.screen().always(proposal);
    }
  }

  /** Requests of one client. */
  private static final class Count {
    private long requests;
    private long refused;
    private long alarms;
  }

  private static void record(Session session, String name, Path folder, String proof, Actor actor) {
    String end =
        LogCheck.check(folder, name) instanceof LogCheck.Result.Intact intact
            ? noted(name) + intact.head()
            : "log " + name + " was changed while it was written";
    String detail = proof.isEmpty() ? end : end + " ; " + proof;
    GatewaySession.note(session, true, detail, actor);
  }

  private static JsonWriter json(
      GatewaySession running, Client client, Count count, Totals totals, String proposal) {
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .name("gateway")
            .beginObject()
            .member("event", "ended")
            .member("session", running.name())
            .member("client", client.name())
            .member("requests", count.requests)
            .member("refused", count.refused)
            .member("alarms", count.alarms)
            .member("bytesReturned", totals.bytes())
            .name("secrets")
            .beginArray();
    for (Totals.OfSecret secret : totals.bySecret()) {
      json.beginObject()
          .member("name", secret.name())
          .member("left", secret.left())
          .name("hosts")
          .beginArray();
      secret.hosts().forEach(json::value);
      json.endArray().name("slots").beginArray();
      secret.slots().forEach(json::value);
      json.endArray().member("returned", secret.found()).endObject();
    }
    return json.endArray()
        .member("proposal", proposal)
        .member("log", client.log().toString())
        .endObject()
        .endObject();
  }

  private static void line(Session session, JsonWriter json) {
    session.context().err().print(json + "\n");
    session.context().err().flush();
  }

  private static String texts(Set<SecretName> names) {
    List<String> texts = new ArrayList<>();
    names.forEach(name -> texts.add(name.text()));
    return String.join(", ", texts);
  }
}
