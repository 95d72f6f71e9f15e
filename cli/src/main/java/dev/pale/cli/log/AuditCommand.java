package dev.pale.cli.log;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Resolved;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.vault.AuditFilter;
import dev.pale.vault.AuditRow;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "audit",
    header = "Show who read and wrote what.",
    description = {
      "Every read, write, run and refusal is a row of the vault's audit log, written in the same"
          + " transaction as its effect. Rows hold names, never values.",
      "",
      "Limits: the log is chained with a key of the vault. Who can unlock the vault as you can"
          + " forge it; pale audit verify finds every change made without the key.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale audit --since 2h --denied",
      "  pale audit --name DATABASE_URL --agent claude-code --json",
      "  pale audit --follow"
    })
final class AuditCommand extends PaleCommand {
  private static final long FOLLOW_MILLIS = 500;

  @Option(names = "--since", paramLabel = "TIME", description = "Rows since: 2h, 7d, 2026-01-31.")
  Optional<String> since = Optional.empty();

  @Option(names = "--event", paramLabel = "EVENT", description = "Rows of this event: run, set.")
  Optional<String> event = Optional.empty();

  @Option(names = "--name", paramLabel = "NAME", description = "Rows about this secret.")
  Optional<String> name = Optional.empty();

  @Option(names = "--agent", paramLabel = "AGENT", description = "Rows of this agent.")
  Optional<String> agent = Optional.empty();

  @Option(names = "--denied", description = "Refusals only.")
  boolean denied;

  @Option(names = "--last", paramLabel = "N", description = "The newest N rows; default 50, 0 all.")
  int last = 50;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new rows until interrupted.")
  boolean follow;

  AuditCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (last < 0) {
      throw PaleException.usage(
          130, "--last takes no negative number", "", "--last 50, or --last 0 for all");
    }
    List<AuditRow> rows = rows(filter(0));
    if (follow) {
      follow(rows);
      return;
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("rows").beginArray();
      for (AuditRow row : rows) {
        write(json, row);
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    List<List<String>> table = new ArrayList<>();
    for (AuditRow row : rows) {
      table.add(cells(row));
    }
    session
        .screen()
        .table(
            List.of("ROW", "TIME", "EVENT", "OUTCOME", "PLACE", "BY", "NAMES", "DETAIL"),
            table,
            "no rows match");
  }

  private AuditFilter filter(long after) {
    return new AuditFilter(
        after,
        here().isPresent() ? 0 : Math.max(0, last),
        since.map(text -> Since.parse(text, Instant.now(), ZoneId.systemDefault())),
        event,
        name,
        Optional.empty(),
        agent,
        denied ? Optional.of(false) : Optional.empty());
  }

  /** Refusals before a place was opened belong to no place and are shown with each. */
  private List<AuditRow> rows(AuditFilter filter) {
    List<AuditRow> rows = session.vault().auditRows(filter);
    Optional<String> here = here();
    if (here.isEmpty()) {
      return rows;
    }
    List<AuditRow> kept = new ArrayList<>();
    for (AuditRow row : rows) {
      if (row.place().isEmpty() || row.place().equals(here.get())) {
        kept.add(row);
      }
    }
    return last > 0 && kept.size() > last ? kept.subList(kept.size() - last, kept.size()) : kept;
  }

  /** The place, when the call names both project and environment. */
  private Optional<String> here() {
    Resolved where = session.resolvedOrEmpty();
    return where.projectFrom().equals("--project") && where.environmentFrom().equals("--env")
        ? Optional.of(where.place().toString())
        : Optional.empty();
  }

  private void follow(List<AuditRow> first) {
    List<AuditRow> rows = first;
    long seen = 0;
    while (true) {
      for (AuditRow row : rows) {
        seen = Math.max(seen, row.sequence());
        if (session.screen().json()) {
          JsonWriter json = new JsonWriter();
          write(json, row);
          session.screen().document(json);
        } else {
          session.screen().line(String.join("  ", cells(row)));
        }
      }
      // A reader that has gone away (a closed pipe) ends it.
      if (session.context().out().checkError()) {
        return;
      }
      try {
        Thread.sleep(FOLLOW_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      rows = rows(filter(seen));
    }
  }

  private static List<String> cells(AuditRow row) {
    String by = row.agent().isEmpty() ? row.user() : row.user() + " via " + row.agent();
    String detail = row.detail();
    if (!row.reason().isEmpty()) {
      detail = detail.isEmpty() ? "" : detail + "; ";
      detail += "reason: " + row.reason();
    }
    if (!row.command().isEmpty()) {
      detail = (detail.isEmpty() ? "" : detail + "; ") + row.command();
    }
    return List.of(
        Long.toString(row.sequence()),
        Screen.time(row.at()),
        row.event(),
        row.allowed() ? "allowed" : "denied",
        row.place(),
        by,
        shortened(row.names()),
        detail);
  }

  /** A run of hundreds of secrets would push everything else off the screen. */
  private static String shortened(String names) {
    if (names.length() <= 60) {
      return names;
    }
    int count = 1;
    for (int i = 0; i < names.length(); i++) {
      count += names.charAt(i) == ' ' ? 1 : 0;
    }
    int cut = names.lastIndexOf(' ', 48);
    if (cut < 0) {
      // The first name alone is longer: it is shown whole, since a part of it is no name.
      cut = names.indexOf(' ');
    }
    int shown = 1;
    for (int i = 0; i < cut; i++) {
      shown += names.charAt(i) == ' ' ? 1 : 0;
    }
    return cut < 0 ? names : names.substring(0, cut) + " and " + (count - shown) + " more";
  }

  private static void write(JsonWriter json, AuditRow row) {
    json.beginObject()
        .member("sequence", row.sequence())
        .member("at", row.at())
        .member("event", row.event())
        .member("allowed", row.allowed())
        .member("place", row.place());
    json.name("names").beginArray();
    for (String name : row.names().split(" ", -1)) {
      if (!name.isEmpty()) {
        json.value(name);
      }
    }
    json.endArray()
        .member("detail", row.detail())
        .member("user", row.user())
        .member("agent", row.agent())
        .member("reason", row.reason())
        .member("command", row.command())
        .member("pid", row.pid())
        .endObject();
  }
}
