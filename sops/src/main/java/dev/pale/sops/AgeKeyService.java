package dev.pale.sops;

import dev.pale.crypto.CryptoException;
import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * age keys: all kinds of recipients that Pale's age knows, ssh keys and plugins among them.
 * Identities come from the places where sops looks; see {@link AgeIdentitySources}.
 *
 * <p>Thread-safe. Closing wipes the identities that were read.
 */
public final class AgeKeyService implements KeyService, AutoCloseable {
  private static final int MAX_WRAPPED = 1 << 16;

  private final AgeIdentitySources sources;
  private final KeySurroundings around;

  /** A service with the identities of this caller; nothing is read before it is needed. */
  public AgeKeyService(KeySurroundings around) {
    this.around = around;
    this.sources = new AgeIdentitySources(around);
  }

  @Override
  public boolean serves(MasterKey key) {
    return key.kind().equals("age");
  }

  @Override
  public synchronized byte[] unwrap(MasterKey key) {
    byte[] file = key.wrapped().getBytes(StandardCharsets.UTF_8);
    if (file.length == 0 || file.length > MAX_WRAPPED) {
      throw PaleException.of(476, "its wrapped key is missing or too long", "", "");
    }
    List<AgeIdentity> open = sources.open(key.field("recipient"));
    Optional<byte[]> opened = open(file, open);
    if (opened.isPresent()) {
      return opened.get();
    }
    for (AgeIdentitySources.Locked locked : sources.locked(key.field("recipient"))) {
      opened = open(file, unlock(locked));
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    throw PaleException.of(
        476, "none of your age identities opens it", sources.looked(), sources.mend());
  }

  private static Optional<byte[]> open(byte[] file, List<AgeIdentity> identities) {
    if (identities.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Age.decrypt(file, identities));
    } catch (CryptoException e) {
      if (e.kind() == CryptoException.Kind.NO_MATCHING_IDENTITY) {
        return Optional.empty();
      }
      throw PaleException.of(476, "its wrapped key cannot be read", reason(e), "", e);
    }
  }

  private List<AgeIdentity> unlock(AgeIdentitySources.Locked locked) {
    Optional<SecretValue> passphrase = around.passphrases().ask(locked.name());
    if (passphrase.isEmpty()) {
      return List.of();
    }
    try (SecretValue given = passphrase.get()) {
      return sources.unlock(locked, given.bytes(Reveal.KEY));
    }
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    try {
      AgeRecipient recipient = around.plugins().recipient(key.field("recipient"));
      return new String(Age.encryptArmored(dataKey, List.of(recipient)), StandardCharsets.US_ASCII);
    } catch (CryptoException e) {
      throw PaleException.of(481, "this is not an age recipient", reason(e), "", e);
    }
  }

  /** The texts of this exception are our own and hold nothing of the input. */
  static String reason(CryptoException e) {
    return String.valueOf(e.getMessage());
  }

  @Override
  public synchronized void close() {
    new ArrayList<>(sources.all()).forEach(AgeIdentity::close);
  }
}
