package dev.pale.formats.project;

/** Who must say why values are read ({@code --reason}), weakest first. */
public enum RequireReason {
  /** Nobody. */
  NEVER,
  /** Coding agents. */
  AGENTS,
  /** Everybody. */
  ALL
}
