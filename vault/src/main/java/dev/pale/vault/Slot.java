package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.Mac256;
import java.util.ArrayList;
import java.util.List;

/**
 * One way to the root key. {@code params} is text that depends on the kind and is not secret;
 * {@code wrapped} is the root key, sealed for that way.
 */
final class Slot {
  static final String KEY_FILE = "keyfile";
  static final String PASSPHRASE = "passphrase";
  static final String AGE = "age";
  static final String KEYCHAIN = "keychain";
  static final String RECOVERY = "recovery";

  final long id;
  final String kind;
  final String params;
  final long created;
  final byte[] wrapped;
  private final byte[] mac;

  Slot(long id, String kind, String params, long created, byte[] wrapped, byte[] mac) {
    this.id = id;
    this.kind = kind;
    this.params = params;
    this.created = created;
    this.wrapped = wrapped;
    this.mac = mac;
  }

  static List<Slot> all(Database db) {
    List<Slot> slots = new ArrayList<>();
    try (Rows rows =
        db.query("SELECT id, kind, params, created, wrapped, mac FROM slot ORDER BY id")) {
      while (rows.next()) {
        slots.add(
            new Slot(
                rows.number(1),
                rows.text(2),
                rows.text(3),
                rows.number(4),
                rows.bytes(5),
                rows.bytes(6)));
      }
    }
    return slots;
  }

  /** What a root key that is sealed with a slot's own key is bound to. */
  static AssociatedData bound(byte[] vault, String kind, String params) {
    return AssociatedData.of("pale/slot/1").bytes(vault).text(kind).text(params);
  }

  void insert(Database db, byte[] slotKey) {
    db.update(
        "INSERT INTO slot (id, kind, params, created, wrapped, mac) VALUES (?, ?, ?, ?, ?, ?)",
        id,
        kind,
        params,
        created,
        wrapped,
        Mac256.of(slotKey, described()));
  }

  /** Whether Pale wrote this row: who can only write the file cannot plant a recipient. */
  boolean isAuthentic(byte[] slotKey) {
    return Mac256.verify(slotKey, described(), mac);
  }

  private byte[] described() {
    return AssociatedData.of("pale/slot-row/1")
        .number(id)
        .text(kind)
        .text(params)
        .number(created)
        .bytes(wrapped)
        .encoded();
  }
}
