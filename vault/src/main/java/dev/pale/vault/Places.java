package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.Actor;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Projects and environments. The list of projects is under a MAC in the meta row, the list of a
 * project's environments under one in the project's row, so that a whole one that vanished or came
 * back is noticed.
 */
final class Places {
  private Places() {}

  /** A project's row with its unwrapped keys. */
  record Project(String name, long created, Environment.ProjectKeys keys) {}

  private static final String PROJECT =
      """
      SELECT p.id, p.created, p.mac, k.id, k.fingerprint, k.created, k.wrapped, k.kind
      FROM project p LEFT JOIN key k ON k.project = p.id WHERE p.name = ?\
      """;

  /** The project, with its list of environments checked; errors 111, 225, 227. */
  static Project project(Transaction tx, String name) {
    Project project;
    byte[] mac;
    try (Rows row = tx.db.query(PROJECT, name)) {
      if (!row.next()) {
        throw Failures.unknownProject(name);
      }
      byte[] id = row.bytes(1);
      WrappedKey key =
          new WrappedKey(row.text(8), row.bytes(4), id, row.text(5), row.number(6), row.bytes(7));
      project = new Project(name, row.number(2), Environment.ProjectKeys.open(tx, name, id, key));
      mac = row.bytes(3);
    }
    if (!Keys.equal(mac, mac(tx, project))) {
      throw Failures.changed(
          227,
          "project " + name,
          "its row was changed, or an environment was added, renamed or taken away behind Pale's"
              + " back");
    }
    return project;
  }

  private static byte[] mac(Transaction tx, Project project) {
    AssociatedData list =
        AssociatedData.of("pale/project/1")
            .bytes(project.keys.id())
            .text(project.name)
            .number(project.created);
    try (Rows rows =
        tx.db.query(
            "SELECT id, name FROM environment WHERE project = ? ORDER BY name",
            project.keys.id())) {
      while (rows.next()) {
        list = list.bytes(rows.bytes(1)).text(rows.text(2));
      }
    }
    return Mac256.of(project.keys.macKey(), list.encoded());
  }

  private static void save(Transaction tx, Project project) {
    tx.db.update("UPDATE project SET mac = ? WHERE id = ?", mac(tx, project), project.keys.id());
  }

  private static List<String> projectNames(Transaction tx) {
    List<String> names = new ArrayList<>();
    try (Rows rows = tx.db.query("SELECT name FROM project ORDER BY name")) {
      while (rows.next()) {
        names.add(rows.text(1));
      }
    }
    return names;
  }

  /** The names of all projects; error 227 when the list was changed. */
  static List<String> checkedNames(Transaction tx) {
    List<String> names = projectNames(tx);
    if (!Keys.equal(tx.keys.placesMac(names), tx.meta.places)) {
      throw Failures.changed(
          227,
          "the list of projects",
          "a project was added, renamed or taken away behind Pale's back");
    }
    return names;
  }

  static List<ProjectInfo> projects(Transaction tx) {
    List<ProjectInfo> found = new ArrayList<>();
    for (String name : checkedNames(tx)) {
      Project project = project(tx, name);
      long environments =
          tx.db.number("SELECT count(*) FROM environment WHERE project = ?", project.keys.id());
      found.add(
          new ProjectInfo(
              name,
              (int) environments,
              Instant.ofEpochMilli(project.created),
              project.keys.fingerprint()));
    }
    return List.copyOf(found);
  }

  static void createProject(Transaction tx, String name, Actor actor) {
    addProject(tx, name);
    tx.audit(new AuditLog.Entry("create-project", true, name, 0, "", ""), actor);
  }

  private static void addProject(Transaction tx, String name) {
    Place.requireSegment("project", name);
    List<String> before = checkedNames(tx);
    if (before.contains(name)) {
      throw PaleException.of(
          110, "project " + name + " exists already", "", "use it, or choose another name");
    }
    byte[] id = Keys.random(16);
    byte[] kek = Keys.random(32);
    WrappedKey key =
        WrappedKey.wrap(
            tx.keys.root(),
            tx.keys.vault(),
            tx.keys.fingerprint(),
            WrappedKey.PROJECT,
            Keys.random(16),
            id,
            tx.now,
            kek);
    Keys.wipe(kek);
    insert(tx.db, key);
    tx.db.update(
        "INSERT INTO project (id, name, created, mac) VALUES (?, ?, ?, x'')", id, name, tx.now);
    save(tx, new Project(name, tx.now, Environment.ProjectKeys.open(tx, name, id, key)));
    tx.meta.places = tx.keys.placesMac(projectNames(tx));
  }

  static void insert(Database db, WrappedKey key) {
    db.update(
        "INSERT INTO key (id, kind, project, fingerprint, created, wrapped)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        key.id,
        key.kind,
        key.project,
        key.fingerprint,
        key.created,
        key.wrapped);
  }

  static List<String> environmentNames(Transaction tx, Project project) {
    List<String> names = new ArrayList<>();
    try (Rows rows =
        tx.db.query(
            "SELECT name FROM environment WHERE project = ? ORDER BY name", project.keys.id())) {
      while (rows.next()) {
        names.add(rows.text(1));
      }
    }
    return names;
  }

  static List<EnvironmentInfo> environments(Transaction tx, String name) {
    Project project = project(tx, name);
    List<EnvironmentInfo> found = new ArrayList<>();
    for (String environment : environmentNames(tx, project)) {
      Environment in = Environment.load(tx, new Place(name, environment));
      found.add(
          new EnvironmentInfo(
              environment,
              in.manifest().liveCount(),
              Instant.ofEpochMilli(in.created()),
              Instant.ofEpochMilli(in.changed())));
    }
    return List.copyOf(found);
  }

  static Environment createEnvironment(Transaction tx, Place place) {
    Project project = project(tx, place.project());
    if (environmentNames(tx, project).contains(place.environment())) {
      throw PaleException.of(
          112, "environment " + place + " exists already", "", "use it, or choose another name");
    }
    Environment made = Environment.create(tx, place, project.keys);
    save(tx, project);
    return made;
  }

  static void copy(Transaction tx, Place from, Place to, Actor actor) {
    Environment source = Environment.load(tx, from);
    Versions values = new Versions(tx, source);
    Environment target = createEnvironment(tx, to);
    Writing writing = Writing.in(tx, target);
    TreeMap<String, Manifest.Entry> live = new TreeMap<>();
    for (Map.Entry<String, Manifest.Entry> each : source.manifest().entries().entrySet()) {
      if (each.getValue().live()) {
        live.put(each.getKey(), each.getValue());
      }
    }
    for (Map.Entry<String, Manifest.Entry> each : live.entrySet()) {
      byte[] value = values.value(each.getKey(), each.getValue().current());
      try {
        writing.add(each.getKey(), value, actor, "copy of " + from);
      } finally {
        Keys.wipe(value);
      }
    }
    writing.finish("copy", String.join(" ", live.keySet()), "from " + from, actor);
  }

  /** Deletes all rows; secure_delete overwrites them, and the data keys with them. */
  static void delete(Transaction tx, Place place, Actor actor) {
    Project project = project(tx, place.project());
    byte[] id;
    try (Rows row =
        tx.db.query(
            "SELECT id FROM environment WHERE project = ? AND name = ?",
            project.keys.id(),
            place.environment())) {
      if (!row.next()) {
        throw Failures.unknownEnvironment(place);
      }
      id = row.bytes(1);
    }
    int versions = tx.db.update("DELETE FROM version WHERE environment = ?", id);
    tx.db.update("DELETE FROM environment WHERE id = ?", id);
    tx.meta.revisions = tx.meta.revisions.without(id);
    save(tx, project);
    tx.audit(
        new AuditLog.Entry(
            "delete-environment", true, place.toString(), 0, "", versions + " versions destroyed"),
        actor);
  }
}
