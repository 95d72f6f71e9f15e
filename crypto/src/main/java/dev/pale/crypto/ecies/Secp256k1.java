package dev.pale.crypto.ecies;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * The curve y² = x³ + 7 over the field of p = 2^256 - 2^32 - 977 (SEC 2, version 2.0, section
 * 2.4.1).
 *
 * <p>Not constant in time: it is used once for each value, on the owner's machine.
 */
final class Secp256k1 {
  private static final BigInteger P =
      new BigInteger("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F", 16);
  static final BigInteger ORDER =
      new BigInteger("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final BigInteger SEVEN = BigInteger.valueOf(7);
  static final int POINT_BYTES = 65;

  private Secp256k1() {}

  /** A point that is not the one at infinity. */
  record Point(BigInteger x, BigInteger y) {
    /** Reads the uncompressed form; empty for what is not on the curve. */
    static Optional<Point> decode(byte[] bytes) {
      if (bytes.length != POINT_BYTES || bytes[0] != 4) {
        return Optional.empty();
      }
      BigInteger x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 33));
      BigInteger y = new BigInteger(1, Arrays.copyOfRange(bytes, 33, 65));
      boolean inField = x.compareTo(P) < 0 && y.compareTo(P) < 0;
      boolean onCurve = y.multiply(y).mod(P).equals(x.pow(3).add(SEVEN).mod(P));
      return inField && onCurve ? Optional.of(new Point(x, y)) : Optional.empty();
    }

    /** The uncompressed form, 65 bytes. */
    byte[] encode() {
      byte[] bytes = new byte[POINT_BYTES];
      bytes[0] = 4;
      put(x, bytes, 33);
      put(y, bytes, 65);
      return bytes;
    }

    private static void put(BigInteger number, byte[] to, int end) {
      byte[] digits = number.toByteArray();
      int length = Math.min(32, digits.length);
      System.arraycopy(digits, digits.length - length, to, end - length, length);
    }
  }

  /** The point times a number from 1 to the order less 1: never infinity in this group. */
  static Point multiply(Point point, BigInteger times) {
    Point result = point;
    for (int i = times.bitLength() - 2; i >= 0; i--) {
      result = add(result, result);
      if (times.testBit(i)) {
        result = add(result, point);
      }
    }
    return result;
  }

  /** The intermediate results of {@link #multiply} are never opposite points. */
  private static Point add(Point a, Point b) {
    BigInteger slope =
        a.equals(b)
            ? a.x.multiply(a.x).multiply(THREE).multiply(a.y.shiftLeft(1).modInverse(P))
            : b.y.subtract(a.y).multiply(b.x.subtract(a.x).modInverse(P));
    BigInteger x = slope.multiply(slope).subtract(a.x).subtract(b.x).mod(P);
    BigInteger y = slope.multiply(a.x.subtract(x)).subtract(a.y).mod(P);
    return new Point(x, y);
  }
}
