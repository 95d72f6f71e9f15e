package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.util.List;

/**
 * Finds the root key: a key file first, because it asks nobody and loads nothing; then {@link
 * SlowUnlock}, which alone mentions the classes of the other ways.
 */
final class Unlock {
  private Unlock() {}

  /** The root key, which belongs to the caller. */
  static byte[] root(Database db, Meta meta, Folders folders, Unlocking unlocking) {
    PaleException failure = locked();
    // A rekey between reading the slot and reading the file looks like a wrong key: look again.
    for (int attempt = 0; attempt < 3; attempt++) {
      Meta now = attempt == 0 ? meta : Meta.read(db);
      try {
        return root(Slot.all(db), now.vault, now.root, folders, unlocking);
      } catch (PaleException e) {
        failure = e;
        if (e.code() != 201 && e.code() != 207) {
          break;
        }
      }
    }
    Pending.note(db, "unlock", failure);
    throw failure;
  }

  /** As above, by slots that were read from the vault or from a backup of it. */
  static byte[] root(
      List<Slot> slots, byte[] vault, String fingerprint, Folders folders, Unlocking unlocking) {
    PaleException failure = locked();
    boolean others = false;
    for (Slot slot : slots) {
      if (slot.kind.equals(Slot.KEY_FILE)) {
        try {
          return KeyFileSlot.open(slot, vault, unlocking.keyFile().orElse(null));
        } catch (PaleException e) {
          failure = e;
        }
      } else if (!slot.kind.equals(Slot.RECOVERY)) {
        others = true;
      }
    }
    if (others && unlocking.keyFile().isEmpty()) {
      return SlowUnlock.root(slots, vault, fingerprint, folders, unlocking);
    }
    throw failure;
  }

  private static PaleException locked() {
    return PaleException.of(
        206,
        "the vault has no way to be unlocked",
        "it has no slot but the recovery code",
        "pale vault recover");
  }
}
