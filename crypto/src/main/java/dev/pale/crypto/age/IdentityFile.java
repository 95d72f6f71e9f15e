package dev.pale.crypto.age;

import dev.pale.crypto.CryptoException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads identity files: lines of native identities, also encrypted, or one ssh key. */
final class IdentityFile {
  private IdentityFile() {}

  /**
   * What makes an identity of a line {@code AGE-PLUGIN-…}; empty when the line is not a valid one.
   */
  interface Plugins {
    Optional<AgeIdentity> identity(byte[] line);

    /** Refuses all. */
    static Plugins none() {
      return line -> {
        throw new CryptoException(
            CryptoException.Kind.UNSUPPORTED, "plugin identities of age are not supported here");
      };
    }
  }

  /** An empty passphrase means that there is none. */
  static List<AgeIdentity> parse(byte[] file, byte[] passphrase, Plugins plugins) {
    if (startsWith(file, "-----BEGIN AGE") || startsWith(file, "age-encryption.org/")) {
      if (passphrase.length == 0) {
        throw new CryptoException(
            CryptoException.Kind.PASSPHRASE_NEEDED, "the identity file is encrypted");
      }
      try (AgeIdentity outer = AgeIdentity.passphrase(passphrase)) {
        byte[] inner = Age.decrypt(file, List.of(outer));
        try {
          return lines(inner, plugins);
        } finally {
          Arrays.fill(inner, (byte) 0);
        }
      }
    }
    if (startsWith(file, "-----BEGIN ")) {
      return List.of(SshPrivateKey.parse(file, passphrase));
    }
    return lines(file, plugins);
  }

  private static List<AgeIdentity> lines(byte[] file, Plugins plugins) {
    List<AgeIdentity> identities = new ArrayList<>();
    int number = 0;
    for (int from = 0; from < file.length; ) {
      int end = from;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      number++;
      int last = end;
      while (last > from && isBlank(file[last - 1])) {
        last--;
      }
      if (last > from && file[from] != '#') {
        byte[] line = Arrays.copyOfRange(file, from, last);
        try {
          identities.add(identity(line, number, plugins));
        } finally {
          Arrays.fill(line, (byte) 0);
        }
      }
      from = end + 1;
    }
    if (identities.isEmpty()) {
      throw new CryptoException(CryptoException.Kind.FORMAT, "the identity file holds no identity");
    }
    return List.copyOf(identities);
  }

  private static AgeIdentity identity(byte[] line, int number, Plugins plugins) {
    Optional<AgeIdentity> identity =
        X25519Identity.parse(line).or(() -> HybridIdentity.parse(line));
    if (identity.isPresent()) {
      return identity.get();
    }
    if (startsWith(line, "AGE-PLUGIN-")) {
      Optional<AgeIdentity> plugin = plugins.identity(line);
      if (plugin.isPresent()) {
        return plugin.get();
      }
    }
    throw new CryptoException(
        CryptoException.Kind.FORMAT,
        startsWith(line, "AGE-SECRET-KEY-")
            ? "line " + number + " is not an age identity: its checksum does not match"
            : "line " + number + " is not an age identity");
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  static boolean startsWith(byte[] bytes, String start) {
    byte[] expected = start.getBytes(StandardCharsets.US_ASCII);
    return bytes.length >= expected.length
        && Arrays.equals(bytes, 0, expected.length, expected, 0, expected.length);
  }
}
