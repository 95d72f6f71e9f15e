package dev.pale.formats.project;

/** How a value reaches a program. */
public enum Deliver {
  /** In a variable of the child's environment. */
  ENV,
  /** In a private file whose path is in the variable. */
  FILE,
  /** In a pipe that can be read once, whose path is in the variable. */
  FIFO,
  /** As a placeholder that only the gateway can turn into the value. */
  GATEWAY,
  /** Not at all. */
  NEVER
}
