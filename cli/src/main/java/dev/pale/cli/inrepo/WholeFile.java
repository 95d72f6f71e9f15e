package dev.pale.cli.inrepo;

import dev.pale.cli.context.RegularFile;
import dev.pale.cli.session.Session;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** A whole file that {@code pale age} encrypted, for instance {@code .env.age}. */
final class WholeFile {
  private static final int MAX_BYTES = 8 << 20;

  private WholeFile() {}

  /** The file anew for these recipients, in the form that it has; not yet written. */
  static byte[] sealedAnew(Session session, Path file, Collection<String> recipients) {
    RegularFile.require(file);
    // Replacing the link would leave the file behind it to those who could read it.
    if (Files.isSymbolicLink(file)) {
      throw PaleException.of(
          540,
          file + " is a symbolic link",
          "what it points to would stay as it is",
          "name the file itself");
    }
    byte[] sealed;
    try (InputStream in = Files.newInputStream(file)) {
      sealed = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw PaleException.of(
          138, "cannot read " + file, e.getClass().getSimpleName(), "check the path", e);
    }
    boolean armored = startsWith(sealed, "-----BEGIN AGE");
    if (sealed.length > MAX_BYTES || (!armored && !startsWith(sealed, "age-encryption.org/"))) {
      throw PaleException.of(
          540,
          file + " is not an age file of at most 8 MiB",
          "--file takes files that pale age encrypted as a whole",
          "for a SOPS file: pale sops updatekeys " + file.getFileName());
    }
    List<AgeIdentity> identities = Identities.of(session);
    byte[] plaintext = new byte[0];
    try {
      plaintext = Age.decrypt(sealed, identities);
      return armored
          ? Age.encryptArmored(plaintext, SealedValue.parsed(recipients))
          : Age.encrypt(plaintext, SealedValue.parsed(recipients));
    } catch (CryptoException e) {
      throw PaleException.of(
          539,
          file + " cannot be encrypted anew",
          String.valueOf(e.getMessage()),
          "somebody who can read it changes the recipients; nothing was written",
          e);
    } finally {
      Keys.wipe(plaintext);
      identities.forEach(AgeIdentity::close);
    }
  }

  private static boolean startsWith(byte[] bytes, String start) {
    byte[] wanted = start.getBytes(StandardCharsets.US_ASCII);
    return bytes.length >= wanted.length
        && java.util.Arrays.equals(bytes, 0, wanted.length, wanted, 0, wanted.length);
  }
}
