package dev.pale.vault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.core.NativeDB;

/**
 * One connection to SQLite, on the native calls of the sqlite-jdbc library without its JDBC layer.
 *
 * <p>Why not JDBC: opening a JDBC connection costs 50 ms of processor time cold (date formats,
 * logging, driver manager), the native calls below it under 10; the vault is opened by every {@code
 * pale run}. The library keeps the few calls that make and bind statements package-private, hence
 * the reflection.
 *
 * <p>Not thread-safe: one thread at a time.
 */
final class Sqlite implements AutoCloseable {
  static final int ROW = 100;
  static final int DONE = 101;

  private static final int OPEN_READ_WRITE = 2;
  private static final int OPEN_CREATE = 4;

  private static boolean loaded;

  private final NativeDB db;
  private final Path file;

  private Sqlite(NativeDB db, Path file) {
    this.db = db;
    this.file = file;
  }

  /**
   * Opens a database file.
   *
   * @param library the unpacked native library of sqlite-jdbc
   * @param busyMillis how long a call waits for a lock that another process holds
   * @throws SqliteException when it cannot be opened
   */
  static Sqlite open(Path library, Path file, boolean create, int busyMillis) {
    load(library);
    try {
      NativeDB db = new NativeDB("", file.toString(), null);
      Call.OPEN.on(db, utf8(file.toString()), OPEN_READ_WRITE | (create ? OPEN_CREATE : 0));
      db.busy_timeout(busyMillis);
      return new Sqlite(db, file);
    } catch (SQLException e) {
      throw new SqliteException(file, e);
    }
  }

  private static synchronized void load(Path library) {
    if (!loaded) {
      System.load(library.toString());
      loaded = true;
    }
  }

  /** Runs statements that return no rows. */
  void exec(String sql) {
    try {
      int code = db._exec(sql);
      if (code != 0) {
        throw failure(code);
      }
    } catch (SQLException e) {
      throw new SqliteException(file, e);
    }
  }

  /** Compiles one statement; the caller closes it. */
  Statement prepare(String sql) {
    try {
      return new Statement((Long) Call.PREPARE.on(db, (Object) utf8(sql)));
    } catch (SQLException e) {
      throw new SqliteException(file, e);
    }
  }

  /** How many rows the last statement changed. */
  long changes() {
    return db.changes();
  }

  /** The whole database as the bytes of a database file, as this connection sees it. */
  byte[] image() {
    try {
      return db.serialize("main");
    } catch (SQLException e) {
      throw new SqliteException(file, e);
    }
  }

  /** Closes the connection; never throws. */
  @Override
  public void close() {
    try {
      db.close();
    } catch (SQLException e) {
      // Nothing can be done, and what was committed is committed.
    }
  }

  private SqliteException failure(int code) {
    return new SqliteException(file, DB.newSQLException(code & 0xff, "SQLite result " + code));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] undeclared(NativeDB db, long statement, int column)
      throws SQLException {
    return db.column_blob(statement, column);
  }

  /** A compiled statement. Columns count from 0, parameters from 1, as in SQLite's C interface. */
  final class Statement implements AutoCloseable {
    private final long pointer;

    private Statement(long pointer) {
      this.pointer = pointer;
    }

    Statement bind(int parameter, byte[] value) {
      return bound(Call.BIND_BLOB, parameter, value);
    }

    Statement bind(int parameter, String value) {
      return bound(Call.BIND_TEXT, parameter, utf8(value));
    }

    Statement bind(int parameter, long value) {
      return bound(Call.BIND_LONG, parameter, value);
    }

    Statement bindNull(int parameter) {
      try {
        return checked((Integer) Call.BIND_NULL.on(db, pointer, parameter));
      } catch (SQLException e) {
        throw new SqliteException(file, e);
      }
    }

    private Statement bound(Call call, int parameter, Object value) {
      try {
        return checked((Integer) call.on(db, pointer, parameter, value));
      } catch (SQLException e) {
        throw new SqliteException(file, e);
      }
    }

    private Statement checked(int code) {
      if (code != 0) {
        throw failure(code);
      }
      return this;
    }

    /** Goes to the next row; false when there is none. */
    boolean step() {
      int code = db.step(pointer);
      if (code != ROW && code != DONE) {
        db.reset(pointer);
        throw failure(code);
      }
      return code == ROW;
    }

    /** Steps to the end and makes the statement ready for new parameters. */
    void run() {
      while (step()) {
        // Rows of a statement that is run for its effect are not wanted.
      }
      reset();
    }

    void reset() {
      db.reset(pointer);
    }

    /** A column's bytes (of text as UTF-8); empty for NULL. */
    byte[] bytes(int column) {
      byte @Nullable [] value = blob(column);
      return value == null ? new byte[0] : value;
    }

    /**
     * The native call declares no exception, and throws one for a row that does not fit into
     * memory. Pale writes none, so it counts as damage.
     */
    private byte @Nullable [] blob(int column) {
      try {
        return undeclared(db, pointer, column);
      } catch (SQLException e) {
        throw new SqliteException(file, new SQLException("too large", "", 11));
      }
    }

    String text(int column) {
      return new String(bytes(column), StandardCharsets.UTF_8);
    }

    long number(int column) {
      return db.column_long(pointer, column);
    }

    boolean isNull(int column) {
      return db.column_type(pointer, column) == 5;
    }

    @Override
    public void close() {
      try {
        Call.FINALIZE.on(db, pointer);
      } catch (SQLException e) {
        // The error of the last step, told again.
      }
    }
  }

  /** The calls that the library keeps to its own package. */
  private enum Call {
    OPEN("_open_utf8", byte[].class, int.class),
    PREPARE("prepare_utf8", byte[].class),
    FINALIZE("finalize", long.class),
    BIND_NULL("bind_null", long.class, int.class),
    BIND_LONG("bind_long", long.class, int.class, long.class),
    BIND_TEXT("bind_text_utf8", long.class, int.class, byte[].class),
    BIND_BLOB("bind_blob", long.class, int.class, byte[].class);

    @SuppressWarnings("ImmutableEnumChecker") // Nobody changes it after the constructor.
    private final Method method;

    Call(String name, Class<?>... parameters) {
      try {
        method = NativeDB.class.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
      } catch (NoSuchMethodException e) {
        throw new LinkageError("sqlite-jdbc has no " + name, e);
      }
    }

    Object on(NativeDB db, Object... arguments) throws SQLException {
      try {
        return method.invoke(db, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof SQLException sql) {
          throw sql;
        }
        throw new LinkageError("sqlite-jdbc: " + method.getName(), e);
      } catch (IllegalAccessException e) {
        throw new LinkageError("sqlite-jdbc: " + method.getName(), e);
      }
    }
  }
}
