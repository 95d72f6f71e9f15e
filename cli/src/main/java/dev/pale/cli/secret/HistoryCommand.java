package dev.pale.cli.secret;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import dev.pale.vault.VersionInfo;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "history",
    header = "List the versions of a secret, newest first, without values.",
    description = {"Old versions are destroyed when the retention time has passed."},
    footerHeading = "%nExamples:%n",
    footer = {"  pale history DATABASE_URL", "  pale history DATABASE_URL -e prod --json"})
final class HistoryCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the secret.")
  String name = "";

  HistoryCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    SecretName wanted = SecretName.of(name);
    List<VersionInfo> versions;
    try {
      versions = session.vault().history(place, wanted, session.actor("history " + wanted));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    if (session.screen().json()) {
      json(place, wanted, versions);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (VersionInfo version : versions) {
      rows.add(
          List.of(
              Integer.toString(version.version()),
              Screen.time(version.created()),
              version.createdBy(),
              version.origin(),
              version.current() ? "current" : version.shredded() ? "destroyed" : ""));
    }
    session
        .screen()
        .table(
            List.of("VERSION", "CREATED", "BY", "ORIGIN", "STATE"),
            rows,
            wanted + " has no versions");
  }

  private void json(Place place, SecretName wanted, List<VersionInfo> versions) {
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("place", place.toString())
            .member("name", wanted.text());
    json.name("versions").beginArray();
    for (VersionInfo version : versions) {
      json.beginObject()
          .member("version", (long) version.version())
          .member("created", version.created())
          .member("createdBy", version.createdBy())
          .member("origin", version.origin())
          .member("shredded", version.shredded())
          .member("current", version.current())
          .endObject();
    }
    session.screen().document(json.endArray().endObject());
  }
}
