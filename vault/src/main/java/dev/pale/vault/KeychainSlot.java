package dev.pale.vault;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.freedesktop.secret.simple.SimpleCollection;

/**
 * The slot whose key is an item of the operating system's keychain, by the Secret Service interface
 * on D-Bus. Params are the item's id; the item is found by the vault's id and that.
 */
final class KeychainSlot {
  private KeychainSlot() {}

  static Slot make(long id, byte[] vault, byte[] root, long now) {
    byte[] key = Keys.random(32);
    char[] text = new char[64];
    try (SimpleCollection keychain = connect()) {
      String params = UUID.randomUUID().toString();
      for (int i = 0; i < 32; i++) {
        text[2 * i] = Character.forDigit((key[i] >> 4) & 15, 16);
        text[2 * i + 1] = Character.forDigit(key[i] & 15, 16);
      }
      String item =
          keychain.createItem(
              "Pale vault", java.nio.CharBuffer.wrap(text), attributes(vault, params));
      if (item == null) {
        throw unavailable("the keychain took no item", null);
      }
      byte[] wrapped = Envelope.seal(key, Slot.bound(vault, Slot.KEYCHAIN, params), root);
      return new Slot(id, Slot.KEYCHAIN, params, now, wrapped, new byte[0]);
    } catch (SecurityException e) {
      throw unavailable("the keychain is locked and its prompt was refused", e);
    } finally {
      Keys.wipe(key);
      Arrays.fill(text, '0');
    }
  }

  private static Map<String, String> attributes(byte[] vault, String params) {
    return Map.of("application", "pale", "vault", HexFormat.of().formatHex(vault), "slot", params);
  }

  static byte[] open(Slot slot, byte[] vault) {
    try (SimpleCollection keychain = connect()) {
      List<String> items = keychain.getItems(attributes(vault, slot.params));
      if (items == null || items.isEmpty()) {
        throw unavailable("it has no item for this vault", null);
      }
      char[] text = keychain.getSecret(items.get(0));
      byte[] key = new byte[0];
      try {
        key = HexFormat.of().parseHex(text == null ? "" : java.nio.CharBuffer.wrap(text));
        if (key.length == 32) {
          return Envelope.open(key, Slot.bound(vault, Slot.KEYCHAIN, slot.params), slot.wrapped);
        }
      } catch (AuthenticationException | IllegalArgumentException e) {
        // The item is not the key of this slot: said below.
      } finally {
        Keys.wipe(key);
        if (text != null) {
          Arrays.fill(text, '0');
        }
      }
      throw PaleException.of(
          201,
          "the keychain's item does not open the vault",
          "it was changed, or is of an older key",
          "pale vault recover with the recovery code");
    } catch (SecurityException e) {
      throw unavailable("it is locked and its prompt was refused", e);
    }
  }

  /** Removes the item of a slot that is gone; quiet, for the slot is what counts. */
  static void forget(Slot slot, byte[] vault) {
    try (SimpleCollection keychain = connect()) {
      List<String> items = keychain.getItems(attributes(vault, slot.params));
      if (items != null) {
        for (String item : items) {
          keychain.deleteItem(item);
        }
      }
    } catch (PaleException | SecurityException e) {
      // Without its slot the item opens nothing.
    }
  }

  private static SimpleCollection connect() {
    try {
      if (!SimpleCollection.isAvailable()) {
        throw unavailable("no Secret Service answers on the session bus", null);
      }
      return new SimpleCollection();
    } catch (IOException | RuntimeException e) {
      if (e instanceof PaleException known) {
        throw known;
      }
      throw unavailable("no Secret Service answers on the session bus", e);
    }
  }

  private static PaleException unavailable(
      String why, @org.jspecify.annotations.Nullable Throwable cause) {
    String what = "the keychain cannot be used";
    String mend = "unlock the desktop's keychain, or choose another way: pale vault rekey";
    return cause == null
        ? PaleException.of(234, what, why, mend)
        : PaleException.of(234, what, why, mend, cause);
  }
}
