package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.Keys;

/** A row of the table of keys: a key sealed under the root key and bound to where it belongs. */
final class WrappedKey {
  static final String AUDIT = "audit";
  static final String PROJECT = "kek";

  final String kind;
  final byte[] id;
  final byte[] project;
  final String fingerprint;
  final long created;
  final byte[] wrapped;

  WrappedKey(
      String kind, byte[] id, byte[] project, String fingerprint, long created, byte[] wrapped) {
    this.kind = kind;
    this.id = id;
    this.project = project;
    this.fingerprint = fingerprint;
    this.created = created;
    this.wrapped = wrapped;
  }

  /** Wraps a key; {@code rootFingerprint} binds it to this root key and to no later one. */
  static WrappedKey wrap(
      byte[] root,
      byte[] vault,
      String rootFingerprint,
      String kind,
      byte[] id,
      byte[] project,
      long created,
      byte[] key) {
    String fingerprint = Keys.fingerprint(key);
    byte[] wrapped =
        Envelope.seal(
            root, bound(vault, rootFingerprint, kind, id, project, fingerprint, created), key);
    return new WrappedKey(kind, id, project, fingerprint, created, wrapped);
  }

  /**
   * The key itself, a new array.
   *
   * @param what names the key in the error
   */
  byte[] unwrap(byte[] root, byte[] vault, String rootFingerprint, String what) {
    try {
      return Envelope.open(
          root, bound(vault, rootFingerprint, kind, id, project, fingerprint, created), wrapped);
    } catch (AuthenticationException e) {
      throw Failures.changed(
          225,
          what + " (" + fingerprint + ")",
          "its row in the table of keys was changed or moved; root key " + rootFingerprint);
    }
  }

  private static AssociatedData bound(
      byte[] vault,
      String rootFingerprint,
      String kind,
      byte[] id,
      byte[] project,
      String fingerprint,
      long created) {
    return AssociatedData.of("pale/key/1")
        .bytes(vault)
        .text(kind)
        .bytes(project)
        .bytes(id)
        .text(fingerprint)
        .number(created)
        .text(rootFingerprint);
  }
}
