package dev.pale.cli.age;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgeRecipient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "age",
    header = "Encrypt files to recipients and decrypt them, as the age command does.",
    description = {
      "Takes the options of age, writes and reads its files, and ends with its exit status. Without"
          + " INPUT, or with -, standard input is read; without -o the result goes to standard output.",
      "",
      "Plugins are programs age-plugin-NAME in absolute folders of PATH, never in the current folder.",
      "",
      "Limits: a file says nothing of who wrote it, since anybody who knows the recipients can. What"
          + " was decrypted to standard output before a damage was found is genuine, but not the whole"
          + " file: mind the exit status.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  pale age keygen -o key.txt",
      "  pale age -r age1… -o notes.age notes.txt",
      "  pale age -d -i key.txt notes.age"
    })
final class AgeCommand extends PaleCommand {
  static final int BLOCK_BYTES = 256 * 1024;

  /** Added by {@link AgeCommands#addOptions}: some letters are those of every other command. */
  final AgeOptions options = new AgeOptions();

  @Parameters(paramLabel = "INPUT", arity = "0..1", description = "The file to read.")
  Optional<String> input = Optional.empty();

  AgeCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    options.check();
    AgeInput source = AgeInput.of(session.context(), input);
    AgeKeys keys = new AgeKeys(session.context(), options, source.isStandardInput());
    AgeOutput target =
        AgeOutput.of(session.context(), options.output, source, !options.decrypt && !options.armor);
    try {
      if (options.decrypt) {
        decrypt(source, target, keys);
      } else {
        encrypt(source, target, keys.recipients());
      }
    } catch (IOException e) {
      throw AgeFailure.of(e, source, target);
    } finally {
      target.abandon();
    }
  }

  private void encrypt(AgeInput source, AgeOutput target, List<AgeRecipient> recipients)
      throws IOException {
    try (InputStream in = source.open()) {
      OutputStream out = target.open();
      OutputStream sealing =
          AgeFailure.telling(() ->
              options.armor
                  ? Age.encryptingArmored(out, recipients)
                  : Age.encrypting(out, recipients));
      copy(in, sealing);
      sealing.close();
    }
    target.commit();
  }

  private void decrypt(AgeInput source, AgeOutput target, AgeKeys keys) throws IOException {
    List<AgeIdentity> identities = keys.identities();
    try (InputStream raw = source.open();
        InputStream in = AgeFailure.telling(() -> Age.decrypting(raw, identities))) {
      // Opened only now: a file that is not for us leaves nothing, not even for a moment.
      BackgroundOutput out = target.open();
      AgeFailure.telling(() -> {
        out.transferFrom(in);
        return out;
      });
      out.close();
    } finally {
      identities.forEach(AgeIdentity::close);
    }
    target.commit();
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    try {
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        out.write(block, 0, count);
      }
    } finally {
      java.util.Arrays.fill(block, (byte) 0);
    }
  }
}
