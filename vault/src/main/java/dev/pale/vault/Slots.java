package dev.pale.vault;

import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes slots. */
final class Slots {
  private Slots() {}

  /** What else goes with a new slot: done after its row was committed, or taken back. */
  record Made(Slot slot, Optional<KeyFileSlot.Made> file, byte[] vault) {
    void finish() throws IOException {
      if (file.isPresent()) {
        file.get().finish();
      }
    }

    void undo() throws IOException {
      if (file.isPresent()) {
        file.get().undo();
      }
      if (slot.kind.equals(Slot.KEYCHAIN)) {
        KeychainSlot.forget(slot, vault);
      }
    }

    Optional<Path> keyFile() {
      return file.isPresent() ? Optional.of(file.get().target()) : Optional.empty();
    }
  }

  /** The recovery slot and its code. */
  record Recovery(Slot slot, SecretValue code) {}

  /**
   * Makes a slot.
   *
   * @param replacing the slots that go in the same step, whose key files may be replaced
   */
  static Made make(
      long id,
      KeySetup setup,
      Folders folders,
      byte[] vault,
      byte[] root,
      long now,
      List<Slot> replacing) {
    return switch (setup) {
      case KeySetup.KeyFile file -> {
        KeyFileSlot.Made made =
            KeyFileSlot.make(
                id,
                file.path().orElse(folders.config().resolve("key")),
                vault,
                root,
                now,
                replacing);
        yield new Made(made.slot(), Optional.of(made), vault);
      }
      case KeySetup.Passphrase passphrase ->
          only(
              PassphraseSlot.make(id, passphrase.passphrase().bytes(Reveal.KEY), vault, root, now),
              vault);
      case KeySetup.Age age ->
          only(AgeSlot.make(id, age.recipient(), age.identity(), vault, root, now), vault);
      case KeySetup.Keychain keychain -> only(KeychainSlot.make(id, vault, root, now), vault);
    };
  }

  private static Made only(Slot slot, byte[] vault) {
    return new Made(slot, Optional.empty(), vault);
  }

  /** All slots, each proved to be written by Pale; error 228 names one that was not. */
  static List<Slot> checked(Transaction tx) {
    List<Slot> slots = Slot.all(tx.db);
    byte[] slotKey = tx.keys.slotKey();
    for (Slot slot : slots) {
      if (!slot.isAuthentic(slotKey)) {
        throw Failures.changed(
            228,
            "slot " + slot.id + " (" + slot.kind + ")",
            "its row was changed or planted after Pale wrote it");
      }
    }
    return slots;
  }
}
