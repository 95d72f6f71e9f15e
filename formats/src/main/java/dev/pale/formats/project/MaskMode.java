package dev.pale.formats.project;

/** When the output of a child is masked, weakest first. */
public enum MaskMode {
  /** When stdout or stderr is no terminal, or the caller is an agent. */
  AUTO,
  /** Always. */
  ALWAYS
}
