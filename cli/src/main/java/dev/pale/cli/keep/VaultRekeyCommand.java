package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.KeySetup;
import dev.pale.vault.VaultAdmin;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "rekey",
    header =
        "Give the vault a new root key, a new recovery code, and if wanted new ways to unlock.",
    description = {
      "Everything that opened the vault before opens nothing any more, but for the ways that stay: without --unlock those that it has, which works for all but a passphrase. Old backups keep their old key.",
      "",
      "Limits: who copied the vault file and a key before can read that copy for ever. Replace the values where they came from."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault rekey", "  pale vault rekey --unlock passphrase"})
final class VaultRekeyCommand extends PaleCommand {
  @Mixin UnlockWay way = new UnlockWay();

  VaultRekeyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault rekey", "change what opens the vault");
    VaultAdmin admin = session.admin();
    List<KeySetup> none = List.of();
    try (SecretValue code =
        way.named()
            ? way.with(session, setup -> admin.rekey(List.of(setup), session.actor("vault rekey")))
            : admin.rekey(none, session.actor("vault rekey"))) {
      if (session.screen().json()) {
        session
            .screen()
            .document(
                new JsonWriter()
                    .beginObject()
                    .member("recoveryCode", NewVault.text(code))
                    .endObject());
      }
      session.screen().remark("the vault has a new root key");
      NewVault.showCode(session, code);
    }
  }
}
