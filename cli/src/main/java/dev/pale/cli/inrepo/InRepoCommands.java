package dev.pale.cli.inrepo;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.AcceptedRecipients;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.InRepoValues;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.List;
import java.util.SortedSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Builds {@code recipients}, and does what {@code set --in-repo} and its kin ask for. */
public final class InRepoCommands {
  private InRepoCommands() {}

  /** {@code pale recipients}. */
  public static CommandLine recipients(Session session) {
    CommandLine group = new CommandLine(new Group());
    group.addSubcommand("list", new CommandLine(new RecipientsListCommand(session)));
    group.addSubcommand("add", new CommandLine(RecipientsChangeCommand.add(session)));
    group.addSubcommand("remove", new CommandLine(RecipientsChangeCommand.remove(session)));
    group.addSubcommand("me", new CommandLine(new RecipientsMeCommand(session)));
    return group;
  }

  /** The scope that the options name: one environment, or all. */
  public static String scope(Session session, boolean allEnvironments) {
    return allEnvironments ? InRepoValues.ALL : session.place().environment();
  }

  /** Writes a value into {@code pale.toml}. */
  public static void set(Session session, String scope, SecretName name, SecretValue value) {
    InRepo.refuseDangerous(name);
    RepoFile file = RepoFile.of(session);
    file.requireAccepted();
    file.set(scope, name, value);
    file.write();
    tell(session, file, scope, name, "set", "is in pale.toml");
  }

  /** Takes a value out of {@code pale.toml}. */
  public static void unset(Session session, String scope, SecretName name) {
    RepoFile file = RepoFile.of(session);
    file.requireAccepted();
    file.unset(scope, name);
    file.write();
    tell(session, file, scope, name, "unset", "is out of pale.toml; git history keeps it");
  }

  private static void tell(
      Session session, RepoFile file, String scope, SecretName name, String event, String what) {
    session.recordWithoutKey(
        event, true, name + " in pale.toml of " + file.project() + " for " + RepoFile.shown(scope));
    Screen screen = session.screen();
    screen.remark(name + " for " + RepoFile.shown(scope) + " " + what);
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("name", name.text())
              .member("scope", scope)
              .member("inRepo", event.equals("set"))
              .endObject());
    }
  }

  /** How the file's recipients differ from those that the user accepted; empty when they do not. */
  public static List<String> differences(Session session, FoundProject found) {
    if (!found.file().hasInRepoValues()) {
      return List.of();
    }
    SortedSet<String> known = RepoFile.accepted(session).of(found.path());
    return RepoFile.differences(known, AcceptedRecipients.in(InRepoValues.of(found.file())));
  }

  /** The user has seen the recipients and agrees. */
  public static void accept(Session session, FoundProject found) {
    if (found.file().hasInRepoValues()) {
      RepoFile.accepted(session).accept(found.path(), InRepoValues.of(found.file()));
    }
  }

  @Command(
      name = "recipients",
      header = "Who can read the values that pale.toml holds itself.",
      description = {
        "pale set --in-repo encrypts a value to the recipients in pale.toml, so that it lies in git and"
            + " whoever is listed reads it with pale run. No server is needed.",
        "",
        "Limits: age has no senders: whoever can commit can replace a value by one of their own, as they"
            + " can replace code. What git history holds stays readable for who could read it."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  pale recipients me", "  pale recipients add age1…"})
  private static final class Group {}
}
