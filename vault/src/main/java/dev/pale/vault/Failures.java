package dev.pale.vault;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.Place;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What SQLite and the crypto room report, in the words of a user: one place, one mend each. */
final class Failures {
  private static final String RESTORE = "pale vault verify, then pale vault restore FILE";

  private Failures() {}

  /** The error that belongs to a result code of SQLite. */
  static PaleException of(SqliteException e, Path file) {
    int code = e.primary();
    String where = file.toString();
    return switch (code) {
      case 5, 6 ->
          PaleException.of(
              210,
              "the vault is busy",
              "another process has held "
                  + where
                  + " for longer than "
                  + Database.BUSY_MILLIS / 1000
                  + " s",
              "wait for it to end and try again",
              e);
      case 13 ->
          PaleException.of(
              211,
              "no space left for the vault",
              "writing " + where + " failed; nothing was changed and nothing was given out",
              "free some disk space and try again",
              e);
      case 10 ->
          PaleException.of(
              212,
              "the disk failed under the vault",
              "reading or writing " + where + " gave an input/output error (" + code + ")",
              "check the disk and its free space, then pale vault verify",
              e);
      case 8 ->
          PaleException.of(
              213,
              "the vault cannot be written",
              where + " or its folder is read-only; without its audit row no value is given out",
              "make the folder and the file writable for you",
              e);
      case 11 -> damaged(where, e);
      case 26 ->
          PaleException.of(
              215,
              "the vault's file is not a database",
              where + " was overwritten, cut, or is another file",
              "pale vault restore FILE --replace",
              e);
      case 14 ->
          PaleException.of(
              216,
              "the vault cannot be opened",
              where + " or its folder cannot be read or written",
              "check owner and mode of the folder and the file",
              e);
      default ->
          PaleException.of(
              219,
              "the vault's database refused an operation",
              where + ", SQLite result code " + code,
              RESTORE,
              e);
    };
  }

  /** Other processes exchanged the root key again and again while one transaction waited. */
  static PaleException rootKeepsChanging() {
    return PaleException.of(
        210,
        "the vault is busy",
        "other processes change its root key again and again",
        "wait for them to end and try again");
  }

  private static PaleException damaged(String where, SqliteException e) {
    return PaleException.of(
        214, "the vault's file is damaged", where + " has a page that cannot be right", RESTORE, e);
  }

  /** Whether the failure is damage of some page, so that other rows may still be read. */
  static boolean isDamage(SqliteException e) {
    return e.primary() == 11;
  }

  /** A row that is not what was written, or not where it was written. */
  static PaleException changed(int code, String what, String why) {
    return PaleException.of(code, what + " cannot be authenticated", why, RESTORE);
  }

  static PaleException badVersion(Place place, String name, int version) {
    return changed(
        220,
        "secret " + name + " of " + place + ", version " + version + ",",
        "its row was changed, moved or put back after Pale wrote it; the other secrets are not"
            + " affected");
  }

  static PaleException missingVersion(Place place, String name, int version) {
    return PaleException.of(
        221,
        "secret " + name + " of " + place + ", version " + version + ", is missing from the vault",
        "the environment's authenticated list has it, but its row is gone; the other secrets are"
            + " not affected",
        RESTORE);
  }

  /** The key that is offered is not the one the vault was sealed with. */
  static PaleException wrongKey(String sealedWith, String offered, @Nullable Throwable cause) {
    String what = "this key does not open the vault";
    String why = "the vault was sealed with key " + sealedWith + ", you offer " + offered;
    String mend = "offer the key of this vault, or pale vault recover with the recovery code";
    return cause == null
        ? PaleException.of(201, what, why, mend)
        : PaleException.of(201, what, why, mend, cause);
  }

  static PaleException unknownProject(String project) {
    return PaleException.of(
        111,
        "no project " + project + " in the vault",
        "",
        "pale init, or check the project's name");
  }

  static PaleException unknownEnvironment(Place place) {
    return PaleException.of(
        113,
        "project " + place.project() + " has no environment " + place.environment(),
        "",
        "pale env list, or pale env create " + place.environment());
  }
}
