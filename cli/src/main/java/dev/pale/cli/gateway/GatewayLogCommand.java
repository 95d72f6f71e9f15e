package dev.pale.cli.gateway;

import dev.pale.cli.log.Since;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.gateway.log.LogFilter;
import dev.pale.gateway.log.LogFollower;
import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RequestLogReader;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "log",
    header = "Show the requests of a session.",
    description = {
      "One row a request, of the newest session unless SESSION names another. Paths have placeholders"
          + " and long segments taken out, and no query. With --json one document a line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale gateway log --refused --since 2h",
      "  pale gateway log --follow --host api.openai.com",
      "  pale gateway log --secret OPENAI_API_KEY --status 4 --json"
    })
final class GatewayLogCommand extends PaleCommand {
  private static final long FOLLOW_MILLIS = 300;

  @Parameters(
      paramLabel = "SESSION",
      arity = "0..1",
      description = "As pale gateway log list shows it; default: the newest.")
  String wanted = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with new rows until the session ends.")
  boolean follow;

  @Option(names = "--host", paramLabel = "HOST", description = "Requests to this host.")
  Optional<String> host = Optional.empty();

  @Option(names = "--secret", paramLabel = "NAME", description = "Requests with this secret.")
  Optional<String> secret = Optional.empty();

  @Option(names = "--refused", description = "Refused requests only.")
  boolean refused;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Requests since: 2h, 7d, 2026-01-31.")
  Optional<String> since = Optional.empty();

  @Option(names = "--method", paramLabel = "METHOD", description = "Requests of this method.")
  Optional<String> method = Optional.empty();

  @Option(
      names = "--status",
      paramLabel = "N",
      description = "Answers with this status; 4 stands for 400 to 499.")
  int status;

  GatewayLogCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    LogFilter filter =
        new LogFilter(
            host.map(text -> text.toLowerCase(Locale.ROOT)),
            secret,
            refused,
            since.map(text -> Since.parse(text, Instant.now(), ZoneId.systemDefault())),
            method,
            status == 0 ? OptionalInt.empty() : OptionalInt.of(status));
    Optional<RequestLogReader> log = log(session, wanted);
    if (log.isEmpty()) {
      session.screen().remark("there is no session yet");
    } else if (follow) {
      follow(log.get(), filter);
    } else {
      show(log.get(), filter);
    }
  }

  /** The log of a session; the newest when none is named; empty when there is none at all. */
  static Optional<RequestLogReader> log(Session session, String wanted) {
    Path folder = new SessionFolders(session.context()).logFolder();
    return wanted.isEmpty()
        ? RequestLogReader.newest(folder)
        : Optional.of(RequestLogReader.open(folder, wanted));
  }

  private void show(RequestLogReader log, LogFilter filter) {
    Screen screen = session.screen();
    List<List<String>> rows = new ArrayList<>();
    long damaged =
        log.each(
            filter,
            row -> {
              if (screen.json()) {
                screen.document(LogView.json(row));
              } else {
                rows.add(LogView.cells(row));
              }
            });
    if (!screen.json()) {
      screen.table(LogView.HEADER, rows, "no request of " + log.session() + " matches");
    }
    if (damaged > 0) {
      screen.warning(
          Screen.count(damaged, "line")
              + " of the log cannot be read; pale gateway log verify looks closer");
    }
  }

  private void follow(RequestLogReader log, LogFilter filter) {
    SessionFolders folders = new SessionFolders(session.context());
    try (LogFollower rows = log.follow()) {
      while (true) {
        // Asked first: what was written before the session ended is then still shown.
        boolean runs = folders.runs(log.session());
        for (LogRow row : rows.poll()) {
          if (filter.wants(row)) {
            tell(row);
          }
        }
        // A reader that has gone away (a closed pipe) ends it.
        if (!runs || session.context().out().checkError()) {
          return;
        }
        Thread.sleep(FOLLOW_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(LogRow row) {
    if (session.screen().json()) {
      session.screen().document(LogView.json(row));
    } else {
      session.screen().line(String.join("  ", LogView.cells(row)));
    }
  }
}
