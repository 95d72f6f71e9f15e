package dev.pale.sops;

/**
 * A weakness of the SOPS format that shows in a file which sops accepts.
 *
 * @param count how many places show it
 * @param place the path of the first place, keys joined by {@code .}; may be empty. Never a value.
 */
public record SopsWarning(Kind kind, int count, String place) {
  /** What the file's author, or someone who changed the file, could have done unnoticed. */
  public enum Kind {
    /** The mac of this file leaves the plain values out: they may have been changed. */
    PLAIN_VALUES_OUTSIDE_MAC("plain values are not covered by the mac (mac_only_encrypted)"),
    /** A comment is plain where an encrypted one is due: it was added or changed by hand. */
    PLAIN_COMMENT("a comment is plain where it should be encrypted; it is not authenticated"),
    /** Comments are in no mac: they may have been added, moved, copied or removed. */
    COMMENTS_OUTSIDE_MAC("comments are not covered by the mac"),
    /** Empty texts add nothing to the mac. */
    EMPTY_TEXT("empty values are not authenticated: they may have been added"),
    /** Nulls are skipped. */
    NULL_VALUE("null values are not authenticated: they may have been added"),
    /** Empty maps and lists are skipped. */
    EMPTY_COLLECTION("empty maps and lists are not authenticated: they may have been added"),
    /** A text that reads as a number, a boolean or a time: its type is not authenticated. */
    TYPE_LABEL("a text reads as another type; type labels are not authenticated"),
    /** Elements of a list whose exchange would leave the mac as it is. */
    EXCHANGEABLE_ELEMENTS("elements of a list can be exchanged without a trace in the mac"),
    /** Two places with the same associated data: their values can be exchanged. */
    COLLIDING_PATHS("a key holds a colon, so that values of two places can be exchanged"),
    /** The caller asked to go on without the mac. */
    MAC_IGNORED("the mac was not checked, or did not match: the content may have been changed");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What it means, lower case, no full stop. */
    public String words() {
      return words;
    }

    /**
     * Whether the file shows that something was done by hand, or that nothing guards it; the others
     * say what the format cannot rule out, and most files show one of them.
     */
    public boolean serious() {
      return this == PLAIN_COMMENT || this == PLAIN_VALUES_OUTSIDE_MAC || this == MAC_IGNORED;
    }
  }

  /** One line for the user. */
  public String text() {
    String where = place.isEmpty() ? "" : " (" + place + (count > 1 ? " and others)" : ")");
    return kind.words() + where;
  }
}
