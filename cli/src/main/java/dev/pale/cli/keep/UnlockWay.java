package dev.pale.cli.keep;

import dev.pale.cli.session.Session;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.KeySetup;
import dev.pale.vault.VaultAdmin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** How a vault is to be unlocked. Filled by the command line parser. */
public final class UnlockWay {
  @Option(
      names = "--unlock",
      paramLabel = "WAY",
      description =
          "keychain, passphrase, age, ssh or keyfile; default: the keychain where one answers, else"
              + " a key file.")
  Optional<String> way = Optional.empty();

  @Option(
      names = "--key-file",
      paramLabel = "PATH",
      description = "Where the key file shall be; default: the configuration folder.")
  Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--recipient",
      paramLabel = "RECIPIENT",
      description = "For age and ssh: age1…, or a line of an ssh public key.")
  Optional<String> recipient = Optional.empty();

  @Option(
      names = "--identity",
      paramLabel = "PATH",
      description = "For age and ssh: where the private key is.")
  Optional<Path> identity = Optional.empty();

  @Option(
      names = "--passphrase-file",
      paramLabel = "PATH",
      description = "Read the new passphrase from this file's first line instead of asking.")
  Optional<Path> passphraseFile = Optional.empty();

  /** Whether a way was named. */
  boolean named() {
    return way.isPresent() || keyFile.isPresent();
  }

  /**
   * Makes something with the way that was named. Where none was named, the keychain is tried and
   * the key file taken when no keychain answers.
   */
  <T> T with(Session session, Function<KeySetup, T> make) {
    String name = way.orElse("");
    return switch (name) {
      case "" -> byDefault(session, make);
      case "keychain" -> make.apply(new KeySetup.Keychain());
      case "keyfile" -> make.apply(new KeySetup.KeyFile(absolute(session, keyFile)));
      case "passphrase" -> {
        try (SecretValue passphrase = passphrase(session)) {
          yield make.apply(new KeySetup.Passphrase(passphrase));
        }
      }
      case "age", "ssh" -> make.apply(age(session, name));
      default ->
          throw PaleException.usage(
              130,
              "there is no such way to unlock",
              "the ways are keychain, passphrase, age, ssh and keyfile",
              "--unlock passphrase");
    };
  }

  private <T> T byDefault(Session session, Function<KeySetup, T> make) {
    if (keyFile.isEmpty() && VaultAdmin.keychainAnswers()) {
      try {
        return make.apply(new KeySetup.Keychain());
      } catch (PaleException none) {
        if (none.code() == 203) {
          throw none;
        }
        session.screen().remark(none.what() + ": " + none.why());
      }
    }
    return make.apply(new KeySetup.KeyFile(absolute(session, keyFile)));
  }

  private static Optional<Path> absolute(Session session, Optional<Path> path) {
    return path.map(p -> session.context().cwd().resolve(p));
  }

  private SecretValue passphrase(Session session) {
    if (passphraseFile.isEmpty()) {
      return session
          .prompt()
          .newPassphrase("new passphrase of the vault (not shown): ", "add --passphrase-file PATH");
    }
    try (InputStream in =
        Files.newInputStream(session.context().cwd().resolve(passphraseFile.get()))) {
      byte[] bytes = in.readNBytes(4096);
      int length = 0;
      while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
        length++;
      }
      SecretValue value = SecretValue.owning("passphrase", Arrays.copyOf(bytes, length));
      Arrays.fill(bytes, (byte) 0);
      if (value.bytes(Reveal.KEY).length == 0) {
        throw PaleException.of(135, "the passphrase is empty", "", "use a file with one line");
      }
      return value;
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + passphraseFile.get(), e.getClass().getSimpleName(), "", e);
    }
  }

  private KeySetup age(Session session, String name) {
    Optional<Path> file = absolute(session, identity);
    if (recipient.isPresent()) {
      return new KeySetup.Age(recipient.get(), file);
    }
    if (file.isPresent()) {
      return new KeySetup.Age(publicPart(file.get(), name), file);
    }
    throw PaleException.usage(
        153,
        "--unlock " + name + " needs a key",
        "",
        name.equals("ssh")
            ? "add --identity ~/.ssh/id_ed25519"
            : "add --recipient age1…, or --identity PATH of an age identity file");
  }

  /** ssh keeps it beside the private key, age-keygen in a comment of the identity file. */
  private static String publicPart(Path identity, String name) {
    try {
      if (name.equals("ssh")) {
        return Files.readString(Path.of(identity + ".pub")).strip();
      }
      for (String line : Files.readAllLines(identity, StandardCharsets.UTF_8)) {
        int at = line.indexOf("age1");
        if (line.startsWith("#") && at > 0) {
          return line.substring(at).strip();
        }
      }
    } catch (IOException e) {
      throw PaleException.of(
          138,
          "cannot read the public part of " + identity,
          e.getClass().getSimpleName(),
          "add --recipient",
          e);
    }
    throw PaleException.of(
        153, identity + " does not name its recipient", "", "add --recipient age1…");
  }
}
