package dev.pale.vault;

import java.nio.file.Path;
import java.sql.SQLException;

/** SQLite refused a call. The message may quote SQL, never a parameter's value. */
final class SqliteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int result;
  private final transient Path file;

  SqliteException(Path file, SQLException cause) {
    super(cause.getMessage(), cause);
    this.result = cause.getErrorCode();
    this.file = file;
  }

  /** The result code of SQLite without its extension, for instance 13 for a full disk. */
  int primary() {
    return result & 0xff;
  }

  /** The database. */
  Path file() {
    return file;
  }
}
