package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the root key: a key file first, because it asks nobody and loads nothing; then {@link
 * SlowUnlock}, which alone mentions the classes of the other ways.
 */
final class Unlock {
  private Unlock() {}

  /** The root key, which belongs to the caller. */
  static byte[] root(Database db, Meta meta, Folders folders, Unlocking unlocking) {
    PaleException failure = null;
    // A rekey between reading the slot and reading the file looks like a wrong key: look again.
    for (int attempt = 0; attempt < 3; attempt++) {
      List<Slot> slots = Slot.all(db);
      boolean others = false;
      for (Slot slot : slots) {
        if (!slot.kind.equals(Slot.KEY_FILE)) {
          others |= !slot.kind.equals(Slot.RECOVERY);
          continue;
        }
        try {
          return KeyFileSlot.open(slot, meta.vault, orNull(unlocking));
        } catch (PaleException e) {
          failure = e;
        }
      }
      if (others && (failure == null || unlocking.keyFile().isEmpty())) {
        return SlowUnlock.root(slots, meta, folders, unlocking, failure);
      }
    }
    if (failure != null) {
      throw failure;
    }
    throw PaleException.of(
        206,
        "the vault has no way to be unlocked",
        "its table of slots is empty",
        "pale vault recover, or pale vault restore FILE --replace");
  }

  private static java.nio.file.@Nullable Path orNull(Unlocking unlocking) {
    return unlocking.keyFile().orElse(null);
  }
}
