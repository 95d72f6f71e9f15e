package dev.pale.cli.secret;

import dev.pale.cli.inrepo.InRepoCommands;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    header = "Keep a value in the vault.",
    description = {
      "Asks for the value without showing it, or reads it from standard input when that is a pipe or"
          + " a file. Every call makes a new version.",
      "",
      "One final line end is taken off what comes from standard input, because echo and most tools"
          + " add one; --raw keeps it. --file keeps every byte.",
      "",
      "With --in-repo the value goes into pale.toml, encrypted with age to the recipients there (see"
          + " pale recipients), for the environment or with --all-environments for all.",
      "",
      "A value on the command line is refused: the shell's history keeps it, and every process of"
          + " this machine can read it with ps.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale set DATABASE_URL",
      "  pale set TLS_KEY --file key.pem -e prod",
      "  pwgen -s 40 1 | pale set SESSION_KEY",
    })
final class SetCommand extends PaleCommand {
  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      hideParamSyntax = true,
      description = "Name of the secret.")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "Read the value from this file, every byte of it.")
  Optional<Path> file = Optional.empty();

  @Option(names = "--raw", description = "Keep a final line end of standard input.")
  boolean raw;

  @Option(names = "--allow-empty", description = "Accept a value of no bytes.")
  boolean allowEmpty;

  @Option(
      names = "--allow-dangerous-name",
      description = "Accept a name that steers a loader or an interpreter, such as LD_PRELOAD.")
  boolean allowDangerousName;

  @Option(
      names = "--in-repo",
      description = "Write the value into pale.toml, encrypted to its recipients.")
  boolean inRepo;

  @Option(
      names = "--all-environments",
      description = "With --in-repo: for every environment that has no value of its own.")
  boolean allEnvironments;

  SetCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    SecretName name = name();
    Place place = session.place();
    requireInRepo(inRepo, allEnvironments);
    if (inRepo) {
      try (SecretValue value = value(name, place)) {
        InRepoCommands.set(session, InRepoCommands.scope(session, allEnvironments), name, value);
      }
      return;
    }
    try (SecretValue value = value(name, place)) {
      int version = session.vault().set(place, name, value, session.actor("set " + name));
      VersionAnswer.tell(session.screen(), place, name, version, "is version ");
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
  }

  static void requireInRepo(boolean inRepo, boolean allEnvironments) {
    if (allEnvironments && !inRepo) {
      throw PaleException.usage(
          130, "--all-environments goes with --in-repo", "", "leave it out, or add --in-repo");
    }
  }

  /**
   * A second word is a value, whatever it looks like: keys are upper-case letters and digits too.
   */
  private SecretName name() {
    String text = words.getFirst();
    int equals = text.indexOf('=');
    if (equals >= 0 || words.size() > 1) {
      String name = equals >= 0 ? text.substring(0, equals) : text;
      throw onCommandLine(SecretName.isValid(name) ? name : "NAME");
    }
    SecretName name = SecretName.of(text);
    if (name.isDangerous() && !allowDangerousName) {
      throw Values.dangerous(name);
    }
    return name;
  }

  private static PaleException onCommandLine(String name) {
    return PaleException.usage(
        131,
        "a value on the command line is refused",
        "the shell's history keeps it, and every process of this machine can read it with ps;"
            + " if it was a real value, replace it where it came from",
        "pale set " + name + " asks for it, or pipe it in");
  }

  private SecretValue value(SecretName name, Place place) {
    SecretValue value;
    if (file.isPresent()) {
      value = Values.fromFile(name, session.context().cwd().resolve(file.get()));
    } else if (session.context().terminal().input()) {
      value =
          session
              .prompt()
              .hidden(
                  name.text(),
                  "value of " + name + " for " + place + " (not shown): ",
                  "pipe the value into pale set " + name + ", or add --file PATH");
      session.screen().remark("read " + Screen.count(value.length(), "byte"));
    } else {
      value = Values.fromInput(name, session.context().in(), raw);
    }
    Values.check(name, value, allowEmpty);
    return value;
  }
}
