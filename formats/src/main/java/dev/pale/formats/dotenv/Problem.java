package dev.pale.formats.dotenv;

/**
 * Something odd in a file. The texts never hold any of the file's content but valid names.
 *
 * @param line from 1
 * @param column in bytes, from 1
 * @param severity whether the import can go on
 * @param what what is wrong, lower case, no full stop
 * @param mend what to do about it; may be empty
 */
public record Problem(int line, int column, Severity severity, String what, String mend) {
  /** How bad it is. */
  public enum Severity {
    /** The line cannot be read: a value would be lost or wrong. */
    ERROR,
    /** It was read, but probably not as meant. */
    WARNING,
    /** Worth knowing. */
    NOTE
  }
}
