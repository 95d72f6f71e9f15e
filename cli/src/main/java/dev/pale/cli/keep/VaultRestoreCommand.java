package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.BackupInfo;
import dev.pale.vault.LocalVault;
import dev.pale.vault.VaultAdmin;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    header = "Put a backup in the place of the vault, after every value in it was read.",
    description = {
      "A vault that is there is kept beside it, under a name with .replaced-. The backup opens with the way it was made with, or with its recovery code."
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

  VaultRestoreCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("vault restore", "replace the vault");
    Path source = session.context().cwd().resolve(file);
    if (replace
        && !yes
        && LocalVault.exists(session.context().folders())
        && !session.prompt().confirm("replace the vault by " + source + "?", "add --yes")) {
      throw PaleException.of(147, "nothing was restored", "the answer was not yes", "");
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
}
