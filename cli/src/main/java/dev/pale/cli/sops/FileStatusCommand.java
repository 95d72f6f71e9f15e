package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.sops.SopsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "filestatus",
    header = "Say whether a file is encrypted by SOPS.",
    description = {"Prints {\"encrypted\":true} or false. No key is needed."},
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops filestatus secrets.yaml",
      "  pale sops filestatus --input-type ini app.conf"
    })
final class FileStatusCommand extends SopsCommand {
  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The file.")
  String name = "";

  FileStatusCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    try (SopsWork work = SopsWork.on(session, options, name)) {
      boolean encrypted = SopsFile.isEncrypted(work.input(), work.content());
      session
          .screen()
          .document(new JsonWriter().beginObject().member("encrypted", encrypted).endObject());
    }
  }
}
