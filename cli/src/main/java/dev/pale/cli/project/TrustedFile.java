package dev.pale.cli.project;

import dev.pale.cli.context.RegularFile;
import dev.pale.cli.provider.Stores;
import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.formats.template.Slot;
import dev.pale.formats.template.Template;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Trust for a file of variables with references in it. */
final class TrustedFile {
  private static final int MOST_SHOWN = 100;

  private TrustedFile() {}

  static void trust(Session session, Path file, boolean yes) {
    byte[] bytes = read(file);
    Screen screen = session.screen();
    boolean before = session.trust().isTrusted(file, bytes);
    if (!before) {
      show(session, file, bytes);
      if (!yes && !session.prompt().confirm("trust this file as it is now?", "add --yes")) {
        session.recordWithoutKey("trust", false, file + ": the answer was not yes");
        throw PaleException.of(147, "nothing is trusted", "the answer was not yes", "");
      }
      session.trust().trust(file, bytes);
      session.recordWithoutKey("trust", true, file.toString());
    }
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("path", file.toString())
              .member("needed", !before)
              .member("trusted", true)
              .endObject());
    }
    screen.remark(file + " is trusted until it changes");
  }

  private static void show(Session session, Path file, byte[] bytes) {
    Screen screen = session.screen();
    try (Stores stores = Stores.of(session)) {
      Template template = Template.parse(bytes, file.toString(), stores::isKnown);
      screen.remark(file + " takes these values from elsewhere:");
      int shown = 0;
      for (Slot slot : template.slots()) {
        if (shown++ == MOST_SHOWN) {
          screen.remark("  and " + (template.slots().size() - MOST_SHOWN) + " more");
          break;
        }
        screen.remark("  line " + slot.line() + ": " + slot.written());
      }
    }
  }

  private static byte[] read(Path file) {
    try {
      RegularFile.require(file);
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(Template.MAX_BYTES + 1);
      }
    } catch (NoSuchFileException e) {
      throw PaleException.of(138, "there is no file " + file, "", "check the path", e);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + file, e.getClass().getSimpleName(), "check the file's mode", e);
    }
  }
}
