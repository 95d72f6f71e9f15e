package dev.pale.cli.environment;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    header = "Delete an environment with everything in it, for ever.",
    description = {
      "Destroys the keys of all its versions: nothing brings the values back but a backup of the"
          + " vault. Asks for the environment's name to be typed.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale env delete staging", "  pale env delete acme-api/staging --yes"})
final class EnvDeleteCommand extends PaleCommand {
  @Parameters(paramLabel = "ENV", description = "Its name, or PROJECT/ENV.")
  String environment = "";

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  EnvDeleteCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgentsTo("env delete", "destroy an environment for ever");
    Place place = session.place(environment);
    if (!yes) {
      String typed =
          session
              .prompt()
              .line(
                  "this destroys all secrets of "
                      + place
                      + " for ever; type "
                      + place.environment()
                      + " to go on: ",
                  "add --yes");
      if (!typed.equals(place.environment())) {
        throw PaleException.of(147, "nothing was deleted", "the name was not typed", "");
      }
    }
    try {
      session.vault().deleteEnvironment(place, session.actor("env delete " + place));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    EnvAnswer.tell(session.screen(), place, "deleted");
  }
}
