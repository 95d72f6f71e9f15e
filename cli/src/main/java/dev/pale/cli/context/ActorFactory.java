package dev.pale.cli.context;

import dev.pale.secrets.Actor;

/**
 * Says who does something, for the audit log.
 *
 * <p>Thread-safe: stateless.
 */
public final class ActorFactory {
  private static final int MAX_COMMAND = 200;
  private static final int MAX_REASON = 500;

  private ActorFactory() {}

  /**
   * The actor of this call.
   *
   * @param context of this call
   * @param command what was called, for instance {@code get}; the caller leaves out arguments that
   *     may hold values
   * @param reason the stated reason, or empty
   */
  public static Actor of(Context context, String command, String reason) {
    return new Actor(
        plain(context.user(), MAX_COMMAND),
        context.agent(),
        plain(reason, MAX_REASON),
        plain(command, MAX_COMMAND),
        context.pid());
  }

  /**
   * The actor of {@code pale run}: of the child's command only the program and, where it is a plain
   * word, the sub-command are kept, because later arguments may hold values.
   */
  public static Actor ofRun(Context context, String[] child, String reason) {
    return of(context, "run", child, reason);
  }

  /** The actor of {@code pale gateway run}: as {@link #ofRun}. */
  public static Actor ofGatewayRun(Context context, String[] child, String reason) {
    return of(context, "gateway run", child, reason);
  }

  private static Actor of(Context context, String verb, String[] child, String reason) {
    StringBuilder command = new StringBuilder(verb);
    if (child.length > 0) {
      command.append(' ').append(child[0]);
    }
    if (child.length > 1 && isWord(child[1])) {
      command.append(' ').append(child[1]);
    }
    if (child.length > 2) {
      command.append(" …");
    }
    return of(context, command.toString(), reason);
  }

  /** A short word of lower-case letters, as sub-commands are, and as secrets hardly ever are. */
  private static boolean isWord(String text) {
    if (text.isEmpty() || text.length() > 16) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c == '-' && i > 0) || (c == ':' && i > 0))) {
        return false;
      }
    }
    return true;
  }

  /** One line without control characters. */
  private static String plain(String text, int atMost) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < atMost; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return out.toString();
  }
}
