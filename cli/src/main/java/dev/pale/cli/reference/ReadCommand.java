package dev.pale.cli.reference;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.cli.transfer.PrivateFile;
import dev.pale.formats.json.JsonWriter;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "read",
    header = "Print the value that a reference stands for.",
    description = {
      "Writes the value's bytes to standard output, unchanged; on a terminal a line end follows,"
          + " unless -n. Several values are written in the order of the references, each followed by a"
          + " line end. All are read, or none.",
      "",
      "Limits: whatever reads the output has the value. A program that needs it gets it better from"
          + " pale run. A call from below a known coding agent is refused and recorded.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale read op://Team/Stripe/api-key",
      "  pale read --out-file /dev/shm/key.pem pale://acme-api/prod/TLS_KEY"
    })
final class ReadCommand extends PaleCommand {
  @Parameters(paramLabel = "REF", arity = "1..*", description = "The references.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = {"-o", "--out-file"},
      paramLabel = "FILE",
      description = "Write this file instead, mode 0600, whole or not at all.")
  Optional<Path> output = Optional.empty();

  @Option(names = "--file-mode", paramLabel = "MODE", description = "Its mode. Default: 0600.")
  String mode = "0600";

  @Option(names = "--force", description = "Replace the file if it is there.")
  boolean force;

  @Option(
      names = {"-n", "--no-newline"},
      description = "No line end after the value, also on a terminal.")
  boolean noNewline;

  @Option(names = "--offline", description = "Use kept values alone, and say how old they are.")
  boolean offline;

  ReadCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    session.refuseAgents("read", "of " + texts.size() + " references");
    session.requireReason("read");
    Optional<PrivateFile> target =
        output.map(path ->
            PrivateFile.at(session.context().cwd().resolve(path), force, true)
                .mode(FileMode.parse(mode)));
    try (References references =
        new References(session, "read", ReadRequest.Verb.GET, session.actor("read"), offline)) {
      List<Wish> wishes = new ArrayList<>();
      for (String text : texts) {
        Reference.parse(text);
        Reference reference = references.parse(text, "");
        wishes.add(new Wish("the value", reference, "", false));
      }
      Map<Reference, SecretValue> values = references.resolve(wishes);
      try {
        give(wishes, values, target);
      } finally {
        values.values().forEach(SecretValue::close);
      }
    }
  }

  private void give(
      List<Wish> wishes, Map<Reference, SecretValue> values, Optional<PrivateFile> target) {
    if (target.isPresent()) {
      target.get().write(out -> write(wishes, values, out, false));
      if (session.screen().json()) {
        session
            .screen()
            .document(
                new JsonWriter().beginObject().member("file", output.get().toString()).endObject());
      }
      session.screen().remark("written to " + output.get());
      return;
    }
    if (session.screen().json()) {
      JsonWriter json = new JsonWriter().beginObject().name("values").beginArray();
      for (Wish wish : wishes) {
        json.beginObject().member("reference", wish.reference().text());
        text(json, bytes(wish, values));
        json.endObject();
      }
      session.screen().document(json.endArray().endObject());
      return;
    }
    boolean terminal = session.context().terminal().output();
    write(wishes, values, session.context().out(), terminal && !noNewline);
    session.context().out().flush();
  }

  private static void write(
      List<Wish> wishes, Map<Reference, SecretValue> values, OutputStream out, boolean lineEnd) {
    try {
      for (Wish wish : wishes) {
        out.write(bytes(wish, values));
        if (lineEnd || wishes.size() > 1) {
          out.write('\n');
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Wish wish, Map<Reference, SecretValue> values) {
    return Objects.requireNonNull(values.get(wish.reference())).bytes(Reveal.SHOW);
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
