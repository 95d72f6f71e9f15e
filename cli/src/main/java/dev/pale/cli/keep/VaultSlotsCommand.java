package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import picocli.CommandLine.Command;

@Command(
    name = "slots",
    header = "List the ways to unlock the vault.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault slots", "  pale vault slots --json"})
final class VaultSlotsCommand extends PaleCommand {

  VaultSlotsCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject();
      SlotTable.write(json, session.admin().slots());
      session.screen().document(json.endObject());
    } else {
      SlotTable.show(session.screen(), session.admin().slots());
    }
  }
}
