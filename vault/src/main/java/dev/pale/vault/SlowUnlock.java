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
    for (Slot slot : slots) {
      if (slot.kind.equals(Slot.AGE)) {
        try {
          return AgeSlot.open(slot, vault, unlocking.identity());
        } catch (PaleException e) {
          failure = Optional.of(e);
        }
      }
    }
    if (unlocking.identity().isPresent() && failure.isPresent()) {
      throw failure.get();
    }
    boolean keychain = has(slots, Slot.KEYCHAIN);
    boolean passphrase = has(slots, Slot.PASSPHRASE);
    if (keychain || (passphrase && unlocking.prompt().canAsk())) {
      return asking(slots, vault, fingerprint, folders, unlocking, failure);
    }
    throw failure.orElseGet(() -> locked(passphrase));
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
            : "pale status tells what opens it");
  }

  private static synchronized byte[] asking(
      List<Slot> slots,
      byte[] vault,
      String fingerprint,
      Folders folders,
      Unlocking unlocking,
      Optional<PaleException> before) {
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
      byte[] root = ask(slots, vault, unlocking, before);
      KeyHold.put(vault, fingerprint, root, unlocking.holdSeconds());
      return root;
    } catch (IOException e) {
      throw PaleException.of(
          216, "the lock for unlocking cannot be taken", lock.toString(), "check the folder", e);
    }
  }

  private static byte[] ask(
      List<Slot> slots, byte[] vault, Unlocking unlocking, Optional<PaleException> before) {
    Optional<PaleException> failure = before;
    for (Slot slot : slots) {
      if (slot.kind.equals(Slot.KEYCHAIN)) {
        try {
          return KeychainSlot.open(slot, vault);
        } catch (PaleException e) {
          failure = Optional.of(e);
        }
      }
    }
    List<Slot> passphrases =
        slots.stream().filter(slot -> slot.kind.equals(Slot.PASSPHRASE)).toList();
    if (passphrases.isEmpty() || !unlocking.prompt().canAsk()) {
      throw failure.orElseGet(() -> locked(!passphrases.isEmpty()));
    }
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
    throw PaleException.of(
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
