package dev.pale.crypto.sigv4;

/**
 * One header line. Prints its name only: the value may be a credential.
 *
 * @param name as it is sent; compared without regard to case
 * @param value as it is sent
 */
public record Header(String name, String value) {
  public Header {
    if (name.isEmpty() || name.length() > 256 || !name.chars().allMatch(Header::isToken)) {
      throw new IllegalArgumentException("not the name of a header");
    }
    if (value.chars().anyMatch(c -> c == 0 || c == '\r' || c == '\n')) {
      throw new IllegalArgumentException("a header holds the end of a line");
    }
  }

  /** RFC 9110, 5.6.2. */
  private static boolean isToken(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** The name in lower case, whatever the language of the machine. */
  String lowerName() {
    return Ascii.lower(name);
  }

  @Override
  public String toString() {
    return "[header " + name + "]";
  }
}
