package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.SlotInfo;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "add",
    header = "Add a way to unlock the vault.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale vault slots add --unlock passphrase",
      "  pale vault slots add --unlock ssh --identity ~/.ssh/id_ed25519"
    })
final class SlotAddCommand extends PaleCommand {
  @Mixin UnlockWay way = new UnlockWay();

  SlotAddCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault slots add", "add a way to unlock the vault");
    SlotInfo slot =
        way.with(
            session, setup -> session.admin().addSlot(setup, session.actor("vault slots add")));
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject();
      SlotTable.write(json, List.of(slot));
      session.screen().document(json.endObject());
    }
    session.screen().remark("the vault can be unlocked by " + slot.kind() + " too");
  }
}
