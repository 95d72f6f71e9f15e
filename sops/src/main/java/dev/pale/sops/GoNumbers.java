package dev.pale.sops;

import java.math.BigDecimal;

/** Numbers as Go prints them. */
final class GoNumbers {
  private GoNumbers() {}

  /** The shortest digits that read back as the same number, never with an exponent. */
  static String plain(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "+Inf" : "-Inf";
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    return shortest(number).toPlainString();
  }

  /** With an exponent below 1e-4 and from a million on: what YAML files get. */
  static String yaml(double number) {
    if (Double.isNaN(number)) {
      return ".nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? ".inf" : "-.inf";
    }
    if (number == 0) {
      return plain(number);
    }
    int exponent = exponent(number);
    return exponent < -4 || exponent >= 6 ? scientific(number, 2) : plain(number);
  }

  /** With an exponent below 1e-6 and from 1e21 on: what JSON files get. */
  static String json(double number) {
    if (number == 0) {
      return plain(number);
    }
    double size = Math.abs(number);
    return size < 1e-6 || size >= 1e21 ? scientific(number, size < 1 ? 1 : 2) : plain(number);
  }

  private static BigDecimal shortest(double number) {
    return new BigDecimal(Double.toString(number)).stripTrailingZeros();
  }

  private static int exponent(double number) {
    BigDecimal digits = shortest(number);
    return digits.precision() - digits.scale() - 1;
  }

  private static String scientific(double number, int exponentDigits) {
    BigDecimal digits = shortest(number);
    String all = digits.unscaledValue().abs().toString();
    int exponent = exponent(number);
    StringBuilder text = new StringBuilder();
    if (number < 0) {
      text.append('-');
    }
    text.append(all.charAt(0));
    if (all.length() > 1) {
      text.append('.').append(all, 1, all.length());
    }
    text.append('e').append(exponent < 0 ? '-' : '+');
    String power = Integer.toString(Math.abs(exponent));
    if (power.length() < exponentDigits) {
      text.append('0');
    }
    return text.append(power).toString();
  }
}
