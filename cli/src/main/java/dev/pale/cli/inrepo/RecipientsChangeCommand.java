package dev.pale.cli.inrepo;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.project.InRepoValues;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code add} and {@code remove}: both change a list and encrypt anew, in one step. */
abstract sealed class RecipientsChangeCommand extends PaleCommand {
  @Parameters(
      paramLabel = "RECIPIENT",
      arity = "1..3",
      description = "age1… or ssh-ed25519 AAAA… (also unquoted).")
  List<String> words = new ArrayList<>();

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description = "Also encrypt this file of pale age anew, such as .env.age; repeatable.")
  List<Path> files = new ArrayList<>();

  private RecipientsChangeCommand(Session session) {
    super(session);
  }

  static RecipientsChangeCommand add(Session session) {
    return new Add(session);
  }

  static RecipientsChangeCommand remove(Session session) {
    return new Remove(session);
  }

  final void change(boolean add) {
    session.refuseAgentsTo(
        add ? "recipients add" : "recipients remove", "decide who can read values");
    RepoFile file = RepoFile.of(session);
    file.requireAccepted();
    String scope = session.globals().environment().isEmpty() ? InRepoValues.ALL : environment();
    String recipient = recipient(file, scope, add);
    SortedSet<String> list = new TreeSet<>(file.values().recipients(scope));
    if (add) {
      list.add(recipient);
    } else {
      list.remove(recipient);
      if (list.isEmpty()) {
        throw PaleException.of(
            535, "that is the last recipient", "nobody could read the values", "add one first");
      }
    }
    List<InRepoValues.Entry> anew = file.recipients(scope, recipient, add);
    // All is encrypted before the first file is written.
    Map<Path, byte[]> whole = new LinkedHashMap<>();
    for (Path each : files) {
      Path path = session.context().cwd().resolve(each);
      whole.put(path, WholeFile.sealedAnew(session, path, list));
    }
    whole.forEach(RepoFile::replace);
    file.write();
    session.recordWithoutKey(
        "recipients",
        true,
        (add ? "added " : "removed ") + recipient + " for " + RepoFile.shown(scope));
    tell(scope, recipient, anew, add);
  }

  private String environment() {
    return session.place().environment();
  }

  /** As the list has it: without the comment of an ssh key. */
  private String recipient(RepoFile file, String scope, boolean add) {
    String text = String.join(" ", words).strip();
    if (add || !file.values().recipients(scope).contains(text)) {
      text = SealedValue.parsed(List.of(text)).getFirst().text();
    }
    if (!add && !file.values().recipients(scope).contains(text)) {
      throw PaleException.of(
          535,
          "that is no recipient for " + RepoFile.shown(scope),
          "",
          "pale recipients list shows them; -e ENV for an environment's own list");
    }
    return text;
  }

  private void tell(String scope, String recipient, List<InRepoValues.Entry> anew, boolean add) {
    Screen screen = session.screen();
    List<SecretName> names = new ArrayList<>();
    anew.forEach(entry -> names.add(entry.name()));
    screen.remark(
        recipient
            + (add ? " can read" : " is removed from")
            + " the values for "
            + RepoFile.shown(scope)
            + "; encrypted anew: "
            + Screen.count(anew.size(), "value")
            + (files.isEmpty() ? "" : " and " + Screen.count(files.size(), "file")));
    if (!add) {
      screen.warning(
          "whoever was removed keeps what git history holds, and what they have read: replace the"
              + " values where they were issued"
              + (names.isEmpty() ? "" : ": " + InRepo.names(new TreeSet<>(names))));
    }
    if (screen.json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("recipient", recipient)
              .member("scope", scope)
              .member("added", add);
      json.name("encryptedAnew").beginArray();
      names.forEach(name -> json.value(name.text()));
      screen.document(json.endArray().endObject());
    }
  }

  @Command(
      name = "add",
      header = "Let somebody read the values in pale.toml.",
      description = {
        "Adds a recipient to the whole file's list, or with -e to an environment's own, and encrypts"
            + " every value for it anew, in one step. A list that changed since you accepted it is"
            + " refused: pale trust shows the difference.",
        "",
        "For SOPS files the command is pale sops updatekeys."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  pale recipients add \"$(pale recipients me)\"",
        "  pale recipients add age1… -e prod",
        "  pale recipients add age1… --file .env.age"
      })
  static final class Add extends RecipientsChangeCommand {
    Add(Session session) {
      super(session);
    }

    @Override
    protected void perform() {
      change(true);
    }
  }

  @Command(
      name = "remove",
      header = "Encrypt the values in pale.toml for one reader less.",
      description = {
        "Removes a recipient and encrypts every value for the list anew, in one step.",
        "",
        "Limits: whoever was removed keeps what git history holds and what they have read. Replace"
            + " the values where they were issued.",
      },
      footerHeading = "%nExamples:%n",
      footer = {"  pale recipients remove age1…", "  pale recipients remove age1… -e prod"})
  static final class Remove extends RecipientsChangeCommand {
    Remove(Session session) {
      super(session);
    }

    @Override
    protected void perform() {
      change(false);
    }
  }
}
