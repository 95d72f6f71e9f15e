package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.SopsPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "unset",
    header = "Remove one value or branch of an encrypted file.",
    description = {"Changes the file in place: what is removed, the file's sum and its time."},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops unset secrets.yaml [\"db\"][\"password\"]",
      "  pale sops unset --idempotent secrets.json [\"old\"]"
    })
final class SopsUnsetCommand extends SopsCommand {
  @Parameters(index = "0", paramLabel = "FILE", arity = "0..1", description = "The file.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      arity = "0..1",
      description = "What: [\"key\"][\"list\"][0].")
  String path = "";

  @Option(names = "--idempotent", description = "Do nothing when there is nothing at that place.")
  boolean idempotent;

  @Option(
      names = "--shamir-secret-sharing-threshold",
      hidden = true,
      description = "Accepted as sops does, without effect.")
  int threshold;

  SopsUnsetCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (path.isEmpty()) {
      throw PaleException.of(
          489, "unset needs a file and a path", "", "pale sops unset FILE '[\"key\"]'");
    }
    try (SopsWork work = SopsWork.on(session, options, name)) {
      SopsPath at = SopsSetCommand.path(path);
      boolean written =
          change(
              work,
              true,
              tree -> {
                if (idempotent && tree.get(at).isEmpty()) {
                  return tree;
                }
                return tree.unset(at);
              });
      if (written) {
        written(work.name());
      } else {
        session.screen().remark("nothing was changed: there is nothing at that place");
      }
      work.record("unset", path);
    }
  }
}
