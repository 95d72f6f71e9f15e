package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.vault.VaultAdmin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "accept",
    header = "Accept a vault file that is older than the one last seen here.",
    description = {
      "After you put an old copy of the file in place on purpose, Pale refuses it as a replay; this says that it was you. It is recorded in the audit log."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault accept", "  pale vault accept --yes"})
final class VaultAcceptCommand extends PaleCommand {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  VaultAcceptCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault accept", "accept an older vault");
    if (!yes
        && !session.prompt().confirm("use the vault as it is, though it is older?", "add --yes")) {
      throw PaleException.of(147, "nothing was changed", "the answer was not yes", "");
    }
    VaultAdmin.accept(
        session.context().folders(), session.unlocking(), session.actor("vault accept"));
    if (session.screen().json()) {
      session
          .screen()
          .document(new JsonWriter().beginObject().member("accepted", true).endObject());
    }
    session.screen().remark("the vault is accepted as it is");
  }
}
