package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.BackupInfo;
import dev.pale.vault.LocalVault;
import dev.pale.vault.VaultAdmin;
import dev.pale.vault.VaultStatus;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    header = "Put a backup in the place of the vault, after every value in it was read.",
    description = {
      "A vault that is there is kept beside it, under a name with .replaced-. The backup opens with the way it was made with, or with its recovery code.",
      "",
      "A backup that somebody else made and sealed to your age or ssh key opens too: whoever made it knows its key. So the vault's id and the key's fingerprint are shown, and when one of them is not that of the vault it replaces, a person must agree, --yes or not; without a terminal --other-vault is needed. A backup from before a rekey has another key."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale vault restore ~/pale.backup",
      "  pale vault restore ~/pale.backup --replace --recovery-code"
    })
final class VaultRestoreCommand extends PaleCommand {
  @Parameters(paramLabel = "FILE", description = "The backup.")
  Path file = Path.of("");

  @Option(names = "--replace", description = "Replace the vault that is there.")
  boolean replace;

  @Option(names = "--recovery-code", description = "Open the backup with its recovery code.")
  boolean byCode;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(
      names = "--other-vault",
      description =
          "Do not ask though the backup holds another vault, or has another key, than what it"
              + " replaces.")
  boolean otherVault;

  VaultRestoreCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault restore", "replace the vault");
    Path source = session.context().cwd().resolve(file);
    if (replace && LocalVault.exists(session.context().folders())) {
      askForReplacing(source);
    }
    Optional<SecretValue> code =
        byCode ? Optional.of(RecoveryCode.read(session)) : Optional.empty();
    try {
      BackupInfo info =
          VaultAdmin.restore(
              session.context().folders(),
              source,
              session.unlocking(),
              code,
              replace,
              session.actor("vault restore"));
      BackupAnswer.tell(session.screen(), source, info, "is the vault now:");
    } finally {
      code.ifPresent(SecretValue::close);
    }
  }

  private void askForReplacing(Path source) {
    BackupInfo backup = VaultAdmin.inspect(source);
    String holds =
        "the backup holds vault " + backup.vaultId() + ", key " + backup.rootFingerprint();
    Optional<VaultStatus> there = readable();
    boolean other =
        there.isPresent()
            && !(there.get().id().equals(backup.vaultId())
                && there.get().rootFingerprint().equals(backup.rootFingerprint()));
    String replaced =
        there
            .map(vault -> "it replaces vault " + vault.id() + ", key " + vault.rootFingerprint())
            .orElse("the vault that it replaces cannot be read");
    if (other && !otherVault && !session.prompt().canAsk()) {
      session.recordRefusal("vault restore", holds + ", which is another one");
      throw PaleException.of(
          265,
          "the backup holds another vault, or has another key, than what it replaces",
          holds + "; " + replaced,
          "add --other-vault if you know who made the backup");
    }
    session.screen().remark(holds);
    session.screen().remark(replaced);
    String question =
        other
            ? "replace the vault by ANOTHER one, " + source + "?"
            : "replace the vault by " + source + "?";
    if ((other ? !otherVault : !yes) && !session.prompt().confirm(question, "add --yes")) {
      throw PaleException.of(147, "nothing was restored", "the answer was not yes", "");
    }
  }

  /** A vault that is damaged is what backups are for. */
  private Optional<VaultStatus> readable() {
    try {
      return Optional.of(VaultAdmin.status(session.context().folders()));
    } catch (PaleException damaged) {
      return Optional.empty();
    }
  }
}
