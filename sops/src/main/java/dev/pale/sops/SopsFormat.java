package dev.pale.sops;

import java.util.Locale;
import java.util.Optional;

/** The kinds of file that SOPS knows. */
public enum SopsFormat {
  YAML("yaml"),
  JSON("json"),
  DOTENV("dotenv"),
  INI("ini"),
  /** Any bytes; the encrypted file is JSON with the one key {@code data}. */
  BINARY("binary");

  private final String typeName;

  SopsFormat(String typeName) {
    this.typeName = typeName;
  }

  /** The name that {@code --input-type} and {@code --output-type} take. */
  public String typeName() {
    return typeName;
  }

  /** The format of that {@code --input-type}; empty for a name that sops does not know. */
  public static Optional<SopsFormat> ofTypeName(String name) {
    for (SopsFormat format : values()) {
      if (format.typeName.equals(name)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The format of a file by the end of its name, case-sensitive, as sops decides. */
  public static SopsFormat ofFileName(String name) {
    if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return YAML;
    }
    if (name.endsWith(".json")) {
      return JSON;
    }
    if (name.endsWith(".env")) {
      return DOTENV;
    }
    return name.endsWith(".ini") ? INI : BINARY;
  }

  @Override
  public String toString() {
    return typeName.toLowerCase(Locale.ROOT);
  }
}
