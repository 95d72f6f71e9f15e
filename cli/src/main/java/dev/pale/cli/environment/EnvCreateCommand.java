package dev.pale.cli.environment;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "create",
    header = "Create an empty environment.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale env create staging", "  pale env create acme-api/staging"})
final class EnvCreateCommand extends PaleCommand {
  @Parameters(paramLabel = "ENV", description = "Its name, or PROJECT/ENV.")
  String environment = "";

  EnvCreateCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place(environment);
    try {
      session.vault().createEnvironment(place, session.actor("env create " + place));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    EnvAnswer.tell(session.screen(), place, "created");
  }
}
