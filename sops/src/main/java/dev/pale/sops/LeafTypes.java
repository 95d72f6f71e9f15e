package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/** From the plain bytes of an opened value and its label to a leaf, and times as Go writes them. */
final class LeafTypes {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter FRACTION =
      new DateTimeFormatterBuilder()
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  private LeafTypes() {}

  /** Empty when the bytes are not of the type that the label says. */
  static Optional<SopsNode.Leaf> of(String label, byte[] plain) {
    String text = new String(plain, StandardCharsets.ISO_8859_1);
    try {
      return switch (label) {
        case "str" -> Optional.of(new SopsNode.Leaf(SopsNode.Type.STR, plain));
        case "bytes" -> Optional.of(new SopsNode.Leaf(SopsNode.Type.BYTES, plain));
        case "comment" -> Optional.of(new SopsNode.Leaf(SopsNode.Type.COMMENT, plain));
        case "int", "int64" ->
            text.matches("[+-]?[0-9]{1,30}")
                ? Optional.of(SopsNode.Leaf.integer(Long.parseLong(text)))
                : Optional.empty();
        case "float" -> number(text).map(SopsNode.Leaf::number);
        case "bool" -> bool(text).map(SopsNode.Leaf::bool);
        case "time" ->
            time(text).map(when -> SopsNode.Leaf.ascii(SopsNode.Type.TIME, rfc3339(when)));
        default -> Optional.empty();
      };
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> bool(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  static Optional<Double> number(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan" -> Optional.of(Double.NaN);
      case "inf", "+inf", "infinity", "+infinity" -> Optional.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
      default -> decimal(text);
    };
  }

  private static Optional<Double> decimal(String text) {
    if (text.length() > 2000
        || !text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,9})?")) {
      return Optional.empty();
    }
    double number = Double.parseDouble(text);
    return Double.isInfinite(number) ? Optional.empty() : Optional.of(number);
  }

  /** Reads RFC 3339. */
  static Optional<OffsetDateTime> time(String text) {
    try {
      return text.length() > 64
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** RFC 3339 with as many digits of the second as needed, and {@code Z} for no offset. */
  static String rfc3339(OffsetDateTime when) {
    int minutes = when.getOffset().getTotalSeconds() / 60;
    String offset =
        minutes == 0
            ? "Z"
            : String.format(
                Locale.ROOT,
                "%s%02d:%02d",
                minutes < 0 ? "-" : "+",
                Math.abs(minutes) / 60,
                Math.abs(minutes) % 60);
    return SECONDS.format(when) + FRACTION.format(when) + offset;
  }
}
