package dev.pale.cli.secret;

import dev.pale.cli.inrepo.InRepoCommands;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "unset",
    header = "Delete a secret.",
    description = {
      "Asks first on a terminal. The secret can be restored until the retention time has passed"
          + " (30 days unless your config.toml says another); pale vault purge ends it at once.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale unset OLD_API_KEY", "  pale unset OLD_API_KEY OLDER_API_KEY -e prod --yes"})
final class UnsetCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Name of the secret.")
  List<String> names = new ArrayList<>();

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Option(names = "--in-repo", description = "Take the value out of pale.toml instead.")
  boolean inRepo;

  @Option(
      names = "--all-environments",
      description = "With --in-repo: the value for every environment.")
  boolean allEnvironments;

  UnsetCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    List<SecretName> wanted = new ArrayList<>();
    for (String name : names) {
      wanted.add(SecretName.of(name));
    }
    SetCommand.requireInRepo(inRepo, allEnvironments);
    if (inRepo) {
      for (SecretName name : wanted) {
        InRepoCommands.unset(session, InRepoCommands.scope(session, allEnvironments), name);
      }
      return;
    }
    if (!yes
        && !session
            .prompt()
            .confirm("delete " + String.join(", ", names) + " from " + place + "?", "add --yes")) {
      throw PaleException.of(147, "nothing was deleted", "the answer was not yes", "");
    }
    for (SecretName name : wanted) {
      try {
        session.vault().unset(place, name, session.actor("unset " + name));
      } catch (PaleException e) {
        throw session.withPlaceSuggestion(e, place);
      }
      session
          .screen()
          .remark(name + " is deleted from " + place + "; pale restore " + name + " takes it back");
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().member("place", place.toString());
      json.name("deleted").beginArray();
      wanted.forEach(name -> json.value(name.text()));
      session.screen().document(json.endArray().endObject());
    }
  }
}
