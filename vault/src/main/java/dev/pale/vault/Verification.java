package dev.pale.vault;

import dev.pale.crypto.Keys;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads everything there is and checks every tag; one bad row does not stop it. */
final class Verification {
  private final Transaction tx;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Long> revisions = new HashMap<>();
  private long projects;
  private long environments;
  private long values;
  private long shredded;

  private Verification(Transaction tx) {
    this.tx = tx;
  }

  static VaultCheck run(Transaction tx) {
    Verification check = new Verification(tx);
    return check.run();
  }

  private VaultCheck run() {
    step("the file", this::pages);
    AuditCheck audit = new AuditCheck.Broken(0, "the log cannot be read");
    try {
      audit = AuditLog.verify(tx.db, tx.meta, tx.keys.auditKey());
      revisionsOfTheLog();
    } catch (SqliteException e) {
      problems.add("the audit log: " + Failures.of(e, tx.db.file()).what());
    }
    step("the slots", () -> Slots.checked(tx));
    step("the list of projects", () -> Places.checkedNames(tx));
    List<String> names = new ArrayList<>();
    step(
        "the projects",
        () -> {
          try (Rows rows = tx.db.query("SELECT name FROM project ORDER BY name")) {
            while (rows.next()) {
              names.add(rows.text(1));
            }
          }
        });
    for (String name : names) {
      step("project " + name, () -> project(name));
    }
    step("rows that belong nowhere", this::orphans);
    return new VaultCheck(projects, environments, values, shredded, audit, problems);
  }

  private void step(String what, Runnable check) {
    try {
      check.run();
    } catch (PaleException e) {
      problems.add(e.what() + (e.why().isEmpty() ? "" : ": " + e.why()));
    } catch (SqliteException e) {
      problems.add(what + ": " + Failures.of(e, tx.db.file()).what());
    }
  }

  private void pages() {
    try (Rows rows = tx.db.query("PRAGMA integrity_check(20)")) {
      while (rows.next()) {
        String line = rows.text(1);
        if (!line.equals("ok")) {
          problems.add("the file " + tx.db.file() + ": " + line.replace('\n', ' '));
        }
      }
    }
  }

  /** The last revision of each environment that the log tells of. */
  private void revisionsOfTheLog() {
    try (Rows rows = tx.db.query("SELECT seq, record FROM audit ORDER BY seq")) {
      while (rows.next()) {
        byte[] record = rows.bytes(2);
        AuditRow row = AuditLog.decode(rows.number(1), record);
        if (row.event().equals("delete-environment") && row.allowed()) {
          revisions.remove(row.place());
        } else {
          long revision = AuditLog.revision(record);
          if (revision > 0) {
            revisions.put(row.place(), revision);
          }
        }
      }
    }
  }

  private void project(String name) {
    projects++;
    try {
      Places.project(tx, name);
    } catch (PaleException e) {
      problems.add(e.what() + ": " + e.why());
      if (e.code() == 225) {
        return;
      }
    }
    List<String> names = new ArrayList<>();
    try (Rows rows =
        tx.db.query(
            "SELECT e.name FROM environment e JOIN project p ON p.id = e.project"
                + " WHERE p.name = ? ORDER BY e.name",
            name)) {
      while (rows.next()) {
        names.add(rows.text(1));
      }
    }
    for (String environment : names) {
      if (!Place.isSegment(name) || !Place.isSegment(environment)) {
        problems.add("an environment of project " + name + " has a name that Pale does not write");
      } else {
        Place place = new Place(name, environment);
        step("environment " + place, () -> environment(place));
      }
    }
  }

  private void environment(Place place) {
    environments++;
    Environment in = Environment.load(tx, place);
    Long logged = revisions.get(place.toString());
    if (logged == null || logged != in.revision()) {
      problems.add(
          "environment "
              + place
              + " has revision "
              + in.revision()
              + ", the audit log tells of "
              + (logged == null ? "none" : logged)
              + ": it was put back to another state");
    }
    Versions versions = new Versions(tx, in);
    int before = problems.size();
    Set<String> expected = new HashSet<>();
    for (Map.Entry<String, Manifest.Entry> each : in.manifest().entries().entrySet()) {
      for (int n = 1; n <= each.getValue().current(); n++) {
        int number = n;
        expected.add(each.getKey() + "/" + n);
        step(
            "secret " + each.getKey() + " of " + place + ", version " + n,
            () -> version(versions, each.getKey(), number, each.getValue(), place));
      }
    }
    try (Rows rows = tx.db.query("SELECT name, n FROM version WHERE environment = ?", in.id())) {
      while (rows.next()) {
        String row = rows.text(1) + "/" + rows.number(2);
        if (!expected.contains(row)) {
          problems.add("environment " + place + " has a row that its list does not name: " + row);
        }
      }
    }
    if (problems.size() == before) {
      // With a bad row the snapshot cannot fit, and the row is what must be told.
      step("the snapshot of environment " + place, () -> snapshot(in, versions, place));
    }
  }

  private void snapshot(Environment in, Versions versions, Place place) {
    if (!Snapshot.exists(tx, in)) {
      return;
    }
    Snapshot snapshot = Snapshot.open(tx, in);
    boolean fits = snapshot != null;
    if (snapshot != null) {
      Map<String, byte[]> values = snapshot.values();
      snapshot.close();
      fits = values.size() == in.manifest().liveCount();
      for (Map.Entry<String, byte[]> each : values.entrySet()) {
        Manifest.Entry entry = in.manifest().entries().get(each.getKey());
        fits &=
            entry != null
                && entry.live()
                && Reading.same(each.getValue(), versions.value(each.getKey(), entry.current()));
      }
    }
    if (!fits) {
      problems.add(
          "the snapshot of environment "
              + place
              + " was changed or put back: it is not used, values are read from their rows");
    }
  }

  private void version(Versions versions, String name, int n, Manifest.Entry entry, Place place) {
    try {
      Keys.wipe(versions.value(name, n));
      if (n <= entry.shreddedTo()) {
        problems.add(
            "secret " + name + " of " + place + ", version " + n + ", was destroyed and came back");
      }
      values++;
    } catch (PaleException e) {
      if (e.code() == 106 && n <= entry.shreddedTo()) {
        shredded++;
      } else {
        throw e;
      }
    }
  }

  private void orphans() {
    count(
        "SELECT count(*) FROM version WHERE environment NOT IN (SELECT id FROM environment)",
        "versions without an environment");
    count(
        "SELECT count(*) FROM environment WHERE project NOT IN (SELECT id FROM project)",
        "environments without a project");
    count(
        "SELECT count(*) FROM key WHERE project <> x'' AND project NOT IN (SELECT id FROM project)",
        "keys without a project");
    count("SELECT count(*) FROM key k WHERE k.project = x'' AND k.kind <> 'audit'", "unknown keys");
  }

  private void count(String sql, String what) {
    long found = tx.db.number(sql);
    if (found > 0) {
      problems.add("the file has " + found + " " + what);
    }
  }
}
