package dev.pale.vault;

import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Passphrase;
import dev.pale.crypto.PassphraseParameters;
import dev.pale.secrets.PaleException;

/** The slot whose key comes from a passphrase; its params are those of Argon2id. */
final class PassphraseSlot {
  private PassphraseSlot() {}

  static Slot make(long id, byte[] passphrase, byte[] vault, byte[] root, long now) {
    if (passphrase.length == 0) {
      throw PaleException.usage(209, "the passphrase is empty", "", "choose a long one");
    }
    PassphraseParameters parameters = PassphraseParameters.fresh();
    String params = parameters.text();
    byte[] key = Passphrase.derive(passphrase, parameters);
    try {
      byte[] wrapped = Envelope.seal(key, Slot.bound(vault, Slot.PASSPHRASE, params), root);
      return new Slot(id, Slot.PASSPHRASE, params, now, wrapped, new byte[0]);
    } finally {
      Keys.wipe(key);
    }
  }

  /** Throws what the crypto room throws: a wrong passphrase is an authentication failure. */
  static byte[] open(Slot slot, byte[] vault, byte[] passphrase) {
    byte[] key = Passphrase.derive(passphrase, PassphraseParameters.parse(slot.params));
    try {
      return Envelope.open(key, Slot.bound(vault, Slot.PASSPHRASE, slot.params), slot.wrapped);
    } finally {
      Keys.wipe(key);
    }
  }
}
