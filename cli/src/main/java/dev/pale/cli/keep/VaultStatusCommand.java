package dev.pale.cli.keep;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.VaultAdmin;
import dev.pale.vault.VaultStatus;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    header = "Show where the vault is, what opens it, and what it holds.",
    description = {
      "Needs no key and asks nothing; what it shows is not authenticated. pale vault verify checks."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault status", "  pale vault status --json"})
final class VaultStatusCommand extends PaleCommand {

  VaultStatusCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    VaultStatus status = VaultAdmin.status(session.context().folders());
    Screen screen = session.screen();
    if (screen.json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("file", status.file().toString())
              .member("id", status.id())
              .member("key", status.rootFingerprint())
              .member("created", status.created())
              .member("locked", status.locked())
              .member("projects", status.projects())
              .member("environments", status.environments())
              .member("versions", status.versions())
              .member("auditRows", status.auditRows())
              .member("retentionDays", status.retentionDays());
      SlotTable.write(json, status.slots());
      screen.document(json.endObject());
      return;
    }
    screen.line("file       " + status.file());
    screen.line("id         " + status.id());
    screen.line("key        " + status.rootFingerprint());
    screen.line("created    " + Screen.time(status.created()));
    screen.line("state      " + (status.locked() ? "locked" : "opens without a question"));
    screen.line(
        "holds      "
            + Screen.count(status.projects(), "project")
            + ", "
            + Screen.count(status.environments(), "environment")
            + ", "
            + Screen.count(status.versions(), "version")
            + ", "
            + Screen.count(status.auditRows(), "audit row"));
    screen.line("retention  " + Screen.count(status.retentionDays(), "day"));
    screen.line("");
    SlotTable.show(screen, status.slots());
  }
}
