package dev.pale.vault;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ways to the root key that take time or ask somebody: the kernel's keyring, an age identity,
 * the keychain, a passphrase.
 *
 * <p>Whoever has to ask first takes a lock and looks into the kernel's keyring again: of fifty
 * processes that start at once, one asks and the others find what it put there.
 */
final class SlowUnlock {
  private static final int ATTEMPTS = 3;

  private SlowUnlock() {}

  static byte[] root(
      List<Slot> slots, byte[] vault, String fingerprint, Folders folders, Unlocking unlocking) {
    Optional<byte[]> held = KeyHold.get(vault, fingerprint);
    if (held.isPresent()) {
      return held.get();
    }
    Optional<PaleException> failure = Optional.empty();
    List<Slot> encrypted = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.kind.equals(Slot.AGE)) {
        try {
          return AgeSlot.open(slot, vault, unlocking.identity(), new byte[0]);
        } catch (PaleException e) {
          failure = Optional.of(e);
          if (e.code() == AgeSlot.PASSPHRASE_NEEDED) {
            encrypted.add(slot);
          }
        }
      }
    }
    boolean canAsk = unlocking.prompt().canAsk();
    boolean named = unlocking.identity().isPresent();
    if (named && failure.isPresent() && (encrypted.isEmpty() || !canAsk)) {
      throw failure.get();
    }
    boolean keychain = !named && has(slots, Slot.KEYCHAIN);
    boolean passphrase = has(slots, Slot.PASSPHRASE);
    if (keychain || ((passphrase || !encrypted.isEmpty()) && canAsk)) {
      Ways ways =
          new Ways(
              keychain ? of(slots, Slot.KEYCHAIN) : List.of(),
              canAsk ? encrypted : List.of(),
              canAsk ? of(slots, Slot.PASSPHRASE) : List.of(),
              failure.orElseGet(() -> locked(passphrase)));
      return asking(ways, vault, fingerprint, folders, unlocking);
    }
    throw failure.orElseGet(() -> locked(passphrase));
  }

  /**
   * What may be asked, in this order.
   *
   * @param failure what is told when there is nothing to ask
   */
  private record Ways(
      List<Slot> keychains, List<Slot> encrypted, List<Slot> passphrases, PaleException failure) {}

  private static List<Slot> of(List<Slot> slots, String kind) {
    return slots.stream().filter(slot -> slot.kind.equals(kind)).toList();
  }

  private static boolean has(List<Slot> slots, String kind) {
    return slots.stream().anyMatch(slot -> slot.kind.equals(kind));
  }

  private static PaleException locked(boolean passphrase) {
    return PaleException.of(
        206,
        "the vault is locked",
        passphrase
            ? "it opens by a passphrase, and there is no terminal to ask on"
            : "nothing that opens it is at hand",
        passphrase
            ? "pale unlock in a terminal, then try again"
            : "pale vault slots tells what opens it");
  }

  private static synchronized byte[] asking(
      Ways ways, byte[] vault, String fingerprint, Folders folders, Unlocking unlocking) {
    Path lock = FileGuard.folder(folders.state()).resolve("unlock.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException("the lock is not valid");
      }
      Optional<byte[]> another = KeyHold.get(vault, fingerprint);
      if (another.isPresent()) {
        return another.get();
      }
      byte[] root = ask(ways, vault, unlocking);
      KeyHold.put(vault, fingerprint, root, unlocking.holdSeconds());
      return root;
    } catch (IOException e) {
      throw PaleException.of(
          216, "the lock for unlocking cannot be taken", lock.toString(), "check the folder", e);
    }
  }

  private static byte[] ask(Ways ways, byte[] vault, Unlocking unlocking) {
    PaleException failure = ways.failure;
    for (Slot slot : ways.keychains) {
      try {
        return KeychainSlot.open(slot, vault);
      } catch (PaleException e) {
        failure = e;
      }
    }
    for (Slot slot : ways.encrypted) {
      try {
        return askForIdentity(slot, vault, unlocking);
      } catch (PaleException e) {
        failure = e;
      }
    }
    if (ways.passphrases.isEmpty() || unlocking.identity().isPresent()) {
      throw failure;
    }
    return askForVault(ways.passphrases, vault, unlocking);
  }

  private static byte[] askForIdentity(Slot slot, byte[] vault, Unlocking unlocking) {
    String what = "passphrase of " + AgeSlot.path(slot, unlocking.identity());
    for (int attempt = 1; ; attempt++) {
      try (SecretValue typed = unlocking.prompt().ask(what)) {
        return AgeSlot.open(slot, vault, unlocking.identity(), typed.bytes(Reveal.KEY));
      } catch (PaleException e) {
        // Nothing typed counts as an attempt like a wrong passphrase.
        boolean again = e.code() == 209 || e.code() == AgeSlot.PASSPHRASE_NEEDED;
        if (!again) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw wrong();
        }
      }
    }
  }

  private static byte[] askForVault(List<Slot> passphrases, byte[] vault, Unlocking unlocking) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (SecretValue typed = unlocking.prompt().ask("passphrase of the vault")) {
        byte[] bytes = typed.bytes(Reveal.KEY);
        for (Slot slot : passphrases) {
          if (bytes.length > 0) {
            try {
              return PassphraseSlot.open(slot, vault, bytes);
            } catch (AuthenticationException wrong) {
              // The next slot, or the next attempt.
            } catch (CryptoException e) {
              throw PaleException.of(
                  209, "the passphrase cannot be used", String.valueOf(e.getMessage()), "", e);
            }
          }
        }
      }
    }
    throw wrong();
  }

  private static PaleException wrong() {
    return PaleException.of(
        209,
        "wrong passphrase",
        ATTEMPTS + " attempts",
        "try again, or pale vault recover with the recovery code");
  }

  /** Whether a root key is the one that is meant. */
  static boolean fits(byte[] root, String fingerprint) {
    return root.length == 32 && Keys.fingerprint(root).equals(fingerprint);
  }
}
