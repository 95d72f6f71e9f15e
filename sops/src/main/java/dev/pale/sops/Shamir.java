package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * Shamir's secret sharing over GF(2^8) with the polynomial 0x11B, byte by byte, as sops divides a
 * data key among key groups (A. Shamir, "How to share a secret", CACM 22(11), 1979).
 *
 * <p>A part is as long as the secret and one byte: the values at x, then x itself, which is never
 * 0.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>Fewer parts than the threshold tell nothing of the secret.
 *   <li>Multiplication and inversion take the same steps for all inputs: no table is read at a
 *       place that depends on a secret.
 *   <li>Not guaranteed: that a part is genuine. A wrong part gives a wrong secret, silently; what
 *       the secret then opens must be authenticated.
 * </ul>
 *
 * <p>Thread-safe: stateless.
 */
final class Shamir {
  private static final int MAX_PARTS = 255;

  private Shamir() {}

  /**
   * Divides a secret.
   *
   * @param secret 1 byte or more; not changed
   * @param parts 2 to 255
   * @param threshold how many of the parts give the secret again: 2 to {@code parts}
   * @return the parts, each one byte longer than the secret; the caller wipes them
   */
  static byte[][] split(byte[] secret, int parts, int threshold, SecureRandom random) {
    if (threshold < 2 || parts < threshold || parts > MAX_PARTS || secret.length == 0) {
      throw new IllegalArgumentException("2 <= threshold <= parts <= 255");
    }
    byte[][] result = new byte[parts][secret.length + 1];
    byte[] coefficients = new byte[threshold];
    try {
      for (int i = 0; i < parts; i++) {
        result[i][secret.length] = (byte) (i + 1);
      }
      for (int at = 0; at < secret.length; at++) {
        random.nextBytes(coefficients);
        coefficients[0] = secret[at];
        for (int i = 0; i < parts; i++) {
          result[i][at] = (byte) valueAt(coefficients, i + 1);
        }
      }
      return result;
    } finally {
      Arrays.fill(coefficients, (byte) 0);
    }
  }

  /**
   * The secret that parts give: exactly as many as the threshold, or more.
   *
   * @param parts at least two, of the same length; not changed
   * @throws PaleException 475 when the parts cannot be of one secret
   */
  static byte[] combine(List<byte[]> parts) {
    if (parts.size() < 2) {
      throw foreign();
    }
    int length = parts.getFirst().length;
    boolean[] seen = new boolean[256];
    for (byte[] part : parts) {
      int x = part.length < 2 ? 0 : part[part.length - 1] & 0xff;
      if (part.length != length || x == 0 || seen[x]) {
        throw foreign();
      }
      seen[x] = true;
    }
    byte[] secret = new byte[length - 1];
    for (int i = 0; i < parts.size(); i++) {
      int weight = weight(parts, i);
      for (int at = 0; at < secret.length; at++) {
        secret[at] ^= (byte) multiply(parts.get(i)[at] & 0xff, weight);
      }
    }
    return secret;
  }

  private static PaleException foreign() {
    return PaleException.of(
        475,
        "the parts of the data key do not belong together",
        "the key groups wrap parts of different length or number",
        "take the file from its history again");
  }

  /** Lagrange's basis polynomial of part {@code i} at 0: the product of xj / (xj - xi). */
  private static int weight(List<byte[]> parts, int i) {
    int xi = x(parts.get(i));
    int weight = 1;
    for (int j = 0; j < parts.size(); j++) {
      if (j != i) {
        int xj = x(parts.get(j));
        weight = multiply(weight, multiply(xj, inverse(xj ^ xi)));
      }
    }
    return weight;
  }

  private static int x(byte[] part) {
    return part[part.length - 1] & 0xff;
  }

  private static int valueAt(byte[] coefficients, int x) {
    int value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = multiply(value, x) ^ (coefficients[i] & 0xff);
    }
    return value;
  }

  /** Product in the field, without branches on the factors. */
  static int multiply(int a, int b) {
    int product = 0;
    int factor = a;
    for (int bit = 0; bit < 8; bit++) {
      product ^= factor & -((b >> bit) & 1);
      factor = ((factor << 1) ^ (0x11b & -(factor >> 7))) & 0xff;
    }
    return product;
  }

  /** The 254th power, which is the inverse; 0 for 0. */
  static int inverse(int a) {
    int result = 1;
    int power = a;
    for (int bit = 0; bit < 8; bit++) {
      result = ((254 >> bit) & 1) == 1 ? multiply(result, power) : result;
      power = multiply(power, power);
    }
    return result;
  }
}
