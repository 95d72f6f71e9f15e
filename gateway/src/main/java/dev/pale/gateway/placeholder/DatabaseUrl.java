package dev.pale.gateway.placeholder;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A database's URL: only the password is replaced, the rest stays as in the real value.
 *
 * <p>The password reaches from the first colon behind the scheme to the last {@code @} of the whole
 * text, so that a password with an unencoded {@code @} or {@code /} is replaced entirely; a URL
 * whose query may hold a credential as well is not of this shape.
 */
record DatabaseUrl(String name) implements Shape {
  private static final List<String> SCHEMES =
      List.of(
          "postgres",
          "postgresql",
          "mysql",
          "mariadb",
          "mongodb",
          "mongodb+srv",
          "redis",
          "rediss",
          "amqp",
          "amqps",
          "sqlserver",
          "mssql",
          "clickhouse",
          "cockroachdb",
          "nats",
          "valkey");
  private static final List<String> TELLING =
      List.of("pass", "secret", "token", "key", "pwd", "credential");

  @Override
  public int randomBits() {
    return 128;
  }

  /** First position and position after the last of the password; empty when it is no such URL. */
  static int[] password(byte[] url) {
    int[] none = {};
    int slashes = indexOf(url, "://", 0);
    if (slashes < 0 || slashes > 12 || !SCHEMES.contains(ascii(url, 0, slashes))) {
      return none;
    }
    int from = slashes + 3;
    int at = -1;
    int colon = -1;
    for (int i = from; i < url.length; i++) {
      if (url[i] == '@') {
        at = i;
      } else if (url[i] == ':' && colon < 0) {
        colon = i;
      } else if (url[i] <= ' ' || url[i] == 0x7f) {
        return none;
      }
    }
    if (colon < 0 || at <= colon + 1) {
      return none;
    }
    String rest = ascii(url, at, url.length).toLowerCase(java.util.Locale.ROOT);
    for (String each : TELLING) {
      if (rest.indexOf('?') >= 0 && rest.indexOf(each, rest.indexOf('?')) >= 0) {
        return none;
      }
    }
    return new int[] {colon + 1, at};
  }

  private static int indexOf(byte[] text, String word, int from) {
    for (int i = from; i + word.length() <= text.length; i++) {
      int j = 0;
      while (j < word.length() && text[i + j] == word.charAt(j)) {
        j++;
      }
      if (j == word.length()) {
        return i;
      }
    }
    return -1;
  }

  private static String ascii(byte[] text, int from, int to) {
    return new String(text, from, to - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public Candidate draw(byte[] real, RandomGenerator random) {
    int[] span = password(real);
    if (span.length == 0) {
      byte[] made =
          "postgres://app:p@localhost:5432/app"
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      return draw(made, random);
    }
    byte[] fake =
        GenericShape.password(Alphabet.BASE62, Math.min(span[1] - span[0], 1024), random).text();
    byte[] text = new byte[span[0] + fake.length + real.length - span[1]];
    boolean[] literal = new boolean[text.length];
    Arrays.fill(literal, true);
    Arrays.fill(literal, span[0], span[0] + fake.length, false);
    System.arraycopy(real, 0, text, 0, span[0]);
    System.arraycopy(fake, 0, text, span[0], fake.length);
    System.arraycopy(real, span[1], text, span[0] + fake.length, real.length - span[1]);
    return new Candidate(text, literal);
  }

  @Override
  public boolean accepts(byte[] text) {
    int[] span = password(text);
    if (span.length == 0) {
      return false;
    }
    for (int i = span[0]; i < span[1]; i++) {
      if (Alphabet.BASE62.digit(text[i]) < 0) {
        return false;
      }
    }
    return Recogniser.endsInCheck(text, span[0], span[1]);
  }
}
