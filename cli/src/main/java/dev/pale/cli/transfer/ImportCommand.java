package dev.pale.cli.transfer;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    header = "Bring the values of .env or JSON files into the vault.",
    description = {
      "Reads dotenv files (docs/dotenv.md) and, by the ending .json, flat JSON objects of strings;"
          + " - is standard input. Nothing in a file is run or expanded.",
      "",
      "Where common dialects would read a line differently, the readings are shown on a terminal"
          + " and you choose; elsewhere nothing is imported until --dialect says which.",
      "",
      "Limits: the file stays where it is, in plaintext; pale init --import offers to remove it.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale import .env",
      "  pale import .env.production -e prod --dialect dotenv --overwrite",
      "  pale import --dry-run .env"
    })
final class ImportCommand extends PaleCommand {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "A file, or - for standard input.")
  List<String> files = new ArrayList<>();

  @Mixin ImportOptions options = new ImportOptions();

  @Option(names = "--dry-run", description = "Only tell what would be done.")
  boolean dryRun;

  ImportCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    try (Importer importer = new Importer(session, options)) {
      for (String file : files) {
        importer.load(file);
      }
      Importer.Outcome outcome = importer.store(place, dryRun);
      tell(place, outcome);
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
  }

  private void tell(Place place, Importer.Outcome outcome) {
    Screen screen = session.screen();
    if (screen.json()) {
      JsonWriter json = new JsonWriter().beginObject().member("place", place.toString());
      json.member("dryRun", dryRun);
      array(json, "added", outcome.added());
      array(json, "changed", outcome.changed());
      array(json, "same", outcome.same());
      array(json, "skipped", outcome.skipped());
      screen.document(json.endObject());
      return;
    }
    String verb = dryRun ? "would be " : "";
    if (dryRun) {
      screen.table(List.of("NAME", "STATE"), rows(outcome), "the files hold no secrets");
    }
    screen.remark(
        place
            + ": "
            + outcome.added().size()
            + " "
            + verb
            + "added, "
            + outcome.changed().size()
            + " "
            + verb
            + "changed, "
            + outcome.same().size()
            + " the same, "
            + outcome.skipped().size()
            + " skipped");
    if (!dryRun && !files.equals(List.of("-"))) {
      screen.remark("the values are still in plaintext in " + String.join(", ", files));
    }
  }

  private static List<List<String>> rows(Importer.Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    outcome.added().forEach(name -> rows.add(List.of(name, "new")));
    outcome.changed().forEach(name -> rows.add(List.of(name, "changed")));
    outcome.same().forEach(name -> rows.add(List.of(name, "same")));
    return rows;
  }

  private static void array(JsonWriter json, String name, List<String> names) {
    json.name(name).beginArray();
    names.forEach(json::value);
    json.endArray();
  }
}
