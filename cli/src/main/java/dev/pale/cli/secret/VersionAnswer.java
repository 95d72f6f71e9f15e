package dev.pale.cli.secret;

import dev.pale.cli.screen.Screen;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;

/** The answer of every command that made a version. */
final class VersionAnswer {
  private VersionAnswer() {}

  static void tell(Screen screen, Place place, SecretName name, int version, String verb) {
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("place", place.toString())
              .member("name", name.text())
              .member("version", (long) version)
              .endObject());
    }
    screen.remark(name + " " + verb + version + " in " + place);
  }
}
