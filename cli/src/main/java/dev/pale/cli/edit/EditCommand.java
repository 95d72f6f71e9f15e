package dev.pale.cli.edit;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.delivery.MemoryRoot;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.formats.dotenv.Problem;
import dev.pale.formats.export.ExportFormat;
import dev.pale.formats.export.Exports;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "edit",
    header = "Edit an environment, or one secret, in your editor.",
    description = {
      "Opens the environment as a .env file, or with NAME the value's raw bytes, in $VISUAL or"
          + " $EDITOR. The file is in memory (tmpfs) in a folder that only you can enter, and is"
          + " wiped afterwards. Lines that you remove delete their secrets, after a question.",
      "",
      "Limits: tmpfs can be swapped to disk, and an editor may be configured to keep copies"
          + " elsewhere (vi, vim and nvim are told not to). A call from below a known coding agent"
          + " is refused and recorded.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale edit", "  EDITOR=nano pale edit TLS_KEY -e prod"})
final class EditCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", arity = "0..1", description = "Edit this secret's bytes only.")
  Optional<String> name = Optional.empty();

  @Option(
      names = "--allow-dangerous-name",
      description = "Accept names that steer a loader or an interpreter, such as LD_PRELOAD.")
  boolean allowDangerousName;

  EditCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    Place place = session.place();
    Optional<SecretName> one = name.map(SecretName::of);
    session.refuseAgents("edit", one.map(n -> n + " of ").orElse("") + place);
    session.requireReason("edit");
    if (!session.prompt().canAsk()) {
      throw PaleException.usage(
          133,
          "an editor needs a terminal",
          "standard input or standard error is not one",
          "pale set NAME, or pale import FILE");
    }
    Editor editor = Editor.of(session.context(), session.config().editor());
    SortedMap<SecretName, SecretValue> before = new TreeMap<>();
    try (MemoryRoot folder =
        MemoryRoot.create(
            session.context().folders().runtime(), "set values one by one: pale set NAME")) {
      before.putAll(read(place, one));
      if (one.isPresent()) {
        editOne(place, one.get(), before.values().iterator().next(), folder, editor);
      } else {
        editAll(place, before, folder, editor);
      }
    } finally {
      before.values().forEach(SecretValue::close);
    }
  }

  private SortedMap<SecretName, SecretValue> read(Place place, Optional<SecretName> one) {
    try {
      return session
          .vault()
          .read(
              one.isPresent()
                  ? ReadRequest.only(
                      place, Set.of(one.get()), ReadRequest.Verb.EDIT, session.actor("edit"))
                  : ReadRequest.all(place, ReadRequest.Verb.EDIT, session.actor("edit")));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
  }

  private void editOne(
      Place place, SecretName secret, SecretValue before, MemoryRoot folder, Editor editor) {
    Path file = folder.path().resolve(secret.text());
    write(file, before.bytes(Reveal.EDIT));
    editor.edit(file, folder);
    byte[] bytes = bytesOf(file);
    byte[] old = before.bytes(Reveal.EDIT);
    // Most editors end the last line; the value had no line end, so it gets none.
    if (bytes.length > 0
        && bytes[bytes.length - 1] == '\n'
        && (old.length == 0 || old[old.length - 1] != '\n')) {
      bytes = Arrays.copyOf(bytes, bytes.length - 1);
    }
    try (SecretValue after = SecretValue.owning(secret.text(), bytes)) {
      if (after.equals(before)) {
        tell(place, List.of(), List.of());
        return;
      }
      if (after.length() == 0) {
        throw PaleException.of(
            135,
            "the value of " + secret + " is empty now; nothing was changed",
            "",
            "pale unset " + secret + ", or pale set " + secret + " --allow-empty");
      }
      for (byte b : after.bytes(Reveal.SEAL)) {
        if (b == 0) {
          throw PaleException.of(
              136, "the value of " + secret + " holds a zero byte", "", "keep it in base64");
        }
      }
      session.vault().set(place, secret, after, session.actor("edit " + secret));
      tell(place, List.of(secret.text()), List.of());
    }
  }

  private void editAll(
      Place place, SortedMap<SecretName, SecretValue> before, MemoryRoot folder, Editor editor) {
    Path file = folder.path().resolve(place.environment() + ".env");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(
        ("# " + place + ": remove a line to delete its secret\n").getBytes(StandardCharsets.UTF_8));
    Exports.write(ExportFormat.DOTENV, before, new SecureRandom(), text);
    write(file, text.toByteArray());
    while (true) {
      editor.edit(file, folder);
      byte[] bytes = bytesOf(file);
      try (DotenvFile after = Dotenv.parse(bytes, Dialect.PALE)) {
        String wrong = problems(after);
        if (wrong.isEmpty()) {
          store(place, before, after);
          return;
        }
        session.screen().always(wrong);
        String answer =
            session.prompt().line("[e]dit again, or [c]ancel and lose the changes? ", "");
        if (!answer.startsWith("e")) {
          throw PaleException.of(147, "nothing was changed", "cancelled", "");
        }
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  private String problems(DotenvFile after) {
    StringBuilder text = new StringBuilder();
    for (Problem problem : after.problems()) {
      if (problem.severity() == Problem.Severity.ERROR) {
        text.append(text.isEmpty() ? "" : "\n")
            .append("line ")
            .append(problem.line())
            .append(": ")
            .append(problem.what());
      }
    }
    for (DotenvEntry entry : after.entries()) {
      if (entry.name().isDangerous() && !allowDangerousName) {
        text.append(text.isEmpty() ? "" : "\n")
            .append("line ")
            .append(entry.line())
            .append(": ")
            .append(entry.name())
            .append(" steers a loader or an interpreter (--allow-dangerous-name)");
      }
    }
    return text.toString();
  }

  private void store(Place place, SortedMap<SecretName, SecretValue> before, DotenvFile after) {
    SortedMap<SecretName, SecretValue> changed = new TreeMap<>();
    Set<SecretName> gone = new java.util.TreeSet<>(before.keySet());
    for (DotenvEntry entry : after.entries()) {
      gone.remove(entry.name());
      if (!entry.value().equals(before.get(entry.name()))) {
        changed.put(entry.name(), entry.value());
      }
    }
    List<String> deleted = new ArrayList<>();
    gone.forEach(n -> deleted.add(n.text()));
    if (!deleted.isEmpty()
        && !session.prompt().confirm("delete " + String.join(", ", deleted) + "?", "")) {
      deleted.clear();
    }
    if (!changed.isEmpty()) {
      session
          .vault()
          .setAll(place, changed, session.actor("edit " + Screen.count(changed.size(), "secret")));
    }
    for (String each : deleted) {
      session.vault().unset(place, SecretName.of(each), session.actor("edit: unset " + each));
    }
    List<String> names = new ArrayList<>();
    changed.keySet().forEach(n -> names.add(n.text()));
    tell(place, names, deleted);
  }

  private void tell(Place place, List<String> changed, List<String> deleted) {
    Screen screen = session.screen();
    if (screen.json()) {
      JsonWriter json = new JsonWriter().beginObject().member("place", place.toString());
      json.name("changed").beginArray();
      changed.forEach(json::value);
      json.endArray().name("deleted").beginArray();
      deleted.forEach(json::value);
      screen.document(json.endArray().endObject());
    } else if (changed.isEmpty() && deleted.isEmpty()) {
      screen.remark("nothing was changed");
    } else {
      screen.remark(
          place
              + ": "
              + Screen.count(changed.size(), "secret")
              + " changed, "
              + deleted.size()
              + " deleted");
    }
  }

  private static void write(Path file, byte[] bytes) {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        out.write(rest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytesOf(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
