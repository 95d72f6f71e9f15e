package dev.pale.cli.secret;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    header = "Print a value.",
    description = {
      "Writes the value's bytes to standard output, unchanged; on a terminal a line end follows.",
      "",
      "Limits: whatever reads the output has the value. A program that needs it gets it better from"
          + " pale run. A call from below a known coding agent is refused and recorded; the"
          + " recognition is a convenience that a determined process can get around.",
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale get DATABASE_URL", "  pale get TLS_KEY -e prod > /dev/shm/key.pem"})
final class GetCommand extends PaleCommand {
  @Parameters(paramLabel = "NAME", description = "Name of the secret.")
  String name = "";

  GetCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    SecretName wanted = SecretName.of(name);
    Place place = session.place();
    session.refuseAgents("get", wanted + " of " + place);
    session.requireReason("get");
    SortedMap<SecretName, SecretValue> values;
    try {
      values =
          session.values(
              ReadRequest.only(
                  place, Set.of(wanted), ReadRequest.Verb.GET, session.actor("get " + wanted)));
    } catch (PaleException e) {
      throw session.withPlaceSuggestion(e, place);
    }
    for (SecretValue value : values.values()) {
      try (value) {
        print(wanted, place, value);
      }
    }
  }

  private void print(SecretName wanted, Place place, SecretValue value) {
    byte[] bytes = value.bytes(Reveal.SHOW);
    PrintStream out = session.context().out();
    if (session.globals().json()) {
      JsonWriter json =
          new JsonWriter()
              .beginObject()
              .member("name", wanted.text())
              .member("place", place.toString());
      text(json, bytes);
      session.screen().document(json.endObject());
      return;
    }
    out.write(bytes, 0, bytes.length);
    if (session.context().terminal().output()) {
      out.write('\n');
    }
    out.flush();
  }

  /** JSON holds text: bytes that are not UTF-8 go out as base64 under another name. */
  private static void text(JsonWriter json, byte[] bytes) {
    try {
      json.member(
          "value", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException binary) {
      json.member("valueBase64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
