package dev.pale.vault;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.Place;
import org.jspecify.annotations.Nullable;

/** An environment's row, authenticated, with its project's keys. Lives for one transaction. */
final class Environment {
  private static final String SELECT =
      """
      SELECT p.id, k.id, k.fingerprint, k.created, k.wrapped,
        e.id, e.created, e.changed, e.revision, e.manifest, e.mac, k.kind
      FROM project p
        LEFT JOIN key k ON k.project = p.id
        LEFT JOIN environment e ON e.project = p.id AND e.name = ?
      WHERE p.name = ?\
      """;

  private final Place place;
  private final ProjectKeys project;
  private final byte[] id;
  private final long created;
  private long changed;
  private long revision;
  private byte[] mac;

  /** The list as bytes, taken apart when somebody asks: reading all values need not. */
  private final byte[] encoded;

  private @Nullable Manifest manifest;

  private Environment(
      Place place,
      ProjectKeys project,
      byte[] id,
      long created,
      long changed,
      long revision,
      byte[] encoded,
      byte[] mac) {
    this.place = place;
    this.project = project;
    this.id = id;
    this.created = created;
    this.changed = changed;
    this.revision = revision;
    this.encoded = encoded;
    this.mac = mac;
  }

  /** Finds and authenticates; errors 111, 113, 222, 225. */
  static Environment load(Transaction tx, Place place) {
    try (Rows row = tx.db.query(SELECT, place.environment(), place.project())) {
      if (!row.next()) {
        throw Failures.unknownProject(place.project());
      }
      byte[] id = row.bytes(6);
      if (id.length == 0) {
        throw Failures.unknownEnvironment(place);
      }
      ProjectKeys project =
          ProjectKeys.open(
              tx,
              place.project(),
              row.bytes(1),
              new WrappedKey(
                  row.text(12),
                  row.bytes(2),
                  row.bytes(1),
                  row.text(3),
                  row.number(4),
                  row.bytes(5)));
      byte[] manifest = row.bytes(10);
      long created = row.number(7);
      long changed = row.number(8);
      long revision = row.number(9);
      byte[] mac = mac(project, place, id, created, changed, revision, manifest);
      if (!Keys.equal(mac, row.bytes(11))) {
        throw Failures.changed(
            222,
            "environment " + place,
            "its row, which lists its secrets, was changed, moved or put back after Pale wrote it;"
                + " other environments are not affected");
      }
      if (tx.meta.revisions.find(id) != revision) {
        throw Failures.changed(
            222,
            "environment " + place,
            "its row was put back to another state; other environments are not affected");
      }
      return new Environment(place, project, id, created, changed, revision, manifest, mac);
    }
  }

  /** Adds an empty environment to a project. */
  static Environment create(Transaction tx, Place place, ProjectKeys project) {
    byte[] id = Keys.random(16);
    byte[] manifest = new Manifest().encode();
    byte[] mac = mac(project, place, id, tx.now, tx.now, 1, manifest);
    Environment made = new Environment(place, project, id, tx.now, tx.now, 1, manifest, mac);
    tx.meta.revisions = tx.meta.revisions.with(id, 1);
    tx.db.update(
        "INSERT INTO environment"
            + " (id, project, name, created, changed, revision, manifest, mac, snapshot)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, x'')",
        made.id,
        project.id(),
        place.environment(),
        made.created,
        made.changed,
        made.revision,
        manifest,
        mac);
    return made;
  }

  /** Writes the list back under a new revision. */
  void save(Transaction tx) {
    revision++;
    changed = tx.now;
    tx.meta.revisions = tx.meta.revisions.with(id, revision); // Saved with the audit row.
    write(tx);
  }

  private void write(Transaction tx) {
    byte[] list = manifest().encode();
    mac = mac(project, place, id, created, changed, revision, list);
    int rows =
        tx.db.update(
            "UPDATE environment SET changed = ?, revision = ?, manifest = ?, mac = ? WHERE id = ?",
            changed,
            revision,
            list,
            mac,
            id);
    if (rows != 1) {
      throw Failures.changed(222, "environment " + place, "its row cannot be updated");
    }
  }

  private static byte[] mac(
      ProjectKeys project,
      Place place,
      byte[] id,
      long created,
      long changed,
      long revision,
      byte[] manifest) {
    return Mac256.of(
        project.macKey(),
        AssociatedData.of("pale/environment/1")
            .bytes(project.id())
            .text(place.project())
            .bytes(id)
            .text(place.environment())
            .number(created)
            .number(changed)
            .number(revision)
            .bytes(manifest)
            .encoded());
  }

  Place place() {
    return place;
  }

  ProjectKeys project() {
    return project;
  }

  byte[] id() {
    return id;
  }

  long created() {
    return created;
  }

  long changed() {
    return changed;
  }

  long revision() {
    return revision;
  }

  /** The MAC of the row: it stands for everything in it. */
  byte[] mac() {
    return mac;
  }

  Manifest manifest() {
    Manifest decoded = manifest;
    if (decoded == null) {
      decoded = Manifest.decode(encoded);
      manifest = decoded;
    }
    return decoded;
  }

  /** The keys of a project: the key-encryption key, and the MAC key derived from it. */
  static final class ProjectKeys {
    private final byte[] id;
    private final byte[] keyId;
    private final String fingerprint;
    private final byte[] kek;
    private final byte[] macKey;

    private ProjectKeys(byte[] id, byte[] keyId, String fingerprint, byte[] kek) {
      this.id = id;
      this.keyId = keyId;
      this.fingerprint = fingerprint;
      this.kek = kek;
      this.macKey = Hkdf.derive(kek, "pale lists 1");
    }

    static ProjectKeys open(Transaction tx, String name, byte[] id, WrappedKey key) {
      byte[] kek =
          key.unwrap(
              tx.keys.root(), tx.keys.vault(), tx.keys.fingerprint(), "the key of project " + name);
      return new ProjectKeys(id, key.id, key.fingerprint, kek);
    }

    byte[] id() {
      return id;
    }

    byte[] keyId() {
      return keyId;
    }

    String fingerprint() {
      return fingerprint;
    }

    byte[] kek() {
      return kek;
    }

    byte[] macKey() {
      return macKey;
    }
  }
}
