package dev.pale.cli.log;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.vault.AuditCheck;
import picocli.CommandLine.Command;

@Command(
    name = "verify",
    header = "Check that no row of the audit log was changed, removed or added.",
    description = {"Names the first bad row and ends with status 1 when there is one."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale audit verify", "  pale audit verify --json"})
final class AuditVerifyCommand extends PaleCommand {
  AuditVerifyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    switch (session.vault().verifyAudit()) {
      case AuditCheck.Intact intact -> {
        if (session.screen().json()) {
          session
              .screen()
              .document(
                  new JsonWriter()
                      .beginObject()
                      .member("intact", true)
                      .member("rows", intact.rows())
                      .endObject());
        }
        session.screen().remark("the audit log is intact: " + Screen.count(intact.rows(), "row"));
      }
      case AuditCheck.Broken broken ->
          throw PaleException.of(
              149,
              "the audit log was tampered with: row " + broken.sequence() + " is bad",
              broken.why(),
              "keep a copy of the vault file, and restore a backup with pale vault restore");
    }
  }
}
