package dev.pale.secrets;

/**
 * Where access is recorded when nothing else is read or written in the same step, for instance a
 * refusal.
 *
 * <p>Reads and writes of values are recorded by the vault itself, in their own transaction.
 */
public interface Audit {
  /**
   * Adds a row.
   *
   * @param event what was attempted, for instance {@code get}
   * @param allowed whether it was allowed
   * @param detail names, places and reasons as text; never a value
   * @param actor who
   */
  void record(String event, boolean allowed, String detail, Actor actor);
}
