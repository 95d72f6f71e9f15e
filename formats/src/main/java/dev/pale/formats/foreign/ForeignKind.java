package dev.pale.formats.foreign;

import java.util.List;
import java.util.Optional;

/** Tools whose project files Pale reads. */
public enum ForeignKind {
  /** fnox: values encrypted to age, and references to stores. */
  FNOX("fnox", "fnox.toml", ".fnox.toml", "fnox.local.toml"),
  /** Infisical: which project and environment; no names. */
  INFISICAL("Infisical", ".infisical.json"),
  /** Doppler: which project and config; no names. */
  DOPPLER("Doppler", "doppler.yaml"),
  /** secretspec: names, descriptions, required or not. */
  SECRETSPEC("secretspec", "secretspec.toml"),
  /** varlock: names, required and sensitive or not. */
  ENV_SCHEMA("varlock", ".env.schema"),
  /** summon: references and literals. */
  SUMMON("summon", "secrets.yml", "secrets.yaml"),
  /** direnv: names only; it is a program and is not run. */
  ENVRC("direnv", ".envrc");

  private final String tool;

  /** Separated by spaces. */
  private final String files;

  ForeignKind(String tool, String... files) {
    this.tool = tool;
    this.files = String.join(" ", files);
  }

  /** The tool's name, for people. */
  public String tool() {
    return tool;
  }

  /** The names of its files. */
  public List<String> files() {
    return List.of(files.split(" "));
  }

  /** Whose file has this name, the last part of a path. */
  public static Optional<ForeignKind> ofFileName(String name) {
    for (ForeignKind kind : values()) {
      if (kind.files().contains(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
