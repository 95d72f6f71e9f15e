package dev.pale.cli.inrepo;

import dev.pale.cli.session.Session;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import dev.pale.vault.LocalVault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What opens values in a repository: the file of {@code PALE_AGE_KEY_FILE}, then the identity in
 * the vault, then the files that the user's config names. None of it reaches a child.
 */
final class Identities {
  static final String KEY_FILE = "PALE_AGE_KEY_FILE";

  /** Where the user's own identity is; no option and no {@code pale.toml} can name this project. */
  static final Place PLACE = new Place("pale-identity", "default");

  static final SecretName NAME = SecretName.of("AGE_IDENTITY");

  private static final int MAX_BYTES = 1 << 20;

  private Identities() {}

  /** All of them; what takes a read is read when it is needed. The caller closes them. */
  static List<AgeIdentity> of(Session session) {
    List<AgeIdentity> all = new ArrayList<>();
    String keyFile = session.context().variable(KEY_FILE);
    if (!keyFile.isEmpty()) {
      all.addAll(parsed(Path.of(keyFile), KEY_FILE));
    }
    if (LocalVault.exists(session.context().folders())) {
      all.add(AgeIdentity.deferred(() -> ofVault(session).map(List::of).orElse(List.of())));
    }
    all.add(AgeIdentity.deferred(() -> ofFiles(session)));
    return all;
  }

  /** The identity in the vault; empty when none was made. */
  static Optional<AgeIdentity> ofVault(Session session) {
    if (!session.vault().has(PLACE)) {
      return Optional.empty();
    }
    try {
      var read =
          session
              .vault()
              .read(
                  ReadRequest.only(
                      PLACE,
                      Set.of(NAME),
                      ReadRequest.Verb.RUN,
                      session.actor("values in pale.toml")));
      for (SecretValue value : read.values()) {
        try (value) {
          return Optional.of(AgeIdentity.parseFile(value.bytes(Reveal.KEY)).getFirst());
        }
      }
      return Optional.empty();
    } catch (PaleException e) {
      if (InRepo.isAbsent(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static List<AgeIdentity> ofFiles(Session session) {
    List<AgeIdentity> all = new ArrayList<>();
    Path home = Path.of("/").resolve(session.context().variable("HOME"));
    for (String name : session.config().ageIdentities()) {
      Path file = name.startsWith("~/") ? home.resolve(name.substring(2)) : Path.of(name);
      all.addAll(parsed(file, "age_identities"));
    }
    Path usual = home.resolve(".ssh/id_ed25519");
    if (session.config().ageIdentities().isEmpty() && Files.isReadable(usual)) {
      try {
        all.addAll(read(usual));
      } catch (CryptoException | IOException encrypted) {
        // Nobody named it: a key with a passphrase, or of another kind, is passed over.
      }
    }
    return all;
  }

  private static List<AgeIdentity> parsed(Path file, String from) {
    if (!file.isAbsolute()) {
      throw PaleException.of(
          536, from + " names a relative path", "", "name the file by its full path");
    }
    try {
      return read(file);
    } catch (CryptoException e) {
      throw PaleException.of(
          536,
          "no identities in " + file,
          e.kind() == CryptoException.Kind.PASSPHRASE_NEEDED
              ? "it is encrypted with a passphrase"
              : String.valueOf(e.getMessage()),
          "name a file with identities in " + from + "; pale age keygen makes one",
          e);
    } catch (IOException e) {
      throw PaleException.of(
          536, "cannot read " + file, from + " names it", "check the path and its mode", e);
    }
  }

  private static List<AgeIdentity> read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    try {
      return AgeIdentity.parseFile(bytes);
    } finally {
      Keys.wipe(bytes);
    }
  }
}
