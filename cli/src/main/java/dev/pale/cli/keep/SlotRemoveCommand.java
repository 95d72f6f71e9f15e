package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    header = "Take a way to unlock the vault away.",
    description = {
      "Limits: who has a copy of the vault file and the key of this way can still read that copy; pale vault rekey makes the copy worthless for later versions only."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault slots remove 2", "  pale vault slots remove 2 --json"})
final class SlotRemoveCommand extends PaleCommand {
  @Parameters(paramLabel = "ID", description = "Its number in pale vault slots.")
  long id;

  SlotRemoveCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault slots remove", "take a way to unlock away");
    session.admin().removeSlot(id, session.actor("vault slots remove"));
    if (session.screen().json()) {
      session.screen().document(new JsonWriter().beginObject().member("removed", id).endObject());
    }
    session.screen().remark("slot " + id + " opens the vault no more");
  }
}
