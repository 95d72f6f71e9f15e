package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.ReadRequest;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gives current values out. On the path of every run: few statements, few classes. */
final class Reading {
  private static final String LIVE =
      "SELECT " + Versions.COLUMNS + " FROM version WHERE environment = ? AND live = 1";

  private final Transaction tx;
  private final Environment in;
  private final Versions versions;
  private final TreeMap<SecretName, SecretValue> values = new TreeMap<>();

  private Reading(Transaction tx, Environment in) {
    this.tx = tx;
    this.in = in;
    this.versions = new Versions(tx, in);
  }

  static SortedMap<SecretName, SecretValue> read(Transaction tx, ReadRequest request) {
    Environment in = Environment.load(tx, request.place());
    Reading reading = new Reading(tx, in);
    try {
      if (request.all()) {
        reading.all(request.names());
      } else {
        for (SecretName name : request.names()) {
          reading.one(name);
        }
      }
      tx.audit(event(request.verb()), in, names(reading.values), "", request.actor());
      return reading.values;
    } catch (RuntimeException | Error e) {
      close(reading.values);
      throw e;
    }
  }

  /** The live values, each read from its row; null when one of them cannot be read. */
  static @Nullable SortedMap<String, byte[]> rows(Transaction tx, Environment in) {
    Reading reading = new Reading(tx, in);
    try {
      reading.allRows(Set.of());
    } catch (PaleException e) {
      close(reading.values);
      return null;
    }
    TreeMap<String, byte[]> values = new TreeMap<>();
    for (Map.Entry<SecretName, SecretValue> each : reading.values.entrySet()) {
      values.put(each.getKey().text(), each.getValue().bytes(Reveal.SEAL));
    }
    return values;
  }

  static void close(SortedMap<SecretName, SecretValue> values) {
    for (SecretValue value : values.values()) {
      value.close();
    }
  }

  static String event(ReadRequest.Verb verb) {
    return switch (verb) {
      case GET -> "get";
      case RUN -> "run";
      case EXPORT -> "export";
      case EDIT -> "edit";
      case COMPARE -> "compare";
      case GATEWAY -> "gateway";
      case STORE -> "store";
    };
  }

  static String names(SortedMap<SecretName, ?> values) {
    StringBuilder out = new StringBuilder(values.size() * 20);
    for (SecretName name : values.keySet()) {
      if (!out.isEmpty()) {
        out.append(' ');
      }
      out.append(name.text());
    }
    return out.toString();
  }

  private void one(SecretName name) {
    Manifest.Entry entry = in.manifest().entries().get(name.text());
    if (entry == null || !entry.live()) {
      throw missing(in, name.text(), entry != null);
    }
    put(name, versions.value(name.text(), entry.current()));
  }

  private void all(Set<SecretName> except) {
    Snapshot snapshot = Snapshot.open(tx, in);
    if (snapshot == null) {
      allRows(except);
    } else {
      snapshot.give(except, values);
      snapshot.close();
    }
  }

  /** One walk over the rows that are marked live; the authenticated list decides which count. */
  private void allRows(Set<SecretName> except) {
    Map<String, SecretName> wanted = new HashMap<>();
    for (Map.Entry<String, Manifest.Entry> each : in.manifest().entries().entrySet()) {
      if (each.getValue().live()) {
        SecretName name = new SecretName(each.getKey());
        if (!except.contains(name)) {
          wanted.put(each.getKey(), name);
        }
      }
    }
    try (Rows rows = tx.db.query(LIVE, in.id())) {
      while (rows.next()) {
        String text = rows.text(1);
        SecretName name = wanted.get(text);
        Manifest.Entry entry = in.manifest().entries().get(text);
        if (name != null && entry != null && (int) rows.number(2) == entry.current()) {
          put(name, versions.open(rows, text, entry.current()));
          wanted.remove(text);
        }
      }
    } catch (SqliteException e) {
      if (!Failures.isDamage(e)) {
        throw e;
      }
      // A damaged page: what it does not hold is found name by name, the rest is named below.
    }
    for (SecretName name : new TreeMap<>(byName(wanted)).values()) {
      try {
        one(name);
      } catch (SqliteException e) {
        if (Failures.isDamage(e)) {
          throw damagedPage(in, name.text(), e);
        }
        throw e;
      }
    }
  }

  private static Map<SecretName, SecretName> byName(Map<String, SecretName> wanted) {
    Map<SecretName, SecretName> byName = new HashMap<>();
    for (SecretName name : wanted.values()) {
      byName.put(name, name);
    }
    return byName;
  }

  private void put(SecretName name, byte[] value) {
    SecretValue before = values.put(name, SecretValue.owning(name.text(), value));
    if (before != null) {
      before.close();
    }
  }

  static PaleException damagedPage(Environment in, String name, SqliteException cause) {
    return PaleException.of(
        214,
        "secret " + name + " of " + in.place() + " is on a damaged page of the vault's file",
        "the other secrets can be read: leave this one out (--except " + name + ")",
        "pale vault verify, then pale vault restore FILE",
        cause);
  }

  static PaleException missing(Environment in, String name, boolean deleted) {
    if (deleted) {
      return PaleException.of(
          104,
          "secret " + name + " was deleted from " + in.place(),
          "",
          "pale set " + name + " -e " + in.place().environment() + ", or restore it");
    }
    int count = in.manifest().liveCount();
    String near = Nearest.to(name, in.manifest().entries());
    return PaleException.of(
        104,
        "secret " + name + " is not in " + in.place(),
        in.place().environment()
            + " has "
            + count
            + (count == 1 ? " secret" : " secrets")
            + ", none with that name"
            + (near.isEmpty() ? "" : " (did you mean " + near + "?)"),
        "pale set " + name + " -e " + in.place().environment());
  }

  /** Whether two values are equal, without giving either out. */
  static boolean same(byte[] left, byte[] right) {
    try {
      return Keys.equal(left, right);
    } finally {
      Keys.wipe(left);
      Keys.wipe(right);
    }
  }
}
