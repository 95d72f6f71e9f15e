package dev.pale.secrets;

/**
 * One environment of one project, printed as {@code acme-api/dev}.
 *
 * <p>Project and environment names are lower-case letters, digits, {@code -}, {@code _} and {@code
 * .}, start with a letter or digit, have at most 64 characters, and are never normalised: what
 * differs in case is refused, not folded.
 */
public record Place(String project, String environment) {
  /** How the names of Pale's own projects start; see {@link #requireUnreserved}. */
  public static final String RESERVED = "pale-";

  public Place {
    requireSegment("project", project);
    requireSegment("environment", environment);
  }

  /** Refuses with error 102 what is not a project or environment name. */
  public static String requireSegment(String kind, String name) {
    if (!isSegment(name)) {
      throw PaleException.usage(
          102,
          "not a name for a " + kind + ": '" + printable(name) + "'",
          "lower-case letters, digits, '-', '_' and '.', starting with a letter or digit, at most 64 characters",
          "use a name such as " + (kind.equals("project") ? "acme-api" : "dev"));
    }
    return name;
  }

  /**
   * Refuses with error 114 a project name that Pale keeps for itself: {@code pale-identity} holds
   * the user's age identity, {@code pale-providers} the credentials of external stores. A {@code
   * pale.toml} or an option that could name them would put them into a program's environment.
   *
   * @param name may be empty, when no project is named yet
   * @return the name
   */
  public static String requireUnreserved(String name) {
    if (name.startsWith(RESERVED)) {
      throw PaleException.usage(
          114,
          "the project name '" + printable(name) + "' is reserved",
          "names that start with " + RESERVED + " are projects that Pale keeps for itself",
          "choose another name: --project NAME, or project = \"NAME\" in pale.toml");
    }
    return name;
  }

  /** Whether the text may name a project or an environment. */
  public static boolean isSegment(String name) {
    int length = name.length();
    if (length == 0 || length > 64 || name.contains("..")) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!word && !(i > 0 && (c == '-' || c == '_' || c == '.'))) {
        return false;
      }
    }
    return true;
  }

  private static String printable(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), 70); i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c < 127 ? c : '?');
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return project + "/" + environment;
  }
}
