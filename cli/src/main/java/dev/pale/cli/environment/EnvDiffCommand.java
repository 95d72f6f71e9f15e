package dev.pale.cli.environment;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.vault.Difference;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    header = "Compare two environments: names, and whether values are the same.",
    description = {
      "Values are compared inside Pale and never shown.",
      "",
      "Limits: the answer tells whether two values are equal, so who may write to one environment"
          + " can test guesses about the other. Every comparison is in the audit log.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale env diff dev prod", "  pale env diff dev acme-web/dev --all --json"})
final class EnvDiffCommand extends PaleCommand {
  @Parameters(index = "0", paramLabel = "LEFT", description = "An environment, or PROJECT/ENV.")
  String left = "";

  @Parameters(index = "1", paramLabel = "RIGHT", description = "An environment, or PROJECT/ENV.")
  String right = "";

  @Option(names = "--all", description = "Show names with the same value on both sides, too.")
  boolean all;

  EnvDiffCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place one = session.place(left);
    Place other = session.place(right);
    List<Difference> differences;
    try {
      differences =
          session.vault().diff(one, other, session.actor("env diff " + one + " " + other));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(session.withPlaceSuggestion(e, one), other);
    }
    List<List<String>> rows = new ArrayList<>();
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("left", one.toString())
            .member("right", other.toString());
    json.name("differences").beginArray();
    for (Difference difference : differences) {
      if (all || difference.kind() != Difference.Kind.SAME) {
        rows.add(List.of(difference.name().text(), words(difference.kind(), one, other)));
        json.beginObject()
            .member("name", difference.name().text())
            .member("state", state(difference.kind()))
            .endObject();
      }
    }
    if (session.screen().json()) {
      session.screen().document(json.endArray().endObject());
    } else {
      session
          .screen()
          .table(
              List.of("NAME", "STATE"),
              rows,
              "no differences in " + Screen.count(differences.size(), "name"));
    }
  }

  private static String words(Difference.Kind kind, Place one, Place other) {
    return switch (kind) {
      case SAME -> "same";
      case DIFFERENT -> "different";
      case ONLY_LEFT -> "only in " + one;
      case ONLY_RIGHT -> "only in " + other;
    };
  }

  private static String state(Difference.Kind kind) {
    return switch (kind) {
      case SAME -> "same";
      case DIFFERENT -> "different";
      case ONLY_LEFT -> "left";
      case ONLY_RIGHT -> "right";
    };
  }
}
