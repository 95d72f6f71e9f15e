package dev.pale.cli.project;

import dev.pale.cli.keep.NewVault;
import dev.pale.cli.keep.UnlockWay;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Resolved;
import dev.pale.cli.session.Session;
import dev.pale.cli.transfer.ImportOptions;
import dev.pale.cli.transfer.Importer;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.ProjectFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.vault.EnvironmentInfo;
import dev.pale.vault.ProjectInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "init",
    header = "Set up a project, and the vault where there is none.",
    description = {
      "Makes the vault with a recovery code that is shown once, the project and its first"
          + " environment in it, and in this folder pale.toml, .env.example (names, no values) and"
          + " .gitignore lines. What is there stays; a second call changes nothing.",
      "",
      "--import brings the values of files into the vault, reads them back, compares them byte for"
          + " byte, and only then offers to remove the plaintext files. It also takes over what other"
          + " tools' files declare: fnox.toml, secretspec.toml, .env.schema, secrets.yml, .envrc"
          + " (names only, it is not run), .infisical.json, doppler.yaml, and .env files that"
          + " dotenvx encrypted (with .env.keys beside them).",
      "",
      "The recovery code is shown on a terminal. Where standard error is none, as in a CI job, it goes"
          + " to the new file recovery-code.txt in the configuration folder (mode 0600), or to"
          + " --recovery-file, or with --json into the answer; never into a log.",
      "",
      "Limits: a removed file is overwritten as far as its file system allows; git history,"
          + " backups, snapshots and flash disks may still hold it, so replace values that were ever"
          + " committed. With a key file, whoever can read that file and the vault has the secrets.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale init",
      "  pale init --import .env --dialect dotenv --remove-plaintext",
      "  pale init --unlock passphrase -p acme-api -e dev",
      "  pale init --import fnox.toml -e dev"
    })
final class InitCommand extends PaleCommand {
  @Mixin UnlockWay way = new UnlockWay();

  @Option(
      names = "--import",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Bring in the values of these files.")
  List<String> imports = new ArrayList<>();

  @Mixin ImportOptions importOptions = new ImportOptions();

  @Option(
      names = "--recovery-file",
      paramLabel = "FILE",
      description =
          "Write the recovery code to this new file (mode 0600, not in a git work tree) instead of"
              + " showing it.")
  Optional<Path> recoveryFile = Optional.empty();

  @Option(names = "--remove-plaintext", description = "Remove imported files without asking.")
  boolean removePlaintext;

  @Option(names = "--keep-plaintext", description = "Keep imported files without asking.")
  boolean keepPlaintext;

  private final List<String> removed = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();

  InitCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (removePlaintext && keepPlaintext) {
      throw PaleException.usage(
          130, "--remove-plaintext and --keep-plaintext exclude each other", "", "choose one");
    }
    Place place = chosen();
    ProjectFolder folder = new ProjectFolder(session.context().cwd());
    List<String> files = new ArrayList<>(imports);
    try (Importer importer = new Importer(session, importOptions)) {
      offer(folder, files);
      // Everything that may be refused comes before the first thing that is made.
      for (String file : files) {
        importer.load(file);
      }
      Optional<NewVault> made = NewVault.makeIfMissing(session, way, recoveryFile);
      boolean newPlace = makePlace(place);
      Importer.Outcome outcome =
          files.isEmpty()
              ? new Importer.Outcome(List.of(), List.of(), List.of(), List.of())
              : importer.store(place, false);
      if (session.project().isEmpty()) {
        folder.projectFile(place);
        session.projectChanged();
      }
      int elsewhere = folder.declare(importer.declared());
      if (elsewhere > 0) {
        session
            .screen()
            .remark(
                Screen.count(elsewhere, "secret")
                    + " in pale.toml come from other stores: read the file, then pale trust");
      }
      session.projectChanged();
      session
          .project()
          .filter(found -> found.file().project().equals(Optional.of(place.project())))
          .ifPresent(found ->
              session.known().remember(found.path(), place.project(), found.file().environment()));
      folder.example(importer.example());
      folder.ignore();
      if (!files.isEmpty()) {
        session.screen().remark(stored(place, outcome));
        plaintext(importer, outcome);
      }
      tell(place, made, newPlace, folder, outcome);
    }
  }

  private Place chosen() {
    Resolved resolved = session.resolvedOrEmpty();
    String project =
        resolved.project().isEmpty()
            ? ProjectFolder.projectName(session.context().cwd())
            : resolved.project();
    String environment = resolved.environment().isEmpty() ? "dev" : resolved.environment();
    return new Place(Place.requireUnreserved(project), environment);
  }

  private void offer(ProjectFolder folder, List<String> files) {
    if (!files.isEmpty()) {
      return;
    }
    List<String> found = folder.candidates();
    List<String> foreign = folder.foreign();
    if (!foreign.isEmpty()) {
      offerForeign(foreign, files);
    }
    if (found.isEmpty()) {
      return;
    }
    String list = String.join(" ", found);
    if (session.prompt().canAsk()
        && !session.globals().json()
        && session.prompt().confirm("import " + list + " into the vault?", "--import " + list)) {
      files.addAll(found);
    } else {
      session.screen().remark("plaintext here: " + list + "; pale init --import " + list);
    }
  }

  private void offerForeign(List<String> foreign, List<String> files) {
    String list = String.join(" ", foreign);
    if (session.prompt().canAsk()
        && !session.globals().json()
        && session.prompt().confirm("take over what " + list + " say?", "--import " + list)) {
      files.addAll(foreign);
    } else {
      session.screen().remark("other tools' files here: " + list + "; pale init --import " + list);
    }
  }

  private boolean makePlace(Place place) {
    boolean project = false;
    for (ProjectInfo info : session.vault().projects()) {
      project |= info.name().equals(place.project());
    }
    if (project) {
      session.requireKnown(session.resolvedOrEmpty());
    } else {
      session.vault().createProject(place.project(), session.actor("init"));
    }
    for (EnvironmentInfo info : session.vault().environments(place.project())) {
      if (info.name().equals(place.environment())) {
        return false;
      }
    }
    session.vault().createEnvironment(place, session.actor("init"));
    return true;
  }

  private static String stored(Place place, Importer.Outcome outcome) {
    int total = outcome.added().size() + outcome.changed().size() + outcome.same().size();
    return place + " holds " + Screen.count(total, "imported secret") + ", read back and compared";
  }

  private void plaintext(Importer importer, Importer.Outcome outcome) {
    for (Path file : importer.files()) {
      Path shown = session.context().cwd().relativize(file);
      if (PlainFile.isTracked(file)) {
        session
            .screen()
            .warning(
                "git tracks "
                    + shown
                    + ": its history holds the values; git rm --cached "
                    + shown
                    + ", and replace the values where they came from");
      }
      if (!outcome.skipped().isEmpty()) {
        session.screen().remark(shown + " stays: values of it were skipped");
        kept.add(shown.toString());
      } else if (wanted(shown)) {
        remove(importer, file, shown);
      } else {
        kept.add(shown.toString());
        session.screen().remark(shown + " is still there, in plaintext");
      }
    }
  }

  private boolean wanted(Path shown) {
    if (removePlaintext || keepPlaintext || !session.prompt().canAsk()) {
      return removePlaintext;
    }
    return session.prompt().confirm("remove the plaintext file " + shown + "?", "");
  }

  private void remove(Importer importer, Path file, Path shown) {
    try {
      if (!importer.isUnchanged(file)) {
        throw new IOException("it has changed since it was read");
      }
      PlainFile.remove(file);
      removed.add(shown.toString());
      session
          .screen()
          .remark(
              shown
                  + " is overwritten and removed; git history, backups and flash disks may still"
                  + " hold it");
    } catch (IOException e) {
      kept.add(shown.toString());
      session.screen().warning(shown + " was not removed: " + reason(e));
    }
  }

  /** Messages of the system hold paths only, our own hold nothing of the file. */
  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private void tell(
      Place place,
      Optional<NewVault> made,
      boolean newPlace,
      ProjectFolder folder,
      Importer.Outcome outcome) {
    Screen screen = session.screen();
    if (screen.json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("place", place.toString())
              .member("placeCreated", newPlace)
              .member("vaultCreated", made.isPresent());
      made.ifPresent(vault -> vault.write(json));
      array(json, "written", folder.written());
      array(json, "imported", outcome.added());
      array(json, "changed", outcome.changed());
      array(json, "removed", removed);
      array(json, "kept", kept);
      screen.document(json.endObject());
    } else {
      for (String file : folder.written()) {
        screen.remark("wrote " + file);
      }
      if (made.isEmpty() && !newPlace && folder.written().isEmpty() && outcome.added().isEmpty()) {
        screen.remark(place + " is set up already; nothing was changed");
      } else {
        screen.remark(
            place
                + " is ready: pale set NAME"
                + here(place)
                + " adds a secret, pale run"
                + here(place)
                + " -- COMMAND uses it");
      }
      made.ifPresent(vault -> vault.show(session));
    }
    made.ifPresent(NewVault::close);
  }

  /** The options without which a command here is about another place: pale.toml was there first. */
  private String here(Place place) {
    ProjectFile file = session.projectFile();
    return (file.project().equals(Optional.of(place.project())) ? "" : " -p " + place.project())
        + (file.environment().equals(Optional.of(place.environment()))
            ? ""
            : " -e " + place.environment());
  }

  private static void array(JsonWriter json, String name, List<String> items) {
    json.name(name).beginArray();
    items.forEach(json::value);
    json.endArray();
  }
}
