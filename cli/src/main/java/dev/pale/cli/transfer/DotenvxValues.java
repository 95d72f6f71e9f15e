package dev.pale.cli.transfer;

import dev.pale.cli.session.Session;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.ecies.DotenvxKey;
import dev.pale.formats.dotenv.Dialect;
import dev.pale.formats.dotenv.Dotenv;
import dev.pale.formats.dotenv.DotenvEntry;
import dev.pale.formats.dotenv.DotenvFile;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Values of a {@code .env} that dotenvx encrypted, opened with its key file. */
final class DotenvxValues {
  private static final byte[] MARK = "encrypted:".getBytes(StandardCharsets.US_ASCII);
  private static final String PUBLIC = "DOTENV_PUBLIC_KEY";
  private static final String PRIVATE = "DOTENV_PRIVATE_KEY";
  private static final String KEYS = ".env.keys";
  private static final int MAX_KEY_FILE_BYTES = 1 << 20;

  private DotenvxValues() {}

  /**
   * Opens them in place; what dotenvx keeps for itself goes.
   *
   * @return whether there were any
   * @throws PaleException 672 when a value does not open: a ciphertext is never taken for a value
   */
  static boolean open(
      Session session,
      String file,
      Optional<Path> path,
      SortedMap<SecretName, SecretValue> values) {
    boolean any = values.values().stream().anyMatch(DotenvxValues::isSealed);
    if (!any) {
      return false;
    }
    values.keySet().removeIf(name -> name.text().startsWith(PUBLIC));
    List<DotenvxKey> keys = keys(session, path);
    try {
      for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
        if (isSealed(entry.getValue())) {
          SecretValue sealed = entry.getValue();
          entry.setValue(open(file, entry.getKey(), sealed, keys));
        }
      }
    } finally {
      keys.forEach(DotenvxKey::close);
    }
    return true;
  }

  private static boolean isSealed(SecretValue value) {
    byte[] bytes = value.bytes(Reveal.SEAL);
    return bytes.length > MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length);
  }

  private static SecretValue open(
      String file, SecretName name, SecretValue sealed, List<DotenvxKey> keys) {
    byte[] bytes = sealed.bytes(Reveal.SEAL);
    try {
      byte[] inner =
          Base64.getDecoder().decode(Arrays.copyOfRange(bytes, MARK.length, bytes.length));
      for (DotenvxKey key : keys) {
        try {
          return SecretValue.owning(name.text(), key.open(inner));
        } catch (AuthenticationException otherKey) {
          // dotenvx keeps the keys of before a rotation in the same variable.
        }
      }
    } catch (IllegalArgumentException | CryptoException malformed) {
      throw refused(file, name, "the value has not the form that dotenvx writes");
    }
    throw refused(
        file,
        name,
        keys.isEmpty()
            ? "there is no key for it in " + KEYS + " beside it nor in the environment"
            : "no key of " + KEYS + " or the environment opens it");
  }

  private static PaleException refused(String file, SecretName name, String why) {
    return PaleException.of(
        672,
        name + " in " + file + " is encrypted by dotenvx and was not opened",
        why + "; nothing was imported",
        "put " + KEYS + " beside the file, or set " + PRIVATE + " for this one command");
  }

  /** From the environment first, as dotenvx does, then from the key file beside the file. */
  private static List<DotenvxKey> keys(Session session, Optional<Path> path) {
    List<DotenvxKey> keys = new ArrayList<>();
    String fileName = path.map(p -> String.valueOf(p.getFileName())).orElse(".env");
    String variable = PRIVATE + suffix(fileName);
    add(keys, session.context().variable(variable));
    Path folder = path.map(Path::getParent).orElse(session.context().cwd());
    Path keyFile = folder.resolve(KEYS);
    try {
      if (Files.isRegularFile(keyFile) && Files.size(keyFile) <= MAX_KEY_FILE_BYTES) {
        byte[] bytes = Files.readAllBytes(keyFile);
        try (DotenvFile read = Dotenv.parse(bytes, Dialect.DOTENV)) {
          for (DotenvEntry entry : read.entries()) {
            if (entry.name().text().equals(variable)) {
              add(keys, new String(entry.value().bytes(Reveal.KEY), StandardCharsets.US_ASCII));
            }
          }
        } finally {
          Arrays.fill(bytes, (byte) 0);
        }
      }
    } catch (IOException unreadable) {
      // Then no key opens the values, and the error says where keys are looked for.
    }
    return keys;
  }

  private static void add(List<DotenvxKey> keys, String text) {
    for (String one : text.split(",", -1)) {
      try {
        keys.add(DotenvxKey.parse(one.strip()));
      } catch (CryptoException notAKey) {
        // An armored or empty key.
      }
    }
  }

  /** {@code .env.production} has {@code DOTENV_PRIVATE_KEY_PRODUCTION}. */
  private static String suffix(String fileName) {
    String rest = fileName.startsWith(".env") ? fileName.substring(4) : "";
    StringBuilder suffix = new StringBuilder();
    for (char c : rest.toUpperCase(Locale.ROOT).toCharArray()) {
      boolean word = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      suffix.append(word ? c : '_');
    }
    return suffix.toString();
  }
}
