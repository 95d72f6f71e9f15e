package dev.pale.cli.transfer;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.export.ExportFormat;
import dev.pale.formats.export.Exports;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    header = "Write values in a format that other programs read.",
    description = {
      "Writes to standard output, or with -o to a file that only you can read, which appears whole"
          + " or not at all. A file inside a git work tree needs --into-git, also where .gitignore"
          + " names it: ignored files end up in images, archives and forced adds.",
      "",
      "Limits: the file is plaintext on a disk. pale run gives the same values to a program without"
          + " one. A call from below a known coding agent is refused and recorded.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale export --format shell > /dev/shm/env.sh",
      "  pale export --format docker -o /run/user/1000/web.env -e prod",
      "  pale export --format json DATABASE_URL REDIS_URL"
    })
final class ExportCommand extends PaleCommand {
  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Only these secrets; default: all of the environment.")
  List<String> names = new ArrayList<>();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "dotenv (default), json, yaml, shell, github or docker.")
  String format = "dotenv";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write this file, mode 0600.")
  Optional<Path> output = Optional.empty();

  @Option(names = "--force", description = "Replace the file if it is there.")
  boolean force;

  @Option(names = "--into-git", description = "Write even into a git work tree.")
  boolean intoGit;

  ExportCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    ExportFormat chosen =
        ExportFormat.of(format)
            .orElseThrow(() ->
                PaleException.usage(
                    130,
                    "there is no such export format",
                    "the formats are dotenv, json, yaml, shell, github and docker",
                    "--format dotenv"));
    Place place = session.place();
    session.refuseAgents("export", "of " + place);
    session.requireReason("export");
    Set<SecretName> wanted = new LinkedHashSet<>();
    for (String name : names) {
      wanted.add(SecretName.of(name));
    }
    Optional<PrivateFile> target =
        output.map(path -> PrivateFile.at(session.context().cwd().resolve(path), force, intoGit));
    String command = "export " + chosen.text() + (target.isPresent() ? " to a file" : "");
    SortedMap<SecretName, SecretValue> values;
    try {
      values =
          session.values(
              wanted.isEmpty()
                  ? ReadRequest.all(place, ReadRequest.Verb.EXPORT, session.actor(command))
                  : ReadRequest.only(
                      place, wanted, ReadRequest.Verb.EXPORT, session.actor(command)));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    try {
      if (target.isPresent()) {
        target.get().write(out -> Exports.write(chosen, values, new SecureRandom(), out));
        session
            .screen()
            .remark(Screen.count(values.size(), "secret") + " in plaintext in " + output.get());
      } else {
        Exports.write(chosen, values, new SecureRandom(), session.context().out());
        session.context().out().flush();
      }
    } finally {
      values.values().forEach(SecretValue::close);
    }
  }
}
