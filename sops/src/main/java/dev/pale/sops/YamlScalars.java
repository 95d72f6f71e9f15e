package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a YAML scalar is by the rules of go-yaml v3, which are neither those of YAML 1.1 nor of 1.2:
 * {@code yes} is a text, {@code 017} is fifteen, {@code 08} is the float eight, and a date is a
 * time.
 */
final class YamlScalars {
  private static final String PREFIX = "tag:yaml.org,2002:";
  private static final Set<String> TRUE = Set.of("true", "True", "TRUE");
  private static final Set<String> FALSE = Set.of("false", "False", "FALSE");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> NAN = Set.of(".nan", ".NaN", ".NAN");
  private static final Set<String> INFINITY =
      Set.of(".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
  private static final Set<String> MINUS_INFINITY = Set.of("-.inf", "-.Inf", "-.INF");

  /** Texts that older YAML takes for booleans: they are quoted when written. */
  private static final Set<String> OLD_BOOL =
      Set.of(
          "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off",
          "OFF");

  private static final Pattern BASE_60 =
      Pattern.compile("[-+]?[0-9][0-9_]*+(?::[0-5]?[0-9])++(?:\\.[0-9_]*)?");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern DATE =
      Pattern.compile("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:([Tt ])(.+))?");
  private static final Pattern CLOCK =
      Pattern.compile(
          "([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]{1,30}))?(Z|[-+][0-9]{2}:[0-9]{2})?");

  private YamlScalars() {}

  /** What a scalar turned out to be, or why it cannot be held. */
  record Resolved(Optional<SopsNode.Leaf> leaf, String problem) {
    static Resolved of(SopsNode.Leaf leaf) {
      return new Resolved(Optional.of(leaf), "");
    }

    static Resolved no(String problem) {
      return new Resolved(Optional.empty(), problem);
    }

    @Override
    public String toString() {
      return leaf.map(SopsNode.Leaf::toString).orElse(problem);
    }
  }

  /**
   * @param tag as written, empty when there is none
   * @param plain whether the scalar stands without quotes
   */
  static Resolved resolve(String tag, String value, boolean plain) {
    String name = tag.startsWith(PREFIX) ? "!!" + tag.substring(PREFIX.length()) : tag;
    if (name.equals("!!binary")) {
      return binary(value);
    }
    boolean known =
        switch (name) {
          case "", "!!bool", "!!int", "!!float", "!!null", "!!timestamp" -> true;
          default -> false;
        };
    if (!known || (name.isEmpty() && !plain)) {
      return Resolved.of(SopsNode.Leaf.text(value));
    }
    Resolved found = implicit(value, name);
    if (name.isEmpty() || found.leaf().isEmpty()) {
      return found;
    }
    SopsNode.Leaf leaf = found.leaf().get();
    String is =
        switch (leaf.type()) {
          case BOOL -> "!!bool";
          case INT -> "!!int";
          case FLOAT -> "!!float";
          case NULL -> "!!null";
          case TIME -> "!!timestamp";
          default -> "!!str";
        };
    if (name.equals(is)) {
      return found;
    }
    if (name.equals("!!float") && is.equals("!!int")) {
      return Resolved.of(SopsNode.Leaf.number(Double.parseDouble(leaf.string())));
    }
    return Resolved.no("a value does not fit its tag");
  }

  private static Resolved binary(String value) {
    try {
      byte[] bytes =
          Base64.getDecoder()
              .decode(value.replaceAll("[\\r\\n]", "").getBytes(StandardCharsets.ISO_8859_1));
      return Resolved.of(new SopsNode.Leaf(SopsNode.Type.STR, bytes));
    } catch (IllegalArgumentException e) {
      return Resolved.no("a value tagged !!binary is not Base64");
    }
  }

  private static Resolved implicit(String value, String tag) {
    if (NULL.contains(value)) {
      return Resolved.of(SopsNode.Leaf.nothing());
    }
    char first = value.charAt(0);
    if ("yYnNtTfFoO~".indexOf(first) >= 0) {
      return TRUE.contains(value)
          ? Resolved.of(SopsNode.Leaf.bool(true))
          : FALSE.contains(value)
              ? Resolved.of(SopsNode.Leaf.bool(false))
              : Resolved.of(SopsNode.Leaf.text(value));
    }
    if (first == '.' || first == '+' || first == '-' || (first >= '0' && first <= '9')) {
      return number(value, tag, first);
    }
    return Resolved.of(SopsNode.Leaf.text(value));
  }

  private static Resolved number(String value, String tag, char first) {
    if (NAN.contains(value)) {
      return Resolved.of(SopsNode.Leaf.number(Double.NaN));
    }
    if (INFINITY.contains(value)) {
      return Resolved.of(SopsNode.Leaf.number(Double.POSITIVE_INFINITY));
    }
    if (MINUS_INFINITY.contains(value)) {
      return Resolved.of(SopsNode.Leaf.number(Double.NEGATIVE_INFINITY));
    }
    if (value.length() > 1000) {
      return Resolved.of(SopsNode.Leaf.text(value));
    }
    String digits = value;
    if (first != '.') {
      if (tag.isEmpty() || tag.equals("!!timestamp")) {
        Optional<OffsetDateTime> time = timestamp(value);
        if (time.isPresent()) {
          return Resolved.of(
              SopsNode.Leaf.ascii(SopsNode.Type.TIME, LeafTypes.rfc3339(time.get())));
        }
      }
      digits = value.replace("_", "");
      Optional<java.math.BigInteger> whole = integer(digits);
      if (whole.isPresent()) {
        if (whole.get().bitLength() < 64) {
          return Resolved.of(SopsNode.Leaf.integer(whole.get().longValueExact()));
        }
        if (whole.get().signum() > 0 && whole.get().bitLength() == 64 && first != '+') {
          return Resolved.no("a whole number above 9223372036854775807");
        }
      }
    }
    if (FLOAT.matcher(digits).matches()) {
      Optional<Double> number = LeafTypes.number(digits);
      if (number.isPresent()) {
        return Resolved.of(SopsNode.Leaf.number(number.get()));
      }
    }
    return Resolved.of(SopsNode.Leaf.text(value));
  }

  /** As Go's ParseInt with base 0: 0x, 0o, 0b, and a leading 0 for octal. */
  private static Optional<java.math.BigInteger> integer(String value) {
    boolean minus = value.startsWith("-");
    String digits = minus || value.startsWith("+") ? value.substring(1) : value;
    String low = digits.toLowerCase(Locale.ROOT);
    int base = 10;
    if (low.startsWith("0x")) {
      base = 16;
    } else if (low.startsWith("0o")) {
      base = 8;
    } else if (low.startsWith("0b")) {
      base = 2;
    } else if (low.startsWith("0") && low.length() > 1) {
      base = 8;
    }
    String rest = base == 10 ? low : low.substring(low.charAt(1) > '9' ? 2 : 1);
    String set = "0123456789abcdef".substring(0, base);
    if (rest.isEmpty() || rest.length() > 200 || !rest.chars().allMatch(c -> set.indexOf(c) >= 0)) {
      return Optional.empty();
    }
    java.math.BigInteger number = new java.math.BigInteger(rest, base);
    return Optional.of(minus ? number.negate() : number);
  }

  private static Optional<OffsetDateTime> timestamp(String value) {
    Matcher date = DATE.matcher(value);
    if (!date.matches()) {
      return Optional.empty();
    }
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nano = 0;
    ZoneOffset zone = ZoneOffset.UTC;
    try {
      if (date.group(4) != null) {
        Matcher clock = CLOCK.matcher(date.group(5));
        boolean spaced = date.group(4).equals(" ");
        if (!clock.matches() || (clock.group(5) == null) != spaced) {
          return Optional.empty();
        }
        hour = Integer.parseInt(clock.group(1));
        minute = Integer.parseInt(clock.group(2));
        second = Integer.parseInt(clock.group(3));
        if (clock.group(4) != null) {
          nano = Integer.parseInt((clock.group(4) + "000000000").substring(0, 9));
        }
        if (!spaced) {
          zone = ZoneOffset.of(clock.group(5));
        }
      }
      return Optional.of(
          OffsetDateTime.of(
              Integer.parseInt(date.group(1)),
              Integer.parseInt(date.group(2)),
              Integer.parseInt(date.group(3)),
              hour,
              minute,
              second,
              nano,
              zone));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether a text must be quoted to come back as a text. */
  static boolean needsQuotes(String text) {
    Resolved resolved = resolve("", text, true);
    return resolved.leaf().isEmpty()
        || resolved.leaf().get().type() != SopsNode.Type.STR
        || OLD_BOOL.contains(text)
        || (text.length() < 200 && text.indexOf(':') > 0 && BASE_60.matcher(text).matches());
  }
}
