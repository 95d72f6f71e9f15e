package dev.pale.vault;

import dev.pale.secrets.Actor;

/** What the work inside a transaction sees: an authenticated description and the keys. */
final class Transaction {
  final Database db;
  final KeyRing keys;
  final Meta meta;
  final long now;

  Transaction(Database db, KeyRing keys, Meta meta, long now) {
    this.db = db;
    this.keys = keys;
    this.meta = meta;
    this.now = now;
  }

  /** Adds the audit row that belongs to the work. */
  void audit(AuditLog.Entry entry, Actor actor) {
    auditAt(now, entry, actor);
  }

  void auditAt(long at, AuditLog.Entry entry, Actor actor) {
    AuditLog.append(db, meta, keys.auditKey(), at, entry, actor);
  }

  /** An allowed event in an environment. */
  void audit(String event, Environment in, String names, String detail, Actor actor) {
    audit(
        new AuditLog.Entry(event, true, in.place().toString(), in.revision(), names, detail),
        actor);
  }
}
