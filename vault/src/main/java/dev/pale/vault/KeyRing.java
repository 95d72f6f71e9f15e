package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.EnvelopeOpener;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import java.util.Arrays;

/** The keys of an open vault: the root key and the audit key. Wiped on close. */
final class KeyRing implements AutoCloseable {
  private final byte[] root;
  private final byte[] vault;
  private final String fingerprint;
  private final byte[] auditKey;
  private final EnvelopeOpener opener = new EnvelopeOpener();

  private KeyRing(byte[] root, byte[] vault, String fingerprint, byte[] auditKey) {
    this.root = root;
    this.vault = vault;
    this.fingerprint = fingerprint;
    this.auditKey = auditKey;
  }

  /**
   * Opens the vault's keys with the root key, which then belongs to the ring.
   *
   * @throws dev.pale.secrets.PaleException 201 when it is another vault's or an older root key
   */
  static KeyRing open(Meta meta, byte[] root) {
    String offered = Keys.fingerprint(root);
    if (!offered.equals(meta.root)) {
      Keys.wipe(root);
      throw Failures.wrongKey(meta.root, offered, null);
    }
    byte[] auditKey = meta.auditKey.unwrap(root, meta.vault, offered, "the audit key");
    meta.authenticate(auditKey);
    return new KeyRing(root, meta.vault, offered, auditKey);
  }

  /** A ring for a vault that is being made. */
  static KeyRing fresh(byte[] root, byte[] vault, byte[] auditKey) {
    return new KeyRing(root, vault, Keys.fingerprint(root), auditKey);
  }

  byte[] root() {
    return root;
  }

  byte[] vault() {
    return vault;
  }

  String fingerprint() {
    return fingerprint;
  }

  byte[] auditKey() {
    return auditKey;
  }

  EnvelopeOpener opener() {
    return opener;
  }

  /** The key of the MACs over unlock slots: who can only write the file cannot plant one. */
  byte[] slotKey() {
    return slotKey(root);
  }

  static byte[] slotKey(byte[] root) {
    return Hkdf.derive(root, "pale slots 1");
  }

  /** The MAC over the list of projects. */
  byte[] placesMac(Iterable<String> names) {
    AssociatedData list = AssociatedData.of("pale/projects/1");
    for (String name : names) {
      list = list.text(name);
    }
    return Mac256.of(auditKey, list.encoded());
  }

  @Override
  public void close() {
    Arrays.fill(root, (byte) 0);
    Arrays.fill(auditKey, (byte) 0);
  }
}
