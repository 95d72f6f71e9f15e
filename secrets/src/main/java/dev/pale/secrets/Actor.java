package dev.pale.secrets;

/**
 * Who does something, for the audit log: never holds a value.
 *
 * @param user the operating system's user name
 * @param agent the coding agent that the call came from, for instance {@code claude-code}; empty
 *     for a human
 * @param reason the stated reason; empty when none was given
 * @param command what was called, for instance {@code run npm start}; arguments that may hold
 *     values are left out
 * @param pid process id of Pale
 */
public record Actor(String user, String agent, String reason, String command, long pid) {
  /** Whether a coding agent stands above this call. */
  public boolean isAgent() {
    return !agent.isEmpty();
  }
}
