package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes secrets of one environment, each as part of the caller's transaction. */
final class Writing {
  /** The longest value: a database page chain and a process's memory hold it with ease. */
  static final int MAX_VALUE_BYTES = 16 * 1024 * 1024;

  private final Transaction tx;
  private final Environment in;
  private final Versions versions;

  /** The live values, for the snapshot that every write leaves; null when not all are known. */
  private @Nullable SortedMap<String, byte[]> live;

  private boolean looked;

  private Writing(Transaction tx, Environment in) {
    this.tx = tx;
    this.in = in;
    this.versions = new Versions(tx, in);
  }

  static Writing in(Transaction tx, Place place) {
    return new Writing(tx, Environment.load(tx, place));
  }

  static Writing in(Transaction tx, Environment environment) {
    return new Writing(tx, environment);
  }

  int set(SecretName name, SecretValue value, Actor actor) {
    int n = add(name.text(), value.bytes(Reveal.SEAL), actor, "set");
    finish("set", name.text(), "version " + n, actor);
    return n;
  }

  SortedMap<SecretName, Integer> setAll(
      SortedMap<SecretName, SecretValue> values, String event, Actor actor) {
    TreeMap<SecretName, Integer> numbers = new TreeMap<>();
    TreeMap<SecretName, Integer> written = new TreeMap<>();
    for (Map.Entry<SecretName, SecretValue> each : values.entrySet()) {
      SecretName name = each.getKey();
      byte[] value = each.getValue().bytes(Reveal.SEAL);
      Manifest.Entry entry = in.manifest().entries().get(name.text());
      if (entry != null && entry.live() && holds(name.text(), entry.current(), value)) {
        numbers.put(name, entry.current());
      } else {
        int n = add(name.text(), value, actor, event);
        numbers.put(name, n);
        written.put(name, n);
      }
    }
    finish(event, Reading.names(written), written.size() + " new versions", actor);
    return numbers;
  }

  /** Whether the current version is this value; a damaged one is not, and is written anew. */
  private boolean holds(String name, int n, byte[] value) {
    try {
      byte[] current = versions.value(name, n);
      boolean same = Keys.equal(current, value);
      Keys.wipe(current);
      return same;
    } catch (PaleException e) {
      return false;
    }
  }

  /** Writes the next version of a name, without the environment's row. */
  int add(String name, byte[] value, Actor actor, String origin) {
    if (value.length > MAX_VALUE_BYTES) {
      throw PaleException.of(
          107,
          "the value of " + name + " is too long",
          value.length + " bytes; the vault takes up to " + MAX_VALUE_BYTES,
          "keep large data in a file of its own and only its key in the vault");
    }
    Manifest.Entry entry = in.manifest().entries().get(name);
    int n = entry == null ? 1 : Math.addExact(entry.current(), 1);
    unmark(name);
    versions.insert(name, n, value, author(actor), origin);
    keep(name, value.clone());
    in.manifest()
        .entries()
        .put(name, new Manifest.Entry(n, 0, entry == null ? 0 : entry.shreddedTo()));
    return n;
  }

  static String author(Actor actor) {
    return actor.isAgent() ? actor.user() + " (" + actor.agent() + ")" : actor.user();
  }

  /** Looks at the values as they were before this write; so before the first row is changed. */
  private @Nullable SortedMap<String, byte[]> live() {
    if (!looked) {
      looked = true;
      live = current();
    }
    return live;
  }

  private @Nullable SortedMap<String, byte[]> current() {
    if (in.manifest().liveCount() == 0) {
      return new TreeMap<>();
    }
    Snapshot snapshot = Snapshot.open(tx, in);
    if (snapshot != null) {
      SortedMap<String, byte[]> values = snapshot.values();
      snapshot.close();
      return values;
    }
    return Snapshot.isTooLong(tx, in) ? null : Reading.rows(tx, in);
  }

  private void keep(String name, byte[] value) {
    SortedMap<String, byte[]> values = live();
    if (values == null) {
      Keys.wipe(value);
    } else {
      forget(name);
      values.put(name, value);
    }
  }

  private void forget(String name) {
    SortedMap<String, byte[]> values = live();
    byte[] old = values == null ? null : values.remove(name);
    if (old != null) {
      Keys.wipe(old);
    }
  }

  private void unmark(String name) {
    forget(name);
    tx.db.update(
        "UPDATE version SET live = 0 WHERE environment = ? AND name = ? AND live = 1",
        in.id(),
        name);
  }

  void unset(SecretName name, Actor actor) {
    Manifest.Entry entry = entry(name);
    if (!entry.live()) {
      throw Reading.missing(in, name.text(), true);
    }
    unmark(name.text());
    in.manifest()
        .entries()
        .put(name.text(), new Manifest.Entry(entry.current(), tx.now, entry.shreddedTo()));
    finish("unset", name.text(), "", actor);
  }

  int restore(SecretName name, Actor actor) {
    Manifest.Entry entry = entry(name);
    if (entry.live()) {
      throw PaleException.of(
          108, "secret " + name + " of " + in.place() + " is not deleted", "", "");
    }
    if (entry.shreddedTo() >= entry.current()) {
      throw PaleException.of(
          106,
          "secret " + name + " of " + in.place() + " was destroyed",
          "its retention time had passed, or pale vault purge ended it",
          "pale set " + name);
    }
    live();
    byte[] value = versions.value(name.text(), entry.current());
    keep(name.text(), value);
    tx.db.update(
        "UPDATE version SET live = 1 WHERE environment = ? AND name = ? AND n = ?",
        in.id(),
        name.text(),
        entry.current());
    in.manifest()
        .entries()
        .put(name.text(), new Manifest.Entry(entry.current(), 0, entry.shreddedTo()));
    finish("restore", name.text(), "version " + entry.current(), actor);
    return entry.current();
  }

  int rollback(SecretName name, int version, Actor actor) {
    Manifest.Entry entry = entry(name);
    if (version < 1 || version > entry.current()) {
      throw PaleException.of(
          105,
          "secret " + name + " of " + in.place() + " has no version " + version,
          "it has versions 1 to " + entry.current(),
          "pale history " + name);
    }
    byte[] value = versions.value(name.text(), version);
    try {
      int n = add(name.text(), value, actor, "rollback to " + version);
      finish("rollback", name.text(), "version " + n + " equals " + version, actor);
      return n;
    } finally {
      Keys.wipe(value);
    }
  }

  private Manifest.Entry entry(SecretName name) {
    Manifest.Entry entry = in.manifest().entries().get(name.text());
    if (entry == null) {
      throw Reading.missing(in, name.text(), false);
    }
    return entry;
  }

  /** Writes the list under a new revision, and the snapshot that fits it. */
  private void save() {
    SortedMap<String, byte[]> values = live();
    in.save(tx);
    Snapshot.write(tx, in, values);
    if (values != null) {
      for (byte[] value : values.values()) {
        Keys.wipe(value);
      }
    }
    live = null;
    looked = false;
  }

  /** Destroys what is due, writes the list and the audit row. */
  void finish(String event, String names, String detail, Actor actor) {
    shredDue(tx.meta.retentionMillis);
    save();
    tx.audit(event, in, names, detail, actor);
  }

  /** Destroys what was deleted longer ago; writes and records nothing when there is none. */
  int purge(long retentionMillis, Actor actor) {
    List<String> names = shredDue(retentionMillis);
    if (!names.isEmpty()) {
      save();
      tx.audit("purge", in, String.join(" ", names), "", actor);
    }
    return names.size();
  }

  /** Destroys all versions of secrets that were deleted longer ago than so many milliseconds. */
  List<String> shredDue(long retentionMillis) {
    List<String> shredded = new ArrayList<>();
    for (Map.Entry<String, Manifest.Entry> each : in.manifest().entries().entrySet()) {
      Manifest.Entry entry = each.getValue();
      if (!entry.live()
          && entry.shreddedTo() < entry.current()
          && tx.now - entry.deletedAt() >= retentionMillis) {
        shredUpTo(each.getKey(), entry.current());
        each.setValue(new Manifest.Entry(entry.current(), entry.deletedAt(), entry.current()));
        shredded.add(each.getKey());
      }
    }
    return shredded;
  }

  private void shredUpTo(String name, int last) {
    List<Integer> numbers = new ArrayList<>();
    try (Rows rows =
        tx.db.query(
            "SELECT n FROM version WHERE environment = ? AND name = ? AND n <= ?",
            in.id(),
            name,
            last)) {
      while (rows.next()) {
        numbers.add((int) rows.number(1));
      }
    }
    for (int n : numbers) {
      versions.shred(name, n);
    }
  }
}
