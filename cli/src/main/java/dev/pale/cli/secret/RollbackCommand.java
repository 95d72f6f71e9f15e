package dev.pale.cli.secret;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "rollback",
    header = "Make an old version the current one.",
    description = {
      "Writes a new version that is equal to the old one; nothing is lost. pale history shows the"
          + " numbers.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale rollback DATABASE_URL 3", "  pale rollback DATABASE_URL 3 -e prod"})
final class RollbackCommand extends PaleCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "Name of the secret.")
  String name = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "Number of the old version.")
  int version;

  RollbackCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    SecretName wanted = SecretName.of(name);
    int now;
    try {
      now =
          session
              .vault()
              .rollback(
                  place, wanted, version, session.actor("rollback " + wanted + " " + version));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    VersionAnswer.tell(
        session.screen(),
        place,
        wanted,
        now,
        "has the value of version " + version + " as version ");
  }
}
