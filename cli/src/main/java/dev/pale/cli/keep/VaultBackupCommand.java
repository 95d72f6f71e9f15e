package dev.pale.cli.keep;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.vault.BackupInfo;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "backup",
    header = "Write an encrypted copy of the whole vault, while others go on using it.",
    description = {
      "The copy opens with what opens the vault now, and with its recovery code. It holds names and dates in clear, as the vault does."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale vault backup ~/pale.backup",
      "  pale vault backup /mnt/usb/pale.backup --json"
    })
final class VaultBackupCommand extends PaleCommand {
  @Parameters(paramLabel = "FILE", description = "The file to write; it must not be there.")
  Path file = Path.of("");

  VaultBackupCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Path target = session.context().cwd().resolve(file);
    BackupInfo info = session.admin().backup(target, session.actor("vault backup"));
    BackupAnswer.tell(session.screen(), target, info, "holds a backup of");
  }
}
