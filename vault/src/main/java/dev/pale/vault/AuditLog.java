package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The chain of audit rows: each row's MAC covers its number, the MAC before it and its record. The
 * end of the chain is also in the meta row, so that a cut tail is noticed.
 */
final class AuditLog {
  private AuditLog() {}

  /** What happened, before it has a number. */
  record Entry(
      String event, boolean allowed, String place, long revision, String names, String detail) {}

  /** Adds a row in the caller's transaction and moves the end of the chain in {@code meta}. */
  static void append(Database db, Meta meta, byte[] auditKey, long at, Entry entry, Actor actor) {
    appendRecord(db, meta, auditKey, record(at, entry, actor));
  }

  static void appendRecord(Database db, Meta meta, byte[] auditKey, byte[] record) {
    long seq = meta.seq + 1;
    byte[] mac = mac(auditKey, seq, meta.mac, record);
    int added;
    try {
      added = db.update("INSERT INTO audit (seq, record, mac) VALUES (?, ?, ?)", seq, record, mac);
    } catch (SqliteException e) {
      if (e.primary() == 19) {
        throw PaleException.of(
            226,
            "the audit row cannot be written, so nothing was done",
            "the audit log has a row after its end, or refuses rows",
            "pale audit verify",
            e);
      }
      throw e;
    }
    if (added != 1) {
      throw PaleException.of(
          226,
          "the audit row cannot be written, so nothing was done",
          db.file() + " refuses rows",
          "pale audit verify");
    }
    meta.seq = seq;
    meta.mac = mac;
    meta.save(db, auditKey);
  }

  static byte[] mac(byte[] auditKey, long seq, byte[] before, byte[] record) {
    return Mac256.of(
        auditKey,
        AssociatedData.of("pale/audit/1").number(seq).bytes(before).bytes(record).encoded());
  }

  static byte[] record(long at, Entry entry, Actor actor) {
    return new Fields.Writer(256 + entry.names.length())
        .number(at)
        .flag(entry.allowed)
        .text(entry.event)
        .text(entry.place)
        .number(entry.revision)
        .text(entry.names)
        .text(entry.detail)
        .text(actor.user())
        .text(actor.agent())
        .text(actor.reason())
        .text(actor.command())
        .number(actor.pid())
        .finish();
  }

  /** The row as callers see it; a record that cannot be read is shown as such, not hidden. */
  static AuditRow decode(long seq, byte[] record) {
    try {
      Fields.Reader in = new Fields.Reader(record);
      Instant at = Instant.ofEpochMilli(in.number());
      boolean allowed = in.flag();
      String event = in.text();
      String place = in.text();
      in.number();
      String names = in.text();
      String detail = in.text();
      String user = in.text();
      String agent = in.text();
      String reason = in.text();
      String command = in.text();
      return new AuditRow(
          seq, at, event, allowed, place, names, detail, user, agent, reason, command, in.number());
    } catch (Fields.Malformed e) {
      return new AuditRow(
          seq, Instant.EPOCH, "unreadable", false, "", "", "the row is damaged", "", "", "", "", 0);
    }
  }

  /** The revision of the environment that a record tells of; 0 for none. */
  static long revision(byte[] record) {
    try {
      Fields.Reader in = new Fields.Reader(record);
      in.number();
      boolean allowed = in.flag();
      in.text();
      in.text();
      long revision = in.number();
      return allowed ? revision : 0;
    } catch (Fields.Malformed e) {
      return 0;
    }
  }

  static List<AuditRow> rows(Database db, AuditFilter filter) {
    List<AuditRow> found = new ArrayList<>();
    boolean newestFirst = filter.last() > 0;
    try (Rows rows =
        db.query(
            "SELECT seq, record FROM audit WHERE seq > ? ORDER BY seq"
                + (newestFirst ? " DESC" : ""),
            filter.afterSequence())) {
      while (rows.next()) {
        AuditRow row = decode(rows.number(1), rows.bytes(2));
        if (matches(filter, row)) {
          found.add(row);
          if (newestFirst && found.size() == filter.last()) {
            break;
          }
        }
      }
    }
    return newestFirst ? List.copyOf(found.reversed()) : List.copyOf(found);
  }

  private static boolean matches(AuditFilter filter, AuditRow row) {
    return (filter.since().isEmpty() || !row.at().isBefore(filter.since().get()))
        && (filter.event().isEmpty() || row.event().equals(filter.event().get()))
        && (filter.name().isEmpty()
            || (" " + row.names() + " ").contains(" " + filter.name().get() + " "))
        && (filter.place().isEmpty() || row.place().equals(filter.place().get()))
        && (filter.agent().isEmpty() || row.agent().equals(filter.agent().get()))
        && (filter.allowed().isEmpty() || row.allowed() == filter.allowed().get());
  }

  /** Walks the whole chain and compares its end with the authenticated one. */
  static AuditCheck verify(Database db, Meta meta, byte[] auditKey) {
    byte[] before = new byte[0];
    long expected = 1;
    try (Rows rows = db.query("SELECT seq, record, mac FROM audit ORDER BY seq")) {
      while (rows.next()) {
        long seq = rows.number(1);
        if (seq != expected) {
          return new AuditCheck.Broken(expected, "row " + expected + " is missing");
        }
        if (seq > meta.seq) {
          return new AuditCheck.Broken(seq, "row " + seq + " was added after the end of the log");
        }
        byte[] mac = rows.bytes(3);
        if (!Keys.equal(mac, mac(auditKey, seq, before, rows.bytes(2)))) {
          return new AuditCheck.Broken(seq, "row " + seq + " was changed");
        }
        before = mac;
        expected++;
      }
    }
    if (expected != meta.seq + 1) {
      return new AuditCheck.Broken(
          expected, "the log ends before row " + expected + ", it had " + meta.seq + " rows");
    }
    if (!Keys.equal(before, meta.mac)) {
      return new AuditCheck.Broken(meta.seq, "the end of the log is not what Pale wrote last");
    }
    return new AuditCheck.Intact(meta.seq);
  }
}
