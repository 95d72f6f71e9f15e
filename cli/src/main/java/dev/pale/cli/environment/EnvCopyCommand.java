package dev.pale.cli.environment;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "copy",
    header = "Copy the current values of an environment into a new one.",
    description = {"Values stay inside the vault; old versions are not copied."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale env copy dev staging", "  pale env copy acme-api/dev acme-web/dev"})
final class EnvCopyCommand extends PaleCommand {
  @Parameters(index = "0", paramLabel = "FROM", description = "An environment, or PROJECT/ENV.")
  String from = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The new one, or PROJECT/ENV.")
  String to = "";

  EnvCopyCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place source = session.place(from);
    Place target = session.place(to);
    try {
      session
          .vault()
          .copyEnvironment(source, target, session.actor("env copy " + source + " " + target));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, source);
    }
    EnvAnswer.tell(session.screen(), target, "a copy of " + source);
  }
}
