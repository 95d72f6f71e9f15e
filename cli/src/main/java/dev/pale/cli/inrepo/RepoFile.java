package dev.pale.cli.inrepo;

import dev.pale.cli.session.Session;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.formats.project.AcceptedRecipients;
import dev.pale.formats.project.FoundProject;
import dev.pale.formats.project.InRepoValues;
import dev.pale.formats.project.ProjectFile;
import dev.pale.formats.toml.TomlEditor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A {@code pale.toml} that is being changed: values, recipients. It is written once, whole, and the
 * rest of it stays as it was, comments included.
 */
final class RepoFile {
  private final Session session;
  private final FoundProject found;
  private final String project;
  private final TomlEditor editor;
  private final InRepoValues before;
  private final AcceptedRecipients accepted;

  private RepoFile(Session session, FoundProject found, String project) {
    this.session = session;
    this.found = found;
    this.project = project;
    this.editor =
        TomlEditor.of(new String(found.bytes(), StandardCharsets.UTF_8), ProjectFile.NAME);
    this.before = InRepoValues.of(found.file());
    this.accepted = accepted(session);
  }

  /** The file of this folder, which must be known for the project. */
  static RepoFile of(Session session) {
    FoundProject found =
        session
            .project()
            .orElseThrow(() ->
                PaleException.usage(
                    132, "there is no pale.toml here or above", "", "pale init makes one"));
    String project = session.projectName();
    if (!found.file().project().equals(java.util.Optional.of(project))) {
      throw PaleException.of(
          535,
          found.path() + " is not the file of project " + project,
          "",
          "leave --project out, or go to the project's folder");
    }
    return new RepoFile(session, found, project);
  }

  static AcceptedRecipients accepted(Session session) {
    return new AcceptedRecipients(
        Folders.create(session.context().folders().state(), session.context().uid()));
  }

  InRepoValues values() {
    return before;
  }

  String project() {
    return project;
  }

  /**
   * Ends the call when the lists of recipients are not those that the user agreed to; error 534
   * shows the difference. A file that never had any needs no agreement.
   */
  void requireAccepted() {
    SortedSet<String> known = accepted.of(found.path());
    SortedSet<String> now = AcceptedRecipients.in(before);
    if (now.equals(known)) {
      return;
    }
    List<String> changes = differences(known, now);
    session.recordWithoutKey(
        "recipients", false, found.path() + " has other recipients than were accepted");
    throw PaleException.of(
        534,
        "the recipients in " + found.path() + " are not those that you accepted",
        "they came with the repository; whoever is added reads what is encrypted from now on:\n"
            + String.join("\n", changes),
        "ask who added them, then: pale trust");
  }

  /** {@code + SCOPE RECIPIENT} and {@code - SCOPE RECIPIENT}. */
  static List<String> differences(SortedSet<String> known, SortedSet<String> now) {
    List<String> changes = new ArrayList<>();
    for (String each : now) {
      if (!known.contains(each)) {
        changes.add("+ " + each);
      }
    }
    for (String each : known) {
      if (!now.contains(each)) {
        changes.add("- " + each);
      }
    }
    return changes;
  }

  /** Puts a value in; not yet written. */
  void set(String scope, SecretName name, SecretValue value) {
    SortedSet<String> recipients = before.recipients(scope);
    if (recipients.isEmpty()) {
      throw PaleException.of(
          535,
          "pale.toml names no recipients",
          "a value in it must be encrypted to somebody",
          "pale recipients add \"$(pale recipients me)\", and your teammates' likewise");
    }
    editor.set(
        InRepoValues.table(scope, name),
        "age",
        SealedValue.seal(project, scope, name, value, recipients));
  }

  /** Takes a value out; error 538 when it is not there. */
  void unset(String scope, SecretName name) {
    if (before.all().stream()
        .noneMatch(each -> each.scope().equals(scope) && each.name().equals(name))) {
      throw PaleException.of(
          538,
          "pale.toml holds no value of " + name + " for " + shown(scope),
          "",
          "pale list shows where values are");
    }
    String table = InRepoValues.table(scope, name);
    boolean declared =
        scope.equals(InRepoValues.ALL)
            && found.file().tree().get("secrets").stream()
                .anyMatch(secrets ->
                    secrets instanceof dev.pale.formats.toml.TomlTable all
                        && all.get(name.text()).stream()
                            .anyMatch(one ->
                                one instanceof dev.pale.formats.toml.TomlTable inner
                                    && inner.keys().size() > 1));
    if (declared) {
      editor.remove(table, "age");
      return;
    }
    try {
      editor.removeTable(table);
    } catch (PaleException inline) {
      editor.remove(InRepoValues.secretsTable(scope), name.text());
    }
  }

  /** Changes a list, and encrypts anew what is meant for it. */
  List<InRepoValues.Entry> recipients(String scope, String recipient, boolean add) {
    SortedSet<String> list = new TreeSet<>(before.recipients(scope));
    String table = InRepoValues.recipientsTable(scope);
    if (add) {
      if (!before.recipients().containsKey(scope)) {
        // A list of its own starts from the one that held so far.
        for (String each : list) {
          editor.addToList(table, "recipients", each);
        }
      }
      editor.addToList(table, "recipients", recipient);
      list.add(recipient);
    } else {
      editor.removeFromList(table, "recipients", recipient);
      list.remove(recipient);
    }
    SealedValue.parsed(list);
    List<InRepoValues.Entry> changed = new ArrayList<>();
    for (InRepoValues.Entry entry : before.all()) {
      boolean ownList = before.recipients().containsKey(entry.scope());
      if (entry.scope().equals(scope) || (scope.equals(InRepoValues.ALL) && !ownList)) {
        changed.add(entry);
      }
    }
    List<AgeIdentity> identities = Identities.of(session);
    try {
      for (InRepoValues.Entry entry : changed) {
        try (SecretValue value = SealedValue.open(project, entry, identities)) {
          editor.set(
              entry.table(),
              "age",
              SealedValue.seal(project, entry.scope(), entry.name(), value, list));
        }
      }
    } catch (PaleException e) {
      throw e.code() == 530
          ? PaleException.of(
              539,
              "the values cannot be encrypted anew: " + e.what(),
              e.why(),
              "somebody who reads all of them changes the recipients; nothing was written",
              e)
          : e;
    } finally {
      identities.forEach(AgeIdentity::close);
    }
    return changed;
  }

  /** Writes the file; the lists in it are the user's own from now on. */
  void write() {
    byte[] text = editor.text().getBytes(StandardCharsets.UTF_8);
    ProjectFile now = ProjectFile.parse(text);
    boolean trusted = session.trust().isTrusted(found.path(), found.bytes());
    // Two calls at once: the second would undo the first, and a value would be gone.
    try (FileChannel lock =
            FileChannel.open(
                session.context().folders().state().resolve("pale-toml.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      requireUnchanged();
      replace(found.path(), text);
      if (trusted) {
        session.trust().trust(found.path(), text);
      }
      accepted.accept(found.path(), InRepoValues.of(now));
    } catch (IOException e) {
      throw PaleException.of(
          139, "cannot write " + found.path(), e.getClass().getSimpleName(), "check its mode", e);
    }
    session.projectChanged();
  }

  private void requireUnchanged() throws IOException {
    if (!Arrays.equals(Files.readAllBytes(found.path()), found.bytes())) {
      throw PaleException.of(
          139,
          "cannot write " + found.path(),
          "it was changed while this call was at work; nothing was written",
          "repeat the command");
    }
  }

  static String shown(String scope) {
    return scope.equals(InRepoValues.ALL) ? "all environments" : scope;
  }

  /** Whole or not at all, with the mode that it had. */
  static void replace(Path file, byte[] content) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      Path fresh =
          Files.createTempFile(
              file.toAbsolutePath().getParent(),
              ".pale",
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(content);
          while (left.hasRemaining()) {
            channel.write(left);
          }
          channel.force(true);
        }
        Files.setPosixFilePermissions(fresh, mode);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw PaleException.of(
          139, "cannot write " + file, e.getClass().getSimpleName(), "check folder and space", e);
    }
  }
}
