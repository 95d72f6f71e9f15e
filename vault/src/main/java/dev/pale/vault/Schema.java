package dev.pale.vault;

/**
 * The tables. Everything in them is sealed or under a MAC, but for {@code live}, which only finds
 * rows faster, and {@code audit_pending}, which is marked as unauthenticated when it is absorbed.
 */
final class Schema {
  private Schema() {}

  private static final String[] TABLES = {
    // One row. seq and mac are the end of the audit chain; places is a MAC over the projects,
    // revisions tells which state of each environment is the present one.
    """
    CREATE TABLE meta (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      format INTEGER NOT NULL,
      vault BLOB NOT NULL,
      created INTEGER NOT NULL,
      retention INTEGER NOT NULL,
      root TEXT NOT NULL,
      seq INTEGER NOT NULL,
      mac BLOB NOT NULL,
      places BLOB NOT NULL,
      revisions BLOB NOT NULL,
      tag BLOB NOT NULL)\
    """,
    // The audit key (project is empty) and one key-encryption key a project.
    """
    CREATE TABLE key (
      id BLOB PRIMARY KEY,
      kind TEXT NOT NULL,
      project BLOB NOT NULL UNIQUE,
      fingerprint TEXT NOT NULL,
      created INTEGER NOT NULL,
      wrapped BLOB NOT NULL) WITHOUT ROWID\
    """,
    """
    CREATE TABLE slot (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      params TEXT NOT NULL,
      created INTEGER NOT NULL,
      wrapped BLOB NOT NULL,
      mac BLOB NOT NULL)\
    """,
    """
    CREATE TABLE project (
      id BLOB PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      created INTEGER NOT NULL,
      mac BLOB NOT NULL) WITHOUT ROWID\
    """,
    """
    CREATE TABLE environment (
      id BLOB PRIMARY KEY,
      project BLOB NOT NULL REFERENCES project(id),
      name TEXT NOT NULL,
      created INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      manifest BLOB NOT NULL,
      mac BLOB NOT NULL,
      snapshot BLOB NOT NULL,
      UNIQUE (project, name))\
    """,
    """
    CREATE TABLE version (
      id INTEGER PRIMARY KEY,
      environment BLOB NOT NULL REFERENCES environment(id),
      name TEXT NOT NULL,
      n INTEGER NOT NULL,
      live INTEGER NOT NULL,
      kek BLOB NOT NULL,
      created INTEGER NOT NULL,
      author TEXT NOT NULL,
      origin TEXT NOT NULL,
      datakey BLOB NOT NULL,
      sealed BLOB NOT NULL,
      UNIQUE (environment, name, n))\
    """,
    "CREATE INDEX version_live ON version (environment, name) WHERE live = 1",
    "CREATE TABLE audit (seq INTEGER PRIMARY KEY, record BLOB NOT NULL, mac BLOB NOT NULL)",
    "CREATE TABLE audit_pending (id INTEGER PRIMARY KEY, record BLOB NOT NULL)",
  };

  /** Creates the tables inside the caller's transaction. */
  static void create(Database db) {
    for (String table : TABLES) {
      db.execute(table);
    }
    db.execute("PRAGMA user_version=" + Database.FORMAT);
  }
}
