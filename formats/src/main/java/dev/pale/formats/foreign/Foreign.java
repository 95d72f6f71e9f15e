package dev.pale.formats.foreign;

import dev.pale.secrets.PaleException;

/**
 * Reads other tools' project files, for a move to Pale. Thread-safe: no state.
 *
 * <p>The files come from repositories: at most 4 MiB, bounded nesting, nothing is run, no include
 * is followed, no variable is replaced.
 */
public final class Foreign {
  /** The largest file. */
  public static final int MAX_BYTES = 4 << 20;

  private Foreign() {}

  /**
   * Reads a file.
   *
   * @param bytes not changed
   * @param source what it is called in errors
   * @throws PaleException 670 too large, 671 not of the form that the tool writes, and the errors
   *     of TOML (410) and JSON (430); each with the line where there is one, never with content
   */
  public static ForeignFile read(ForeignKind kind, byte[] bytes, String source) {
    if (bytes.length > MAX_BYTES) {
      throw PaleException.of(670, source + " is larger than 4 MiB", "", "import it in parts");
    }
    return switch (kind) {
      case FNOX -> FnoxReader.read(bytes, source);
      case SECRETSPEC -> SecretspecReader.read(bytes, source);
      case INFISICAL -> InfisicalReader.read(bytes, source);
      case DOPPLER -> YamlReaders.doppler(bytes, source);
      case SUMMON -> YamlReaders.summon(bytes, source);
      case ENV_SCHEMA -> EnvSchemaReader.read(bytes, source);
      case ENVRC -> EnvrcReader.read(bytes, source);
    };
  }

  static PaleException malformed(String source, int line, String what) {
    return PaleException.of(
        671,
        source + (line > 0 ? " line " + line : "") + ": " + what,
        "it is read as data and must have the form that its tool writes",
        "mend the file, or leave it out");
  }
}
