package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways to the root key that ask somebody: kernel keyring, age, keychain, passphrase. */
final class SlowUnlock {
  private SlowUnlock() {}

  static byte[] root(
      List<Slot> slots,
      Meta meta,
      Folders folders,
      Unlocking unlocking,
      @Nullable PaleException before) {
    if (before != null) {
      throw before;
    }
    throw PaleException.of(206, "the vault is locked", "", "pale unlock");
  }
}
