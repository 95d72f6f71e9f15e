package dev.pale.cli.gateway;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.gateway.log.LogCheck;
import dev.pale.gateway.log.RequestLogReader;
import dev.pale.secrets.PaleException;
import dev.pale.vault.AuditFilter;
import dev.pale.vault.AuditRow;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    header = "Check that no row of a session's log was changed, removed or added.",
    description = {
      "Each finished row is chained to the one before. When a session ends, the vault's audit log"
          + " notes the end of the chain: where the vault can be opened without a question, it is"
          + " compared, so that rows cut off at the end are found too. Ends with status 1 when the"
          + " log was changed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale gateway log verify", "  pale gateway log verify 20260131-080000-4711"})
final class GatewayLogVerifyCommand extends PaleCommand {
  @Parameters(
      paramLabel = "SESSION",
      arity = "0..1",
      description = "As pale gateway log list shows it; default: the newest.")
  String wanted = "";

  GatewayLogVerifyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Optional<RequestLogReader> log = GatewayLogCommand.log(session, wanted);
    if (log.isEmpty()) {
      session.screen().remark("there is no session yet");
      return;
    }
    String name = log.get().session();
    switch (LogCheck.check(new SessionFolders(session.context()).logFolder(), name)) {
      case LogCheck.Result.Changed changed ->
          throw changed(name, "row " + changed.row() + ": " + changed.why());
      case LogCheck.Result.Intact intact -> {
        Optional<String> noted = notedHead(name);
        if (noted.isPresent() && !noted.get().equals(intact.head())) {
          throw changed(name, "its end is not the one that the vault's audit log noted");
        }
        tell(name, intact, noted.isPresent());
      }
    }
  }

  private void tell(String name, LogCheck.Result.Intact intact, boolean compared) {
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("session", name)
                  .member("intact", true)
                  .member("rows", intact.finished())
                  .member("unfinished", intact.unfinished())
                  .member("head", intact.head())
                  .member("compared", compared)
                  .endObject());
    }
    session
        .screen()
        .remark(
            "the log of "
                + name
                + " is intact: "
                + Screen.count(intact.finished(), "row")
                + (compared ? ", up to the end that the vault noted" : ""));
    if (intact.unfinished() + intact.torn() > 0) {
      session
          .screen()
          .remark(
              Screen.count(intact.unfinished() + intact.torn(), "request")
                  + " had not ended and are not covered");
    }
  }

  /** What the audit log has about the session's end; empty when it has nothing, or is locked. */
  private Optional<String> notedHead(String name) {
    try {
      List<AuditRow> rows =
          session
              .vaultWithoutAsking()
              .auditRows(
                  new AuditFilter(
                      0,
                      0,
                      Optional.empty(),
                      Optional.of(GatewayValues.EVENT),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty()));
      for (AuditRow row : rows.reversed()) {
        int at = row.detail().indexOf(Announcement.noted(name));
        if (at >= 0) {
          String rest = row.detail().substring(at + Announcement.noted(name).length());
          int end = rest.indexOf(' ');
          return Optional.of(end < 0 ? rest : rest.substring(0, end));
        }
      }
    } catch (PaleException locked) {
      // Then the chain alone speaks.
    }
    return Optional.empty();
  }

  private static PaleException changed(String name, String why) {
    return PaleException.of(
        790,
        "the request log of " + name + " was changed",
        why,
        "what it says is not to be trusted; the vault's audit log has the alarms: pale audit");
  }
}
