package dev.pale.cli.project;

import dev.pale.cli.inrepo.InRepoCommands;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.NeedsTrust;
import dev.pale.secrets.PaleException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "trust",
    header = "Let pale.toml do what could run code or widen your own config.",
    description = {
      "Shows the parts of the pale.toml in this folder or above that need trust, asks, and remembers"
          + " the hash of the file. After any change of the file you are asked again.",
      "",
      "Limits: trust covers the file, not what the programs do that it names. A coding agent cannot"
          + " give trust where Pale recognises it; the recognition is a convenience.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale trust", "  pale trust --yes", "  pale trust list"})
final class TrustCommand extends PaleCommand {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  TrustCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    FoundProject found = require(session);
    session.refuseAgentsTo("trust", "give trust to a file");
    Screen screen = session.screen();
    List<NeedsTrust> needs = found.file().needsTrust(session.config());
    boolean before = session.trust().isTrusted(found.path(), found.bytes());
    Optional<String> project = found.file().project();
    boolean known =
        project.isEmpty()
            || session.known().mayUse(found.path(), project.get(), found.file().environment());
    List<String> recipients = InRepoCommands.differences(session, found);
    if (!known || (!needs.isEmpty() && !before) || !recipients.isEmpty()) {
      screen.remark(found.path() + " asks for trust because of:");
      if (!known) {
        screen.remark("  project " + project.get() + ": its values go to what runs here");
      }
      for (NeedsTrust need : needs) {
        screen.remark("  line " + need.line() + ": " + need.key() + " " + need.why());
      }
      if (!recipients.isEmpty()) {
        screen.remark("  recipients: they read what pale set --in-repo encrypts from now on");
        recipients.forEach(each -> screen.remark("    " + each));
      }
      if (!yes && !agrees(found)) {
        session.recordWithoutKey("trust", false, found.path() + ": the answer was not yes");
        throw PaleException.of(147, "nothing is trusted", "the answer was not yes", "");
      }
      if (!needs.isEmpty()) {
        session.trust().trust(found.path(), found.bytes());
      }
      InRepoCommands.accept(session, found);
      project.ifPresent(
          name -> session.known().remember(found.path(), name, found.file().environment()));
      session.recordWithoutKey(
          "trust", true, found.path() + project.map(name -> " for project " + name).orElse(""));
    }
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("path", found.path().toString())
              .member("needed", !known || !needs.isEmpty() || !recipients.isEmpty())
              .member("trusted", needs.isEmpty() ? before : true)
              .endObject());
    }
    screen.remark(
        needs.isEmpty() && known && recipients.isEmpty()
            ? "nothing in " + found.path() + " needs trust"
            : found.path() + " is trusted until it changes");
  }

  private boolean agrees(FoundProject found) {
    try {
      return session.prompt().confirm("trust this file as it is now?", "add --yes");
    } catch (PaleException nobody) {
      session.recordWithoutKey("trust", false, found.path() + ": there was nobody to ask");
      throw nobody;
    }
  }

  static FoundProject require(Session session) {
    return session
        .project()
        .orElseThrow(() ->
            PaleException.usage(
                132, "there is no pale.toml here or above", "", "pale init makes one"));
  }
}
