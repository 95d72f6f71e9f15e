package dev.pale.vault;

import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.system.Folders;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * An unlocked vault: one connection, its keys, and the shape of every transaction: take the write
 * lock, check the description and that the log is not older than what was seen, do the work with
 * its audit row, commit, remember the end of the log.
 */
final class Session implements AutoCloseable {
  /** How many changes of the root key by other processes one transaction follows. */
  private static final int ROOT_CHANGES = 100;

  private final Folders folders;
  private final Database db;
  private final Unlocking unlocking;
  private final InstantSource clock;
  private final AuditHead head;
  private KeyRing keys;

  private Session(
      Folders folders, Database db, Unlocking unlocking, InstantSource clock, KeyRing keys) {
    this.folders = folders;
    this.db = db;
    this.unlocking = unlocking;
    this.clock = clock;
    this.keys = keys;
    this.head = new AuditHead(folders.state(), keys.vault());
  }

  /** What is done in a transaction. */
  interface Work<T> {
    T run(Transaction tx);
  }

  /** Opens and unlocks the vault of these folders. */
  static Session open(Folders folders, Unlocking unlocking, InstantSource clock) {
    Database db = database(folders);
    try {
      return new Session(folders, db, unlocking, clock, unlocked(db, folders, unlocking));
    } catch (SqliteException e) {
      db.close();
      throw Failures.of(e, db.file());
    } catch (RuntimeException e) {
      db.close();
      throw e;
    }
  }

  /**
   * The keys of the vault as it is now. Description, slots and key file are read one after the
   * other: when another process changed the root key in between, they do not fit together, and are
   * read again.
   */
  private static KeyRing unlocked(Database db, Folders folders, Unlocking unlocking) {
    for (int attempt = 0; ; attempt++) {
      Meta meta = Meta.read(db);
      try {
        return KeyRing.open(meta, Unlock.root(db, meta, folders, unlocking));
      } catch (PaleException e) {
        if (attempt == 5 || Meta.read(db).root.equals(meta.root)) {
          throw e;
        }
      }
    }
  }

  /** Over a vault that was just made or whose root key is known in another way. */
  static Session over(
      Folders folders, Database db, Unlocking unlocking, InstantSource clock, KeyRing keys) {
    return new Session(folders, db, unlocking, clock, keys);
  }

  /** Opens the file, locked; error 200 when there is none. */
  static Database database(Folders folders) {
    java.nio.file.Path file = Database.fileIn(folders);
    if (!java.nio.file.Files.exists(file)) {
      throw PaleException.of(
          200, "there is no vault on this machine yet", file + " is not there", "pale init");
    }
    FileGuard.folder(folders.data());
    FileGuard.check("vault's file", file);
    return Database.open(file, folders);
  }

  /**
   * One transaction that writes. When the work fails, everything is taken back, a row that tells of
   * the refusal is added, and the failure goes on.
   *
   * @param refusal how the refused attempt is recorded
   */
  <T> T write(Actor actor, Refusal refusal, Work<T> work) {
    try {
      Transaction tx = begin(true);
      T result = work.run(tx);
      db.commit();
      head.write(tx.meta, actor.pid());
      return result;
    } catch (SqliteException e) {
      db.rollback();
      PaleException failure = Failures.of(e, db.file());
      if (Failures.isDamage(e)) {
        recordRefusal(actor, refusal, failure);
      }
      throw failure;
    } catch (PaleException e) {
      db.rollback();
      recordRefusal(actor, refusal, e);
      throw e;
    } catch (RuntimeException | Error e) {
      db.rollback();
      throw e;
    }
  }

  /** How a refused attempt is recorded. */
  record Refusal(String event, String place, String names) {}

  private void recordRefusal(Actor actor, Refusal refusal, PaleException why) {
    int code = why.code();
    if (code == 202 || code == 224 || code == 226 || (code >= 210 && code <= 219 && code != 214)) {
      return; // The log itself is what cannot be written or trusted.
    }
    try {
      Transaction tx = begin(true);
      tx.audit(
          new AuditLog.Entry(
              refusal.event,
              false,
              refusal.place,
              0,
              refusal.names,
              why.codeText() + " " + why.what()),
          actor);
      db.commit();
      head.write(tx.meta, actor.pid());
    } catch (SqliteException | PaleException e) {
      db.rollback();
      why.addSuppressed(e);
    }
  }

  /** One transaction that reads what gives no value out and is not recorded. */
  <T> T look(Work<T> work) {
    try {
      Transaction tx = begin(false);
      T result = work.run(tx);
      db.commit();
      return result;
    } catch (SqliteException e) {
      db.rollback();
      throw Failures.of(e, db.file());
    } catch (RuntimeException | Error e) {
      db.rollback();
      throw e;
    }
  }

  private Transaction begin(boolean writing) {
    for (int attempt = 0; ; attempt++) {
      if (writing) {
        db.begin();
      } else {
        db.beginReading();
      }
      Meta meta = Meta.read(db);
      if (!meta.root.equals(keys.fingerprint())) {
        // Another process changed the root key. Unlocking may ask, so not while holding the lock.
        db.rollback();
        if (attempt == ROOT_CHANGES) {
          throw Failures.rootKeepsChanging();
        }
        KeyRing fresh = unlocked(db, folders, unlocking);
        keys.close();
        keys = fresh;
        continue;
      }
      meta.authenticate(keys.auditKey());
      Transaction tx = new Transaction(db, keys, meta, clock.millis());
      if (writing) {
        head.check(db, meta);
        if (meta.pending) {
          absorb(tx);
        }
      }
      return tx;
    }
  }

  /** Takes over what was noted while the vault was locked; nobody vouches for those rows. */
  private void absorb(Transaction tx) {
    List<byte[]> records = new ArrayList<>();
    try (Rows rows = db.query("SELECT record FROM audit_pending ORDER BY id LIMIT 1000")) {
      while (rows.next()) {
        records.add(rows.bytes(1));
      }
    }
    for (byte[] record : records) {
      AuditRow row = AuditLog.decode(0, record);
      tx.auditAt(
          row.at().toEpochMilli(),
          new AuditLog.Entry(
              row.event(),
              row.allowed(),
              row.place(),
              0,
              row.names(),
              "noted while locked, not authenticated: " + row.detail()),
          new Actor(row.user(), row.agent(), row.reason(), row.command(), row.pid()));
    }
    db.update("DELETE FROM audit_pending");
  }

  /** After something was destroyed: its old pages leave the WAL now, as far as readers allow. */
  void forgetOldPages() {
    try {
      db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SqliteException e) {
      // Another process reads; the last one to close does it.
    }
  }

  Database db() {
    return db;
  }

  KeyRing keys() {
    return keys;
  }

  /** Exchanges the keys after a rekey was committed. */
  void rekeyed(KeyRing fresh) {
    keys.close();
    keys = fresh;
  }

  Folders folders() {
    return folders;
  }

  AuditHead head() {
    return head;
  }

  InstantSource clock() {
    return clock;
  }

  @Override
  public void close() {
    keys.close();
    db.close();
  }
}
