package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.VaultAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "recover",
    header = "Open the vault with its recovery code and give it a new way to unlock.",
    description = {
      "Asks for the code, or reads it from standard input when that is a pipe. The code stays valid; pale vault rekey makes a new one."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault recover", "  pale vault recover --unlock passphrase"})
final class VaultRecoverCommand extends PaleCommand {
  @Mixin UnlockWay way = new UnlockWay();

  VaultRecoverCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault recover", "recover the vault");
    // A code is not asked for where there is nothing that it could open.
    VaultAdmin.status(session.context().folders());
    try (SecretValue code = RecoveryCode.read(session)) {
      session.adopt(
          way.with(
              session,
              setup ->
                  VaultAdmin.recover(
                      session.context().folders(), code, setup, session.actor("vault recover"))));
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().member("recovered", true);
      SlotTable.write(json, session.admin().slots());
      session.screen().document(json.endObject());
    }
    session.screen().remark("the vault is open again; pale vault slots shows what opens it now");
  }
}
