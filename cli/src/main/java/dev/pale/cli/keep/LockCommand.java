package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.VaultAdmin;
import picocli.CommandLine.Command;

@Command(
    name = "lock",
    header = "Make the kernel forget the key of the vault.",
    description = {"A key file goes on opening the vault: it is no lock."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale lock", "  pale lock --json"})
final class LockCommand extends PaleCommand {

  LockCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    boolean held = VaultAdmin.lock(session.context().folders());
    boolean locked = VaultAdmin.status(session.context().folders()).locked();
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("held", held)
                  .member("locked", locked)
                  .endObject());
    }
    session
        .screen()
        .remark(
            locked
                ? "the vault is locked"
                : "the kernel holds no key, but the vault still opens without a question (pale vault"
                    + " slots)");
  }
}
