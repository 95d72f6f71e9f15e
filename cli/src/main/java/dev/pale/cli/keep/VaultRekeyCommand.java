package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.KeySetup;
import dev.pale.vault.VaultAdmin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rekey",
    header =
        "Give the vault a new root key, a new recovery code, and if wanted new ways to unlock.",
    description = {
      "Everything that opened the vault before opens nothing any more, but for the ways that stay: without --unlock those that it has, which works for all but a passphrase. Old backups keep their old key.",
      "",
      "The recovery code is shown on a terminal. Where standard error is none, as in a CI job, it goes"
          + " to the new file recovery-code.txt in the configuration folder (mode 0600), or to"
          + " --recovery-file, or with --json into the answer; never into a log.",
      "",
      "Limits: who copied the vault file and a key before can read that copy for ever. Replace the values where they came from."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale vault rekey", "  pale vault rekey --unlock passphrase"})
final class VaultRekeyCommand extends PaleCommand {
  @Mixin UnlockWay way = new UnlockWay();

  @Option(
      names = "--recovery-file",
      paramLabel = "FILE",
      description =
          "Write the recovery code to this new file (mode 0600, not in a git work tree) instead of"
              + " showing it.")
  Optional<Path> recoveryFile = Optional.empty();

  VaultRekeyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault rekey", "change what opens the vault");
    VaultAdmin admin = session.admin();
    List<KeySetup> none = List.of();
    Optional<RecoveryFile> file = RecoveryFile.ifNeeded(session, recoveryFile);
    try (SecretValue code =
        way.named()
            ? way.with(session, setup -> admin.rekey(List.of(setup), session.actor("vault rekey")))
            : admin.rekey(none, session.actor("vault rekey"))) {
      file.ifPresent(f -> f.write(code));
      Optional<Path> written = file.map(RecoveryFile::path);
      if (session.screen().json()) {
        JsonWriter json = new JsonWriter().beginObject();
        NewVault.writeCode(json, code, written);
        session.screen().document(json.endObject());
      }
      session.screen().remark("the vault has a new root key");
      NewVault.showCode(session, code, written);
    } finally {
      file.ifPresent(RecoveryFile::close);
    }
  }
}
