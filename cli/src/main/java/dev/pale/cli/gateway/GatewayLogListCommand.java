package dev.pale.cli.gateway;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.log.LogFilter;
import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RequestLogReader;
import dev.pale.gateway.log.RowState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    header = "List the sessions that have a log.",
    description = {"The newest is the last. Logs are removed after keep_logs_days of config.toml."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale gateway log list", "  pale gateway log list --json"})
final class GatewayLogListCommand extends PaleCommand {
  GatewayLogListCommand(Session session) {
    super(session);
  }

  /** What a log adds up to. */
  private static final class Sum {
    private final String session;
    private long requests;
    private long refused;
    private long alarms;
    private Optional<Instant> first = Optional.empty();

    Sum(String session) {
      this.session = session;
    }

    void add(LogRow row) {
      requests++;
      refused += row.state() == RowState.REFUSED ? 1 : 0;
      alarms += row.alarm() ? 1 : 0;
      first = first.isEmpty() ? Optional.of(row.time()) : first;
    }
  }

  @Override
  protected void perform() {
    SessionFolders folders = new SessionFolders(session.context());
    Path folder = folders.logFolder();
    List<Sum> sums = new ArrayList<>();
    for (String each : RequestLogReader.sessions(folder)) {
      Sum sum = new Sum(each);
      RequestLogReader.open(folder, each).each(LogFilter.ALL, sum::add);
      sums.add(sum);
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("sessions").beginArray();
      for (Sum sum : sums) {
        json.beginObject()
            .member("session", sum.session)
            .member("running", folders.runs(sum.session))
            .member("requests", sum.requests)
            .member("refused", sum.refused)
            .member("alarms", sum.alarms);
        if (sum.first.isPresent()) {
          json.member("first", sum.first.get());
        }
        json.endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Sum sum : sums) {
      rows.add(
          List.of(
              sum.session,
              folders.runs(sum.session) ? "runs" : "ended",
              sum.first.map(Screen::time).orElse(""),
              Long.toString(sum.requests),
              Long.toString(sum.refused),
              Long.toString(sum.alarms)));
    }
    session
        .screen()
        .table(
            List.of("SESSION", "STATE", "FIRST", "REQUESTS", "REFUSED", "ALARMS"),
            rows,
            "there is no session yet");
  }
}
