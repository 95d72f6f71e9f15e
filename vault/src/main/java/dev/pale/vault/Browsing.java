package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import dev.pale.secrets.SecretName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Shows what is there without giving a value out. */
final class Browsing {
  private Browsing() {}

  private static final String ONE =
      "SELECT " + Versions.COLUMNS + " FROM version WHERE environment = ? AND name = ? AND n = ?";

  /** Destroyed secrets are left out: only the number of their last version is kept. */
  static List<SecretInfo> list(Transaction tx, Place place, Actor actor) {
    Environment in = Environment.load(tx, place);
    Versions versions = new Versions(tx, in);
    List<SecretInfo> found = new ArrayList<>();
    for (Map.Entry<String, Manifest.Entry> each : in.manifest().entries().entrySet()) {
      Manifest.Entry entry = each.getValue();
      if (entry.live() || entry.shreddedTo() < entry.current()) {
        found.add(info(tx, in, versions, each.getKey(), entry));
      }
    }
    tx.audit("list", in, "", "", actor);
    return List.copyOf(found);
  }

  private static SecretInfo info(
      Transaction tx, Environment in, Versions versions, String name, Manifest.Entry entry) {
    Optional<Instant> deleted =
        entry.live() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(entry.deletedAt()));
    try (Rows row = tx.db.query(ONE, in.id(), name, entry.current())) {
      if (row.next()) {
        Keys.wipe(versions.dataKey(row, name, entry.current()));
        return new SecretInfo(
            new SecretName(name),
            entry.current(),
            Instant.ofEpochMilli(row.number(4)),
            row.text(5),
            deleted,
            false);
      }
    } catch (PaleException e) {
      // One bad row does not hide the others: it is listed as damaged.
    } catch (SqliteException e) {
      if (!Failures.isDamage(e)) {
        throw e;
      }
    }
    return new SecretInfo(new SecretName(name), entry.current(), Instant.EPOCH, "", deleted, true);
  }

  static List<VersionInfo> history(Transaction tx, Place place, SecretName name, Actor actor) {
    Environment in = Environment.load(tx, place);
    Manifest.Entry entry = in.manifest().entries().get(name.text());
    if (entry == null) {
      throw Reading.missing(in, name.text(), false);
    }
    Versions versions = new Versions(tx, in);
    List<VersionInfo> found = new ArrayList<>();
    for (int n = entry.current(); n >= 1; n--) {
      try (Rows row = tx.db.query(ONE, in.id(), name.text(), n)) {
        if (!row.next()) {
          throw Failures.missingVersion(place, name.text(), n);
        }
        boolean shredded = Versions.isShredded(row);
        if (!shredded) {
          Keys.wipe(versions.dataKey(row, name.text(), n));
        }
        found.add(
            new VersionInfo(
                n,
                Instant.ofEpochMilli(row.number(4)),
                row.text(5),
                row.text(6),
                shredded,
                entry.live() && n == entry.current()));
      }
    }
    tx.audit("history", in, name.text(), "", actor);
    return List.copyOf(found);
  }

  static List<Difference> diff(Transaction tx, Place left, Place right, Actor actor) {
    Environment one = Environment.load(tx, left);
    Environment two = Environment.load(tx, right);
    Versions ones = new Versions(tx, one);
    Versions twos = new Versions(tx, two);
    TreeSet<String> names = new TreeSet<>();
    live(one, names);
    live(two, names);
    List<Difference> found = new ArrayList<>();
    for (String name : names) {
      Manifest.Entry a = one.manifest().entries().get(name);
      Manifest.Entry b = two.manifest().entries().get(name);
      Difference.Kind kind;
      if (b == null || !b.live()) {
        kind = Difference.Kind.ONLY_LEFT;
      } else if (a == null || !a.live()) {
        kind = Difference.Kind.ONLY_RIGHT;
      } else {
        kind =
            Reading.same(ones.value(name, a.current()), twos.value(name, b.current()))
                ? Difference.Kind.SAME
                : Difference.Kind.DIFFERENT;
      }
      found.add(new Difference(new SecretName(name), kind));
    }
    tx.audit("diff", one, String.join(" ", names), "with " + right, actor);
    return List.copyOf(found);
  }

  private static void live(Environment in, java.util.Set<String> names) {
    for (Map.Entry<String, Manifest.Entry> each : in.manifest().entries().entrySet()) {
      if (each.getValue().live()) {
        names.add(each.getKey());
      }
    }
  }
}
