package dev.pale.cli.reference;

import dev.pale.cli.context.RegularFile;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.cli.transfer.PrivateFile;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.template.Template;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "inject",
    header = "Put values into a template in place of its references.",
    description = {
      "References stand in the text as {{ REF }} or bare, as op://vault/item/field. Variables inside"
          + " of them come from the environment: op://$APP_ENV/db/password. Everything else stays as"
          + " it is, byte for byte; {{ \"text\" }} stands for the text. docs/references.md has the"
          + " rules.",
      "",
      "The output appears whole, mode 0600, or not at all: with any reference that cannot be read"
          + " nothing is written, and a file that was there stays. Without -i and -o it reads standard"
          + " input and writes standard output. --check asks no store: it lists the references and"
          + " says which cannot work.",
      "",
      "Limits: the output is plaintext. Values are put in as they are, without quoting: what reads"
          + " the output reads what is in them. Check a template that you did not write before you"
          + " fill it. A coding agent is refused; it can --check.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale inject -i config.yml.tpl -o /dev/shm/config.yml",
      "  pale inject -i config.yml.tpl --check"
    })
final class InjectCommand extends PaleCommand {
  @Option(
      names = {"-i", "--in-file"},
      paramLabel = "TEMPLATE",
      description = "The template; default: standard input.")
  Optional<Path> input = Optional.empty();

  @Option(
      names = {"-o", "--out-file"},
      paramLabel = "OUT",
      description = "Write this file, replacing what is there; default: standard output.")
  Optional<Path> output = Optional.empty();

  @Option(names = "--file-mode", paramLabel = "MODE", description = "Its mode. Default: 0600.")
  String mode = "0600";

  @Option(names = "--check", description = "List the references and check them; read nothing.")
  boolean check;

  @Option(names = "--offline", description = "Use kept values alone, and say how old they are.")
  boolean offline;

  InjectCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    String source = input.map(Path::toString).orElse("standard input");
    if (check) {
      byte[] template = template(source);
      TemplateCheck.tell(session, template, source);
      return;
    }
    refuseAgents(source);
    session.requireReason("inject");
    Optional<PrivateFile> target =
        output.map(path -> {
          Path file = session.context().cwd().resolve(path);
          refuseOverTemplate(file);
          return PrivateFile.at(file, true, true).mode(FileMode.parse(mode));
        });
    byte[] bytes = template(source);
    try (References references =
        new References(
            session,
            "inject",
            ReadRequest.Verb.EXPORT,
            session.actor("inject" + (target.isPresent() ? " to a file" : "")),
            offline)) {
      TemplateText template = TemplateText.of(bytes, source, "", session, references);
      Map<Reference, SecretValue> values =
          template.isPlain() ? Map.of() : references.resolve(template.wishes());
      byte[] filled;
      try {
        filled = template.fill(values);
      } finally {
        values.values().forEach(SecretValue::close);
      }
      try {
        give(filled, target, template.wishes().size());
      } finally {
        Arrays.fill(filled, (byte) 0);
      }
    }
  }

  private void refuseAgents(String source) {
    if (session.context().isAgent()) {
      session.recordRefusal("inject", source + ": a coding agent gets no value");
      throw PaleException.of(
          520,
          "pale inject gives no values to a coding agent (" + session.context().agent() + ")",
          "values that an agent reads end up in its context, its logs and its provider's",
          "pale run --env-file FILE -- COMMAND gives them to the command alone; pale inject --check"
              + " checks a template");
    }
  }

  private void refuseOverTemplate(Path out) {
    if (input.isEmpty()) {
      return;
    }
    try {
      Path in = session.context().cwd().resolve(input.get());
      if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
        throw PaleException.usage(
            657, "the output would replace the template", "", "name another file with -o");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void give(byte[] filled, Optional<PrivateFile> target, int references) {
    if (target.isEmpty()) {
      PrintStream out = session.context().out();
      out.write(filled, 0, filled.length);
      out.flush();
      return;
    }
    target
        .get()
        .write(out -> {
          try {
            out.write(filled);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    Screen screen = session.screen();
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("file", output.get().toString())
              .member("references", references)
              .endObject());
    }
    if (target.get().isInGit()) {
      screen.warning(output.get() + " is plaintext inside a git work tree; keep it out of commits");
    }
    screen.remark(Screen.count(references, "value") + " in plaintext in " + output.get());
  }

  private byte[] template(String source) {
    try {
      if (input.isEmpty()) {
        return session.context().in().readNBytes(Template.MAX_BYTES + 1);
      }
      Path file = session.context().cwd().resolve(input.get());
      RegularFile.require(file);
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(Template.MAX_BYTES + 1);
      }
    } catch (NoSuchFileException e) {
      throw PaleException.of(138, "there is no file " + source, "", "check the path", e);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + source, e.getClass().getSimpleName(), "check the file's mode", e);
    }
  }
}
