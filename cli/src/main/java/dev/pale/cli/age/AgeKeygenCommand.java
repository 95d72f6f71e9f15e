package dev.pale.cli.age;

import dev.pale.cli.session.PaleCommand;
import dev.pale.cli.session.Session;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.secrets.PaleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "keygen",
    header = "Make an identity, or print the recipients of one, as age-keygen does.",
    description = {
      "Prints a new identity; with -o it goes into a new file that only you can read. An existing"
          + " file is never replaced.",
      "",
      "Limits: the file is a secret in plaintext. Where that is too little, pale age -p encrypts it"
          + " with a passphrase, and -i takes the result."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  pale age keygen -o key.txt", "  pale age keygen -y key.txt"})
final class AgeKeygenCommand extends PaleCommand {
  private static final int MAX_BYTES = 16 << 20;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUTPUT",
      description = "Write this new file, mode 0600.")
  Optional<String> output = Optional.empty();

  @Option(names = "-y", description = "Print the recipients of the identity file INPUT.")
  boolean convert;

  @Option(
      names = {"--pq", "-pq"},
      description = "Make one that also withstands a quantum computer.")
  boolean postQuantum;

  @Parameters(
      paramLabel = "INPUT",
      arity = "0..1",
      description = "With -y: the identity file; default: standard input.")
  Optional<String> input = Optional.empty();

  AgeKeygenCommand(Session session) {
    super(session);
  }

  @Override
  protected void perform() {
    if (convert) {
      write(recipients());
      return;
    }
    if (input.isPresent()) {
      throw PaleException.of(275, "an input file goes with -y only", "", "pale age keygen --help");
    }
    try (AgeIdentity identity =
        postQuantum ? AgeIdentity.generatePostQuantum() : AgeIdentity.generate()) {
      String recipient = identity.recipient().text();
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      text.writeBytes(
          ("# created: "
                  + stamp(OffsetDateTime.now(java.time.ZoneId.systemDefault()))
                  + "\n# public key: "
                  + recipient
                  + "\n")
              .getBytes(StandardCharsets.US_ASCII));
      byte[] secret = identity.secretText();
      text.writeBytes(secret);
      text.write('\n');
      Keys.wipe(secret);
      byte[] all = text.toByteArray();
      write(all);
      Keys.wipe(all);
      if (output.isPresent() || !session.context().terminal().output()) {
        session.context().err().println("Public key: " + recipient);
      }
    }
  }

  private byte[] recipients() {
    byte[] file;
    String name = input.orElse(AgeInput.STANDARD);
    try (InputStream in = AgeInput.of(session.context(), input).open()) {
      file = in.readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw PaleException.of(279, "cannot read " + name, "", "check the path", e);
    }
    StringBuilder lines = new StringBuilder();
    try {
      for (AgeIdentity identity : AgeIdentity.parseFile(file)) {
        try (identity) {
          lines.append(identity.recipient().text()).append('\n');
        }
      }
    } catch (CryptoException e) {
      throw PaleException.of(
          271, "no identities in " + name, String.valueOf(e.getMessage()), "pale age keygen", e);
    } finally {
      Keys.wipe(file);
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void write(byte[] text) {
    if (output.isEmpty() || output.get().equals(AgeInput.STANDARD)) {
      session.context().out().write(text, 0, text.length);
      session.context().out().flush();
      return;
    }
    Path file = session.context().cwd().resolve(output.get());
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      // This file is ours from here on: half an identity is not left in the way of a whole one.
      boolean whole = false;
      try {
        ByteBuffer left = ByteBuffer.wrap(text);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(file);
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw PaleException.of(
          282, file + " is there already", "an identity is never replaced", "name a new file", e);
    } catch (IOException e) {
      throw PaleException.of(
          278,
          "cannot write " + file,
          "permission denied, no space, or there is no such folder",
          "check folder and space",
          e);
    }
  }

  /** RFC 3339: seconds stand there even when they are zero. */
  static String stamp(OffsetDateTime now) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(now.truncatedTo(ChronoUnit.SECONDS));
  }
}
