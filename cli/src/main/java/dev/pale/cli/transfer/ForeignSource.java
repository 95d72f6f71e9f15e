package dev.pale.cli.transfer;

import dev.pale.cli.screen.Screen;
import dev.pale.cli.session.Session;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.formats.foreign.Foreign;
import dev.pale.formats.foreign.ForeignFile;
import dev.pale.formats.foreign.ForeignKind;
import dev.pale.formats.foreign.ForeignSecret;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Another tool's project file: its values where it holds any, and what it declares. */
final class ForeignSource {
  private static final int MAX_IDENTITY_BYTES = 64 << 10;

  private final Session session;
  private final String file;

  private ForeignSource(Session session, String file) {
    this.session = session;
    this.file = file;
  }

  /** Whose file this is, by its name. */
  static Optional<ForeignKind> kind(String file) {
    int slash = file.lastIndexOf('/');
    return ForeignKind.ofFileName(file.substring(slash + 1));
  }

  /**
   * Reads a file.
   *
   * @param values filled with the values that it holds
   * @return what it declares for the environment that the call is about
   */
  static List<Declared> read(
      Session session,
      ForeignKind kind,
      byte[] bytes,
      String file,
      SortedMap<SecretName, SecretValue> values) {
    return new ForeignSource(session, file).read(kind, bytes, values);
  }

  private List<Declared> read(
      ForeignKind kind, byte[] bytes, SortedMap<SecretName, SecretValue> values) {
    Screen screen = session.screen();
    List<Declared> declared = new ArrayList<>();
    try (ForeignFile read = Foreign.read(kind, bytes, file)) {
      String named = session.resolvedOrEmpty().environment();
      String environment = named.isEmpty() ? read.environment() : named;
      for (String note : read.notes()) {
        screen.remark(file + ": " + note);
      }
      List<String> others = new ArrayList<>(read.environments());
      others.remove(environment);
      if (!others.isEmpty()) {
        screen.remark(
            file
                + " also speaks of "
                + String.join(", ", others)
                + ": bring each in with -e NAME of its own");
      }
      try (Identities identities = new Identities()) {
        for (ForeignSecret secret : read.of(environment)) {
          declared.add(
              new Declared(
                  secret.name(), secret.description(), secret.isOptional(), secret.reference()));
          value(secret, identities).ifPresent(value -> values.put(secret.name(), value));
        }
      }
    }
    return declared;
  }

  private Optional<SecretValue> value(ForeignSecret secret, Identities identities) {
    byte[] sealed = secret.ageFile();
    if (sealed.length == 0) {
      return secret
          .value()
          .map(value ->
              SecretValue.copyOf(secret.name().text(), value.bytes(dev.pale.secrets.Reveal.SEAL)));
    }
    try {
      byte[] plain = Age.decrypt(sealed, identities.all());
      return Optional.of(SecretValue.owning(secret.name().text(), plain));
    } catch (CryptoException e) {
      session
          .screen()
          .warning(
              file
                  + " line "
                  + secret.line()
                  + ": no identity here opens "
                  + secret.name()
                  + "; set FNOX_AGE_KEY_FILE and repeat, or pale set "
                  + secret.name());
      return Optional.empty();
    }
  }

  /** The age identities that fnox would use, read when the first value needs them. */
  private final class Identities implements AutoCloseable {
    private final List<AgeIdentity> identities = new ArrayList<>();
    private boolean read;

    List<AgeIdentity> all() {
      if (!read) {
        read = true;
        String key = session.context().variable("FNOX_AGE_KEY");
        if (!key.isEmpty()) {
          add(key.getBytes(StandardCharsets.UTF_8));
        }
        String home = session.context().variable("HOME");
        for (String path :
            List.of(
                session.context().variable("FNOX_AGE_KEY_FILE"),
                home + "/.config/fnox/age.txt",
                home + "/.ssh/id_ed25519",
                home + "/.ssh/id_rsa")) {
          if (path.startsWith("/")) {
            file(Path.of(path));
          }
        }
      }
      return identities;
    }

    private void file(Path path) {
      try {
        if (Files.isRegularFile(path) && Files.size(path) <= MAX_IDENTITY_BYTES) {
          add(Files.readAllBytes(path));
        }
      } catch (IOException unreadable) {
        // Another one may open the value; else the warning names what is missing.
      }
    }

    private void add(byte[] text) {
      try {
        identities.addAll(AgeIdentity.parseFile(text));
      } catch (CryptoException notUsable) {
        // A key with a passphrase, or of another kind.
      } finally {
        java.util.Arrays.fill(text, (byte) 0);
      }
    }

    @Override
    public void close() {
      identities.forEach(AgeIdentity::close);
    }
  }
}
