package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.EnvelopeOpener;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.PaleException;

/**
 * Seals and opens the versions of one environment. Each has a data key of its own, sealed under the
 * project's key; value and data key are bound to project, environment, name, number, key, and to
 * who made the version and how.
 */
final class Versions {
  /** The columns that {@link #open} reads, in its order. */
  static final String COLUMNS = "name, n, kek, created, author, origin, datakey, sealed";

  private static final String ONE =
      "SELECT " + COLUMNS + " FROM version WHERE environment = ? AND name = ? AND n = ?";

  private final Environment in;
  private final Transaction tx;
  private final AssociatedData forKey;
  private final AssociatedData forValue;

  Versions(Transaction tx, Environment in) {
    this.tx = tx;
    this.in = in;
    byte[] project = in.project().id();
    byte[] keyId = in.project().keyId();
    forKey = AssociatedData.of("pale/data-key/1").bytes(project).bytes(in.id()).bytes(keyId);
    forValue = AssociatedData.of("pale/value/1").bytes(project).bytes(in.id()).bytes(keyId);
  }

  private static AssociatedData bound(
      AssociatedData place, String name, int n, long created, String author, String origin) {
    return place.text(name).number(n).number(created).text(author).text(origin);
  }

  /** Adds a version row; the value's array stays the caller's. */
  void insert(String name, int n, byte[] value, String author, String origin) {
    byte[] dataKey = Keys.random(32);
    try {
      tx.db.update(
          "INSERT INTO version"
              + " (environment, name, n, live, kek, created, author, origin, datakey, sealed)"
              + " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
          in.id(),
          name,
          n,
          in.project().keyId(),
          tx.now,
          author,
          origin,
          Envelope.seal(
              in.project().kek(), bound(forKey, name, n, tx.now, author, origin), dataKey),
          Envelope.seal(dataKey, bound(forValue, name, n, tx.now, author, origin), value));
    } finally {
      Keys.wipe(dataKey);
    }
  }

  /** The value of the row under the cursor, which must be of this name and number. */
  byte[] open(Rows row, String name, int n) {
    byte[] dataKey = dataKey(row, name, n);
    try {
      return tx.keys
          .opener()
          .open(
              dataKey,
              bound(forValue, name, n, row.number(4), row.text(5), row.text(6)),
              row.bytes(8));
    } catch (AuthenticationException e) {
      throw Failures.badVersion(in.place(), name, n);
    } finally {
      Keys.wipe(dataKey);
    }
  }

  /** The data key alone: enough to know that number, date, author and origin are as written. */
  byte[] dataKey(Rows row, String name, int n) {
    byte[] wrapped = row.bytes(7);
    if (isShredded(row)) {
      if (!Keys.equal(tombstone(row, name, n), row.bytes(8))) {
        throw Failures.badVersion(in.place(), name, n);
      }
      throw PaleException.of(
          106,
          "version " + n + " of " + name + " in " + in.place() + " was destroyed",
          "its data key was deleted when its retention time had passed, or by pale vault purge",
          "pale set " + name);
    }
    EnvelopeOpener opener = tx.keys.opener();
    if (!Keys.equal(row.bytes(3), in.project().keyId())) {
      throw Failures.badVersion(in.place(), name, n);
    }
    try {
      return opener.open(
          in.project().kek(),
          bound(forKey, name, n, row.number(4), row.text(5), row.text(6)),
          wrapped);
    } catch (AuthenticationException e) {
      throw Failures.badVersion(in.place(), name, n);
    }
  }

  static boolean isShredded(Rows row) {
    return row.bytes(7).length == 0;
  }

  /**
   * What stands in place of a destroyed value: it vouches for the row's date, author and origin.
   */
  private byte[] tombstone(Rows row, String name, int n) {
    return Mac256.of(
        in.project().macKey(),
        bound(
                AssociatedData.of("pale/shredded/1").bytes(in.id()),
                name,
                n,
                row.number(4),
                row.text(5),
                row.text(6))
            .encoded());
  }

  /** The value of one version; error 221 when its row is gone. */
  byte[] value(String name, int n) {
    try (Rows row = tx.db.query(ONE, in.id(), name, n)) {
      if (!row.next()) {
        throw Failures.missingVersion(in.place(), name, n);
      }
      return open(row, name, n);
    }
  }

  /** Destroys the data key and the value of one version, if that was not done before. */
  boolean shred(String name, int n) {
    byte[] stone;
    try (Rows row = tx.db.query(ONE, in.id(), name, n)) {
      if (!row.next() || isShredded(row)) {
        return false;
      }
      stone = tombstone(row, name, n);
    }
    return tx.db.update(
            "UPDATE version SET datakey = x'', sealed = ?, live = 0"
                + " WHERE environment = ? AND name = ? AND n = ?",
            stone,
            in.id(),
            name,
            n)
        == 1;
  }
}
