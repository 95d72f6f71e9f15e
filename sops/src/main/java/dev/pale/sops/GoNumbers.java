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
    String digits = new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
    return digits;
  }
}
