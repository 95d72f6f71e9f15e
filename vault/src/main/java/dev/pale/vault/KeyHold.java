package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.system.KernelKeyring;
import dev.pale.system.SystemCallException;
import java.util.HexFormat;
import java.util.Optional;

/** The root key in the kernel's keyring, for a time; nothing where the kernel has none. */
final class KeyHold {
  private KeyHold() {}

  /** The description tells the root key, so that after a rekey the old one is not found. */
  private static String description(byte[] vault, String fingerprint) {
    return "pale:" + HexFormat.of().formatHex(vault) + ":" + fingerprint;
  }

  static Optional<byte[]> get(byte[] vault, String fingerprint) {
    if (!KernelKeyring.available()) {
      return Optional.empty();
    }
    try {
      Optional<byte[]> root = KernelKeyring.get(description(vault, fingerprint));
      return root.filter(key -> SlowUnlock.fits(key, fingerprint));
    } catch (SystemCallException e) {
      return Optional.empty();
    }
  }

  /** Whether the kernel took it. */
  static boolean put(byte[] vault, String fingerprint, byte[] root, int seconds) {
    if (seconds <= 0 || !KernelKeyring.available()) {
      return false;
    }
    byte[] copy = root.clone();
    try {
      KernelKeyring.put(description(vault, fingerprint), copy, seconds);
      return true;
    } catch (SystemCallException e) {
      return false;
    } finally {
      Keys.wipe(copy);
    }
  }

  static boolean drop(byte[] vault, String fingerprint) {
    try {
      return KernelKeyring.available() && KernelKeyring.drop(description(vault, fingerprint));
    } catch (SystemCallException e) {
      return false;
    }
  }
}
