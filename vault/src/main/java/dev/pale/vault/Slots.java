package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes slots. */
final class Slots {
  private Slots() {}

  /** What else goes with a new slot: done after its row was committed, or taken back. */
  record Made(Slot slot, Optional<KeyFileSlot.Made> file) {
    void finish() throws IOException {
      if (file.isPresent()) {
        file.get().finish();
      }
    }

    void undo() throws IOException {
      if (file.isPresent()) {
        file.get().undo();
      }
    }

    Optional<Path> keyFile() {
      return file.isPresent() ? Optional.of(file.get().target()) : Optional.empty();
    }
  }

  /** The recovery slot and its code. */
  record Recovery(Slot slot, SecretValue code) {}

  static Made make(long id, KeySetup setup, Folders folders, byte[] vault, byte[] root, long now) {
    return switch (setup) {
      case KeySetup.KeyFile file -> {
        KeyFileSlot.Made made =
            KeyFileSlot.make(
                id, file.path().orElse(folders.config().resolve("key")), vault, root, now, null);
        yield new Made(made.slot(), Optional.of(made));
      }
      case KeySetup.Passphrase passphrase -> throw later();
      case KeySetup.Age age -> throw later();
      case KeySetup.Keychain keychain -> throw later();
    };
  }

  private static PaleException later() {
    return PaleException.of(230, "this way of unlocking is not there yet", "", "");
  }

  static Recovery recovery(long id, byte[] vault, byte[] root, long now) {
    return new Recovery(
        new Slot(id, Slot.RECOVERY, "", now, new byte[0], new byte[0]),
        SecretValue.owning("recovery code", new byte[0]));
  }
}
