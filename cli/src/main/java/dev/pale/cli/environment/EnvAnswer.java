package dev.pale.cli.environment;

import dev.pale.cli.screen.Screen;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.Place;

/** The answer of the commands that change an environment. */
final class EnvAnswer {
  private EnvAnswer() {}

  static void tell(Screen screen, Place place, String done) {
    if (screen.json()) {
      screen.document(
          new JsonWriter()
              .beginObject()
              .member("place", place.toString())
              .member("done", done)
              .endObject());
    }
    screen.remark(place + " is " + done);
  }
}
