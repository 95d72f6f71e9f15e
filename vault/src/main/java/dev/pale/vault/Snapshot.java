package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.crypto.EnvelopeOpener;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A second, sealed copy of an environment's current values, so that reading all of them opens two
 * sealed values and not two a secret: a run with a thousand secrets spends most of its time there
 * otherwise.
 *
 * <p>It is sealed under a fresh key of its own, bound to the MAC of the environment's row, and thus
 * to exactly one list of names and versions. Inside is a MAC over the version rows that it stands
 * for. Whoever changes one of those rows, or the snapshot, or puts an older one in its place only
 * makes that it no longer fits; then the rows are read one by one, which names the bad one. So a
 * snapshot can make a read faster, and never make it give another answer.
 *
 * <p>Each write of the environment replaces it in the same transaction: what was deleted is not in
 * it any more.
 */
final class Snapshot {
  /** Above it an environment has no snapshot: every write would write all of it again. */
  static final int MAX_BYTES = 256 * 1024;

  private static final int MAC_BYTES = Mac256.BYTES;

  /** SQLite's code for a row that is longer than it takes. */
  private static final int TOO_BIG = 18;

  private static final int WRAPPED_BYTES = Envelope.KEY_BYTES + Envelope.OVERHEAD_BYTES;

  /**
   * The rows marked as live, all that a version is read from, as one array: numbers, and lengths
   * before texts, so that no two tables have the same bytes. One call into SQLite; eight a secret
   * would take longer than all the rest. Rows that are longer than any in a snapshot are left out:
   * with them nothing fits.
   */
  private static final String LIVE_ROWS =
      "(SELECT CAST(group_concat(row, '') AS BLOB) FROM (SELECT octet_length(name)||' '||n||' '"
          + "||octet_length(kek)||' '||created||' '||octet_length(author)||' '"
          + "||octet_length(origin)||' '||octet_length(datakey)||' '||octet_length(sealed)||' '"
          + "||name||kek||author||origin||datakey||sealed AS row FROM version"
          + " WHERE environment = ?1 AND live = 1 AND octet_length(sealed) < "
          + 2 * MAX_BYTES
          + " ORDER BY name))";

  private static final String SELECT =
      "SELECT snapshot, " + LIVE_ROWS + " FROM environment WHERE id = ?1 AND snapshot <> x''";

  private static final String ROWS = "SELECT " + LIVE_ROWS;

  private static final String LENGTH =
      "SELECT sum(octet_length(sealed)) FROM version WHERE environment = ? AND live = 1";

  private static final String NAMES =
      "SELECT name, n FROM version WHERE environment = ? AND live = 1 ORDER BY name";

  /** The MAC over the rows, then names and values in turn, in the order of the names. */
  private final byte[] contents;

  private Snapshot(byte[] contents) {
    this.contents = contents;
  }

  /** The environment's snapshot, if it has one that fits its rows as they are now. */
  static @Nullable Snapshot open(Transaction tx, Environment in) {
    byte[] sealed;
    byte[] rows;
    try (Rows row = tx.db.query(SELECT, in.id())) {
      if (!row.next()) {
        return null;
      }
      sealed = row.bytes(1);
      rows = row.bytes(2);
    } catch (SqliteException e) {
      if (Failures.isDamage(e) || e.primary() == TOO_BIG) {
        return null;
      }
      throw e;
    }
    byte[] contents = unseal(tx.keys.opener(), in, sealed);
    if (contents == null) {
      return null;
    }
    if (contents.length < MAC_BYTES
        || !Keys.equal(mac(in, rows), Arrays.copyOf(contents, MAC_BYTES))) {
      Keys.wipe(contents);
      return null;
    }
    return new Snapshot(contents);
  }

  private static byte[] mac(Environment in, byte[] rows) {
    return new Mac256(in.project().macKey())
        .update(AssociatedData.of("pale/snapshot-rows/1").encoded())
        .update(rows)
        .finish();
  }

  private static byte @Nullable [] unseal(EnvelopeOpener opener, Environment in, byte[] sealed) {
    if (sealed.length < WRAPPED_BYTES) {
      return null;
    }
    AssociatedData bound = bound(in);
    try {
      byte[] key = opener.open(in.project().kek(), bound, Arrays.copyOf(sealed, WRAPPED_BYTES));
      try {
        return opener.open(key, bound, Arrays.copyOfRange(sealed, WRAPPED_BYTES, sealed.length));
      } finally {
        Keys.wipe(key);
      }
    } catch (AuthenticationException e) {
      return null;
    }
  }

  private static AssociatedData bound(Environment in) {
    return AssociatedData.of("pale/snapshot/1")
        .bytes(in.project().id())
        .bytes(in.id())
        .number(in.revision())
        .bytes(in.mac())
        .bytes(in.project().keyId());
  }

  /** Gives out the values, except for these names. */
  void give(Set<SecretName> except, SortedMap<SecretName, SecretValue> to) {
    Fields.Reader in = new Fields.Reader(contents);
    in.skip(MAC_BYTES);
    while (!in.atEnd()) {
      SecretName name = new SecretName(in.text());
      byte[] value = in.bytes();
      if (except.contains(name)) {
        Keys.wipe(value);
      } else {
        to.put(name, SecretValue.owning(name.text(), value));
      }
    }
  }

  /** All values by name, as arrays that belong to the caller. */
  SortedMap<String, byte[]> values() {
    TreeMap<String, byte[]> values = new TreeMap<>();
    Fields.Reader in = new Fields.Reader(contents);
    in.skip(MAC_BYTES);
    while (!in.atEnd()) {
      values.put(in.text(), in.bytes());
    }
    return values;
  }

  /** Whether the live values are more than a snapshot holds. */
  static boolean isTooLong(Transaction tx, Environment in) {
    return tx.db.number(LENGTH, in.id()) > MAX_BYTES;
  }

  /** Whether there is a snapshot, fitting or not. */
  static boolean exists(Transaction tx, Environment in) {
    return tx.db.number("SELECT octet_length(snapshot) FROM environment WHERE id = ?", in.id()) > 0;
  }

  /** Wipes what was opened. */
  void close() {
    Keys.wipe(contents);
  }

  /**
   * Replaces the snapshot, after the environment's row and the versions were written.
   *
   * @param values the live values, each known to be what its row holds; null when they are not all
   *     known, which leaves the environment without a snapshot
   */
  static void write(Transaction tx, Environment in, @Nullable SortedMap<String, byte[]> values) {
    byte[] sealed = new byte[0];
    if (values != null && standsFor(tx, in, values)) {
      byte[] contents = contents(tx, in, values);
      if (contents.length <= MAX_BYTES) {
        sealed = seal(in, contents);
      }
      Keys.wipe(contents);
    }
    tx.db.update("UPDATE environment SET snapshot = ? WHERE id = ?", sealed, in.id());
  }

  private static byte[] seal(Environment in, byte[] contents) {
    AssociatedData bound = bound(in);
    byte[] key = Keys.random(Envelope.KEY_BYTES);
    byte[] wrapped = Envelope.seal(in.project().kek(), bound, key);
    byte[] sealed = Envelope.seal(key, bound, contents);
    Keys.wipe(key);
    return new Fields.Writer(wrapped.length + sealed.length).raw(wrapped).raw(sealed).finish();
  }

  /**
   * Whether the rows marked as live are exactly the current ones of the list. The mark is not
   * authenticated: a current row without it would not be in the MAC.
   */
  private static boolean standsFor(
      Transaction tx, Environment in, SortedMap<String, byte[]> values) {
    int count = 0;
    try (Rows rows = tx.db.query(NAMES, in.id())) {
      while (rows.next()) {
        String name = rows.text(1);
        Manifest.Entry entry = in.manifest().entries().get(name);
        if (entry == null
            || !entry.live()
            || rows.number(2) != entry.current()
            || !values.containsKey(name)) {
          return false;
        }
        count++;
      }
    }
    return count == values.size() && count == in.manifest().liveCount();
  }

  private static byte[] contents(Transaction tx, Environment in, SortedMap<String, byte[]> values) {
    long bytes = MAC_BYTES;
    for (Map.Entry<String, byte[]> each : values.entrySet()) {
      bytes += 8 + each.getKey().length() + each.getValue().length;
    }
    if (bytes > MAX_BYTES) {
      return new byte[MAX_BYTES + 1];
    }
    byte[] rows;
    try (Rows row = tx.db.query(ROWS, in.id())) {
      rows = row.next() ? row.bytes(1) : new byte[0];
    }
    Fields.Writer out = new Fields.Writer((int) bytes).raw(mac(in, rows));
    for (Map.Entry<String, byte[]> each : values.entrySet()) {
      out.text(each.getKey()).bytes(each.getValue());
    }
    return out.finish();
  }
}
