package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.PaleException;

/**
 * The row that describes the vault, with the wrapped audit key beside it. Readable without a key;
 * {@link #authenticate} checks it once the audit key is there.
 */
final class Meta {
  /** Days until a soft-deleted secret is destroyed, unless the vault was made with another. */
  static final long DEFAULT_RETENTION_MILLIS = 30L * 24 * 60 * 60 * 1000;

  private static final String SELECT =
      """
      SELECT m.format, m.vault, m.created, m.retention, m.root, m.seq, m.mac, m.places, m.revisions, m.tag,
        (SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')),
        EXISTS (SELECT 1 FROM audit_pending),
        k.id, k.fingerprint, k.created, k.wrapped
      FROM meta m LEFT JOIN key k ON k.project = x'' AND k.kind = 'audit'\
      """;

  final byte[] vault;
  final long created;
  long retentionMillis;
  String root;
  long seq;
  byte[] mac;
  byte[] places;
  Revisions revisions;
  final boolean pending;
  final WrappedKey auditKey;
  private byte[] tag;

  Meta(
      byte[] vault,
      long created,
      long retentionMillis,
      String root,
      long seq,
      byte[] mac,
      byte[] places,
      Revisions revisions,
      byte[] tag,
      boolean pending,
      WrappedKey auditKey) {
    this.vault = vault;
    this.created = created;
    this.retentionMillis = retentionMillis;
    this.root = root;
    this.seq = seq;
    this.mac = mac;
    this.places = places;
    this.revisions = revisions;
    this.tag = tag;
    this.pending = pending;
    this.auditKey = auditKey;
  }

  static Meta read(Database db) {
    try (Rows row = db.query(SELECT)) {
      if (!row.next()) {
        throw Failures.changed(224, "the vault's description", db.file() + " has no meta row");
      }
      requireFormat((int) row.number(1), db);
      if ((int) row.number(11) != 0) {
        throw PaleException.of(
            218,
            "the vault's file has a trigger or a view that Pale did not make",
            db.file() + " was changed by another program",
            "pale vault restore FILE --replace");
      }
      return new Meta(
          row.bytes(2),
          row.number(3),
          row.number(4),
          row.text(5),
          row.number(6),
          row.bytes(7),
          row.bytes(8),
          Revisions.of(row.bytes(9)),
          row.bytes(10),
          row.number(12) != 0,
          new WrappedKey(
              WrappedKey.AUDIT,
              row.bytes(13),
              new byte[0],
              row.text(14),
              row.number(15),
              row.bytes(16)));
    } catch (SqliteException e) {
      if (e.primary() == 1) {
        // A table or column is missing: another format, or not one of Pale's files.
        requireFormat((int) db.number("PRAGMA user_version"), db);
        throw PaleException.of(
            215,
            "the vault's file is not a vault",
            db.file() + " lacks the tables of a vault",
            "pale vault restore FILE --replace",
            e);
      }
      throw e;
    }
  }

  private static void requireFormat(int format, Database db) {
    if (format > Database.FORMAT) {
      throw PaleException.of(
          204,
          "the vault was written by a newer Pale",
          db.file() + " has format " + format + ", this Pale knows up to " + Database.FORMAT,
          "use the newer Pale");
    }
  }

  byte[] vaultId() {
    return vault;
  }

  /** Refuses a row that was not written with the audit key. */
  void authenticate(byte[] auditKey) {
    if (!Mac256.verify(auditKey, described(), tag)) {
      throw Failures.changed(
          224, "the vault's description", "its meta row was changed after Pale wrote it");
    }
  }

  boolean isAuthentic(byte[] auditKey) {
    return Keys.equal(Mac256.of(auditKey, described()), tag);
  }

  private byte[] described() {
    return AssociatedData.of("pale/meta/1")
        .number(Database.FORMAT)
        .bytes(vault)
        .number(created)
        .number(retentionMillis)
        .text(root)
        .number(seq)
        .bytes(mac)
        .bytes(places)
        .bytes(revisions.bytes())
        .encoded();
  }

  void insert(Database db, byte[] auditKey) {
    tag = Mac256.of(auditKey, described());
    db.update(
        "INSERT INTO meta (id, format, vault, created, retention, root, seq, mac, places,"
            + " revisions, tag) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Database.FORMAT,
        vault,
        created,
        retentionMillis,
        root,
        seq,
        mac,
        places,
        revisions.bytes(),
        tag);
  }

  void save(Database db, byte[] auditKey) {
    tag = Mac256.of(auditKey, described());
    int changed =
        db.update(
            "UPDATE meta SET retention = ?, root = ?, seq = ?, mac = ?, places = ?, revisions = ?,"
                + " tag = ? WHERE id = 1",
            retentionMillis,
            root,
            seq,
            mac,
            places,
            revisions.bytes(),
            tag);
    if (changed != 1) {
      throw Failures.changed(224, "the vault's description", "its meta row cannot be updated");
    }
  }
}
