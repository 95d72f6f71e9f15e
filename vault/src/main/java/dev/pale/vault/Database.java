package dev.pale.vault;

import dev.pale.system.Folders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection to the vault's SQLite file. Statements are kept, so that one of each text is
 * prepared once; a result must be closed before the same text is used again.
 *
 * <p>Not thread-safe: {@link LocalVault} holds a lock around it.
 */
final class Database implements AutoCloseable {
  /** How long a writer waits for the others: 50 runs at once need far less than this. */
  static final int BUSY_MILLIS = 30_000;

  /** Version of the tables and of everything sealed in them. */
  static final int FORMAT = 1;

  static final String FILE = "vault.db";

  private final Path file;
  private final Sqlite connection;
  private final Map<String, Sqlite.Statement> statements = new HashMap<>();
  private boolean inTransaction;

  private Database(Path file, Sqlite connection) {
    this.file = file;
    this.connection = connection;
  }

  static Path fileIn(Folders folders) {
    return folders.data().resolve(FILE);
  }

  /** Opens a file that is there; never creates one. */
  static Database open(Path file, Folders folders) {
    return open(file, folders, BUSY_MILLIS);
  }

  static Database open(Path file, Folders folders, int busyMillis) {
    if (System.getProperty("org.sqlite.lib.path") == null) {
      NativeLibrary.unpack(folders);
    }
    Path library =
        Path.of(
            System.getProperty("org.sqlite.lib.path"),
            System.getProperty("org.sqlite.lib.name", "libsqlitejdbc.so"));
    try {
      Database database =
          new Database(file, Sqlite.open(library, file.toAbsolutePath(), false, busyMillis));
      try {
        // FULL: an acknowledged write survives a power cut. secure_delete: what is shredded is
        // overwritten. trusted_schema: a planted schema cannot call functions with side effects.
        database.execute(
            "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
                + " PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY");
        return database;
      } catch (SqliteException e) {
        database.close();
        throw e;
      }
    } catch (SqliteException e) {
      throw Failures.of(e, file);
    }
  }

  Path file() {
    return file;
  }

  /** Runs statements that take no parameters and whose results do not matter. */
  void execute(String sql) {
    connection.exec(sql);
  }

  /** The caller closes the result before it uses the same text again. */
  Rows query(String sql, Object... arguments) {
    return new Rows(bound(sql, arguments));
  }

  /** Runs a statement and tells how many rows it changed. */
  int update(String sql, Object... arguments) {
    bound(sql, arguments).run();
    return (int) connection.changes();
  }

  /** The first column of the first row, or -1. */
  long number(String sql, Object... arguments) {
    try (Rows rows = query(sql, arguments)) {
      return rows.next() ? rows.number(1) : -1;
    }
  }

  private Sqlite.Statement bound(String sql, Object... arguments) {
    Sqlite.Statement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepare(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < arguments.length; i++) {
      Object argument = arguments[i];
      if (argument instanceof byte[] bytes) {
        statement.bind(i + 1, bytes);
      } else if (argument instanceof String text) {
        statement.bind(i + 1, text);
      } else if (argument instanceof Number number) {
        statement.bind(i + 1, number.longValue());
      } else {
        throw new IllegalArgumentException("a parameter of an unknown type");
      }
    }
    return statement;
  }

  /** Starts a transaction that holds the write lock from its beginning: it cannot deadlock. */
  void begin() {
    execute("BEGIN IMMEDIATE");
    inTransaction = true;
  }

  /** Starts a transaction that reads one state of the file and locks nobody out. */
  void beginReading() {
    execute("BEGIN");
    inTransaction = true;
  }

  void commit() {
    execute("COMMIT");
    inTransaction = false;
  }

  /** Takes everything back; quiet, because it runs after a failure that is already reported. */
  void rollback() {
    if (inTransaction) {
      inTransaction = false;
      try {
        execute("ROLLBACK");
      } catch (SqliteException e) {
        // SQLite rolls back by itself after a full disk or an input/output error.
      }
    }
  }

  /** The whole database as the bytes of a file, as the current transaction sees it. */
  byte[] image() {
    return connection.image();
  }

  @Override
  public void close() {
    for (Sqlite.Statement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
    connection.close();
  }
}
