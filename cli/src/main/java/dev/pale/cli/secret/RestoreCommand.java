package dev.pale.cli.secret;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    header = "Take back the deletion of a secret.",
    description = {
      "Works until the retention time has passed or pale vault purge has run. pale list --deleted"
          + " shows what can be restored.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale restore OLD_API_KEY", "  pale restore OLD_API_KEY -e prod"})
final class RestoreCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the secret.")
  String name = "";

  RestoreCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    SecretName wanted = SecretName.of(name);
    int version;
    try {
      version = session.vault().restore(place, wanted, session.actor("restore " + wanted));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    VersionAnswer.tell(session.screen(), place, wanted, version, "is back as version ");
  }
}
