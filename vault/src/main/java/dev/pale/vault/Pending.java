package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import java.time.InstantSource;

/**
 * Notes refusals, and what needs no key, while the vault is locked. Without the audit key nobody
 * can vouch for them, so they are few, and marked when the next unlocked transaction takes them
 * into the log.
 */
final class Pending {
  private static final int LIMIT = 1000;

  private Pending() {}

  /** Notes that this process could not unlock; quiet, because the failure itself is reported. */
  static void note(Database db, String event, PaleException why) {
    Actor self =
        new Actor(
            System.getProperty("user.name", ""), "", "", event, ProcessHandle.current().pid());
    note(db, event, false, why.codeText() + " " + why.what(), self);
  }

  static boolean note(Database db, String event, boolean allowed, String detail, Actor actor) {
    try {
      db.begin();
      db.update(
          "INSERT INTO audit_pending (record) SELECT ?"
              + " WHERE (SELECT count(*) FROM audit_pending) < "
              + LIMIT,
          AuditLog.record(
              InstantSource.system().millis(),
              new AuditLog.Entry(event, allowed, "", 0, "", detail),
              actor));
      db.commit();
      return true;
    } catch (SqliteException e) {
      db.rollback();
      return false;
    }
  }
}
