package dev.pale.cli.help;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import picocli.CommandLine.Command;

@Command(
    name = "version",
    header = "Print the version.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale version", "  pale version --json"})
final class VersionCommand extends PaleCommand {
  static final String VERSION = "0.1.0";

  VersionCommand(Session session) {
    super(session);
  }

  static String text() {
    return "pale " + VERSION;
  }

  @Override
  protected void perform() {
    if (session.screen().json()) {
      session
          .screen()
          .document(
              new JsonWriter()
                  .beginObject()
                  .member("version", VERSION)
                  .member("java", Runtime.version().toString())
                  .endObject());
    } else {
      session.screen().line(text());
    }
  }
}
