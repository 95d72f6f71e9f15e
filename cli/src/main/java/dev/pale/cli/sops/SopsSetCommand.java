package dev.pale.cli.sops;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.sops.SopsNode;
import dev.pale.sops.SopsPath;
import dev.pale.sops.SopsTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    header = "Set one value of an encrypted file.",
    description = {
      "Changes the file in place: the value, the file's sum and its time, nothing else. The value"
          + " is JSON; quote texts.",
      "",
      "Limits: VALUE on the command line can be read by every program of this user while Pale runs,"
          + " and stays in the shell's history: use --value-stdin for secrets."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale sops set --value-stdin secrets.yaml [\"db\"][\"password\"]",
      "  pale sops set secrets.yaml [\"db\"][\"port\"] 5432"
    })
final class SopsSetCommand extends SopsCommand {
  @Parameters(index = "0", paramLabel = "FILE", arity = "0..1", description = "The file.")
  String name = "";

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      arity = "0..1",
      description = "Where: [\"key\"][\"list\"][0].")
  String path = "";

  @Parameters(
      index = "2",
      paramLabel = "VALUE",
      arity = "0..1",
      description = "JSON, or with --value-file the file that holds it.")
  String value = "";

  @Option(names = "--value-file", description = "VALUE is the name of a file with the JSON.")
  boolean valueFile;

  @Option(names = "--value-stdin", description = "The JSON comes from standard input.")
  boolean valueStdin;

  @Option(names = "--idempotent", description = "Write nothing when the value is there already.")
  boolean idempotent;

  @Option(
      names = "--shamir-secret-sharing-threshold",
      hidden = true,
      description = "Accepted as sops does, without effect.")
  int threshold;

  SopsSetCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (valueFile && valueStdin) {
      throw PaleException.of(
          488, "--value-file and --value-stdin exclude each other", "", "use one of them");
    }
    if (path.isEmpty() || value.isEmpty() != valueStdin) {
      throw PaleException.of(
          489,
          "set needs a file, a path and a value",
          valueStdin ? "with --value-stdin there is no VALUE" : "",
          "pale sops set --value-stdin FILE '[\"key\"]'");
    }
    try (SopsWork work = SopsWork.on(session, options, name)) {
      SopsPath at = path(path);
      byte[] json = json();
      try {
        SopsNode node = node(json);
        boolean written = change(work, idempotent, tree -> tree.set(at, node));
        if (written) {
          written(work.name());
        } else {
          session.screen().remark("nothing was changed: the value is there already");
        }
        work.record("set", path);
      } finally {
        Arrays.fill(json, (byte) 0);
      }
    }
  }

  /** As with sops, a wrong path is a wrong format here. */
  static SopsPath path(String text) {
    try {
      return SopsPath.parse(text);
    } catch (PaleException e) {
      throw PaleException.of(484, e.what(), e.why(), e.mend(), e);
    }
  }

  private static SopsNode node(byte[] json) {
    try {
      return SopsTree.parseValue(json);
    } catch (PaleException e) {
      throw PaleException.of(484, "the value is not JSON", e.why(), "quote a text: '\"text\"'", e);
    }
  }

  private byte[] json() {
    if (valueFile) {
      return WholeFile.read(session.context().cwd().resolve(value));
    }
    if (valueStdin) {
      try {
        return WholeFile.bounded(session.context().in(), "standard input");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
