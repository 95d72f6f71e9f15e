package dev.pale.cli.inrepo;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.InRepoValues;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    header = "List the recipients in pale.toml.",
    description = {
      "Shows the list of the whole file and of each environment that has its own, and whether you"
          + " accepted each recipient: nothing is encrypted to lists that you did not."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale recipients list", "  pale recipients list --json"})
final class RecipientsListCommand extends PaleCommand {
  RecipientsListCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    InRepoValues values = RepoFile.of(session).values();
    SortedSet<String> known = RepoFile.accepted(session).of(session.project().orElseThrow().path());
    List<List<String>> rows = new ArrayList<>();
    JsonWriter json = new JsonWriter().beginObject().name("recipients").beginArray();
    values
        .recipients()
        .forEach((scope, recipients) -> {
          for (String each : recipients) {
            boolean accepted = known.contains(scope + " " + each);
            rows.add(List.of(RepoFile.shown(scope), accepted ? "yes" : "no: pale trust", each));
            json.beginObject()
                .member("scope", scope)
                .member("recipient", each)
                .member("accepted", accepted)
                .endObject();
          }
        });
    if (session.screen().json()) {
      session.screen().document(json.endArray().endObject());
      return;
    }
    session
        .screen()
        .table(
            List.of("FOR", "ACCEPTED", "RECIPIENT"),
            rows,
            "pale.toml names no recipients; pale recipients add \"$(pale recipients me)\"");
  }
}
