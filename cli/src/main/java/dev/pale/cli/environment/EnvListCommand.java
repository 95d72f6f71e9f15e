package dev.pale.cli.environment;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.vault.EnvironmentInfo;
import dev.pale.vault.ProjectInfo;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    header = "List the environments of the project.",
    footerHeading = "%nExamples:%n",
    footer = {"  pale env list", "  pale env list --all --json"})
final class EnvListCommand extends PaleCommand {
  @Option(names = "--all", description = "Of every project in the vault.")
  boolean all;

  EnvListCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    List<String> projects = new ArrayList<>();
    if (all) {
      for (ProjectInfo project : session.vault().projects()) {
        projects.add(project.name());
      }
    } else {
      projects.add(session.projectName());
    }
    List<List<String>> rows = new ArrayList<>();
    JsonWriter json = new JsonWriter().beginObject().name("environments").beginArray();
    for (String project : projects) {
      for (EnvironmentInfo info : session.vault().environments(project)) {
        rows.add(
            List.of(
                project,
                info.name(),
                Integer.toString(info.secrets()),
                Screen.time(info.created()),
                Screen.time(info.changed())));
        json.beginObject()
            .member("project", project)
            .member("name", info.name())
            .member("secrets", (long) info.secrets())
            .member("created", info.created())
            .member("changed", info.changed())
            .endObject();
      }
    }
    if (session.screen().json()) {
      session.screen().document(json.endArray().endObject());
    } else {
      session
          .screen()
          .table(
              List.of("PROJECT", "ENVIRONMENT", "SECRETS", "CREATED", "CHANGED"),
              rows,
              "there are no environments; add one with pale env create dev");
    }
  }
}
