package dev.pale.providers.local;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The user's age identities: those of the settings alone where there are some, else those that sops
 * would find. Files that need a passphrase are left out: nobody is asked here.
 *
 * <p>Thread-safe. Read once, wiped by {@link #close}.
 */
final class AgeIdentities implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 20;
  private static final byte[] NONE = new byte[0];

  private final ProviderSettings settings;
  private final Surroundings surroundings;
  private final List<AgeIdentity> found = new ArrayList<>();
  private boolean read;

  AgeIdentities(ProviderSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
  }

  /** At least one; error 601 when there is none. */
  synchronized List<AgeIdentity> all() {
    if (!read) {
      readAll();
      read = true;
    }
    if (found.isEmpty()) {
      throw PaleException.of(
          601,
          "there is no age identity",
          "neither the settings nor SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, ~/.config/sops/age/keys.txt"
              + " nor an ssh key without a passphrase has one",
          "set SOPS_AGE_KEY_FILE to the file with your identity");
    }
    return List.copyOf(found);
  }

  private void readAll() {
    Optional<SecretValue> credential = settings.credential("identity");
    Optional<String> file = settings.text("identity_file");
    credential.ifPresent(value -> take(value.bytes(Reveal.KEY).clone(), "identity", true));
    file.ifPresent(name -> takeFile(Places.file(name, surroundings), "identity_file", true));
    if (credential.isPresent() || file.isPresent()) {
      return;
    }
    String text = variable("SOPS_AGE_KEY");
    if (!text.isEmpty()) {
      take(
          text.strip().replaceAll("[ \t]+(?=AGE-)", "\n").getBytes(StandardCharsets.UTF_8),
          "SOPS_AGE_KEY",
          true);
    }
    String named = variable("SOPS_AGE_KEY_FILE");
    if (!named.isEmpty()) {
      takeFile(surroundings.cwd().resolve(named), "SOPS_AGE_KEY_FILE", true);
    }
    String config = variable("XDG_CONFIG_HOME");
    Path folder = config.startsWith("/") ? Path.of(config) : surroundings.home().resolve(".config");
    takeFile(folder.resolve("sops/age/keys.txt"), "keys.txt", false);
    for (String ssh : List.of("id_ed25519", "id_rsa")) {
      takeFile(surroundings.home().resolve(".ssh").resolve(ssh), ssh, false);
    }
  }

  private String variable(String name) {
    return surroundings.variables().get(name);
  }

  private void takeFile(Path file, String name, boolean named) {
    Optional<byte[]> content;
    try {
      content = Places.read(file, MOST_BYTES);
    } catch (PaleException e) {
      if (named) {
        throw refused(name, e.why());
      }
      return;
    }
    if (content.isPresent()) {
      take(content.get(), name, named);
    } else if (named) {
      throw refused(name, "there is no such file");
    }
  }

  /** Takes ownership of the array and wipes it. */
  private void take(byte[] content, String name, boolean named) {
    try {
      found.addAll(Quiet.plugins(surroundings).identities(content, NONE));
    } catch (CryptoException e) {
      if (named) {
        throw refused(name, String.valueOf(e.getMessage()));
      }
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static PaleException refused(String name, String why) {
    return PaleException.of(
        601,
        "the age identity in " + name + " cannot be used",
        why,
        "name one without a passphrase");
  }

  @Override
  public synchronized void close() {
    found.forEach(AgeIdentity::close);
    found.clear();
    read = true;
    settings.close();
  }
}
