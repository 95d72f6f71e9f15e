package dev.pale.sops;

import dev.pale.secrets.PaleException;

/** The errors of this room. None of them holds a byte of a file but keys. */
final class Problems {
  /** How deep a document may be. */
  static final int MAX_DEPTH = 200;

  /** How many nodes a document may have once its aliases are written out. */
  static final int MAX_NODES = 1_000_000;

  private Problems() {}

  static void checkSize(byte[] content) {
    if (content.length > SopsTree.MAX_FILE_BYTES) {
      throw PaleException.of(
          450, "the SOPS file is too large", "more than 64 MiB", "split it into smaller files");
    }
  }

  static PaleException tooMuch(String what) {
    return PaleException.of(450, "the SOPS file is too large", what, "split it into smaller files");
  }

  /**
   * @param line from 1
   * @param column from 1
   */
  static PaleException malformed(SopsFormat format, int line, int column, String why) {
    return PaleException.of(
        451,
        "not well-formed " + format.typeName().toUpperCase(java.util.Locale.ROOT),
        "line " + line + ", column " + column + ": " + why,
        "mend the file");
  }

  static PaleException unsupported(int line, int column, String why) {
    return PaleException.of(
        452,
        "SOPS cannot hold this file",
        "line " + line + ", column " + column + ": " + why,
        "change that place of the file");
  }

  static PaleException cannotWrite(SopsFormat format, String why) {
    return PaleException.of(
        453,
        "this content cannot be written as " + format.typeName(),
        why,
        "another --output-type");
  }

  static PaleException noMetadata() {
    return PaleException.of(
        454, "not a SOPS file", "it has no SOPS metadata", "encrypt it, or name another file");
  }

  static PaleException badMetadata(String why) {
    return PaleException.of(
        455, "the SOPS metadata is malformed", why, "restore the file from its history");
  }

  static PaleException notSealed(String place, String why) {
    return PaleException.of(
        456,
        "a value of the SOPS file is not sealed as it should be",
        place + ": " + why,
        "restore the file from its history; who edits it by hand breaks it");
  }

  static PaleException notAuthentic(String place) {
    return PaleException.of(
        457,
        "a value of the SOPS file does not authenticate",
        place + ": it was changed, moved, or sealed with another data key",
        "restore the file from its history");
  }
}
