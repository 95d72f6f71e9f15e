package dev.pale.crypto.age;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Bech32 (BIP 173) without its limit of 90 characters. Works on ASCII bytes rather than strings,
 * because what is encoded may be a secret key.
 */
final class Bech32 {
  static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  static final int CHECKSUM_CHARS = 6;
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  private Bech32() {}

  /** The human-readable part in lower case, and the bytes. */
  static final class Decoded {
    private final String prefix;
    private final boolean upperCase;
    private final byte[] bytes;

    Decoded(String prefix, boolean upperCase, byte[] bytes) {
      this.prefix = prefix;
      this.upperCase = upperCase;
      this.bytes = bytes;
    }

    boolean is(String expectedPrefix, boolean expectedUpperCase, int length) {
      return prefix.equals(expectedPrefix)
          && upperCase == expectedUpperCase
          && bytes.length == length;
    }

    String prefix() {
      return prefix;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** The text in lower case. */
  static byte[] encode(String prefix, byte[] bytes) {
    int groups = (bytes.length * 8 + 4) / 5;
    byte[] values = new byte[groups + CHECKSUM_CHARS];
    for (int i = 0; i < groups; i++) {
      int value = 0;
      for (int bit = 5 * i; bit < 5 * i + 5; bit++) {
        int set = bit < bytes.length * 8 ? (bytes[bit / 8] >> (7 - bit % 8)) & 1 : 0;
        value = value << 1 | set;
      }
      values[i] = (byte) value;
    }
    int checksum = polymod(prefix, values) ^ 1;
    for (int i = 0; i < CHECKSUM_CHARS; i++) {
      values[groups + i] = (byte) ((checksum >>> (5 * (5 - i))) & 31);
    }
    byte[] text = new byte[prefix.length() + 1 + values.length];
    for (int i = 0; i < prefix.length(); i++) {
      text[i] = (byte) prefix.charAt(i);
    }
    text[prefix.length()] = '1';
    for (int i = 0; i < values.length; i++) {
      text[prefix.length() + 1 + i] = (byte) ALPHABET.charAt(values[i]);
    }
    return text;
  }

  /** Empty when the text is not Bech32 in every respect. */
  static Optional<Decoded> decode(byte[] text) {
    boolean lower = false;
    boolean upper = false;
    int separator = -1;
    for (int i = 0; i < text.length; i++) {
      int c = text[i];
      if (c < '!' || c > '~') {
        return Optional.empty();
      }
      lower |= c >= 'a' && c <= 'z';
      upper |= c >= 'A' && c <= 'Z';
      if (c == '1') {
        separator = i;
      }
    }
    int count = text.length - separator - 1;
    if ((lower && upper) || separator < 1 || count < CHECKSUM_CHARS) {
      return Optional.empty();
    }
    StringBuilder prefix = new StringBuilder();
    for (int i = 0; i < separator; i++) {
      prefix.append((char) lowerCase(text[i]));
    }
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      int value = ALPHABET.indexOf(lowerCase(text[separator + 1 + i]));
      if (value < 0) {
        return Optional.empty();
      }
      values[i] = (byte) value;
    }
    if (polymod(prefix.toString(), values) != 1) {
      return Optional.empty();
    }
    boolean upperCase = upper;
    return bytes(values, count - CHECKSUM_CHARS)
        .map(bytes -> new Decoded(prefix.toString(), upperCase, bytes));
  }

  /** 1 when the values, with their checksum at the end, belong to the prefix. */
  static int polymod(String prefix, byte[] values) {
    int check = 1;
    for (int i = 0; i < prefix.length(); i++) {
      check = step(check, prefix.charAt(i) >> 5);
    }
    check = step(check, 0);
    for (int i = 0; i < prefix.length(); i++) {
      check = step(check, prefix.charAt(i) & 31);
    }
    for (byte value : values) {
      check = step(check, value);
    }
    return check;
  }

  private static int step(int check, int value) {
    int top = check >>> 25;
    int next = (check & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; i++) {
      next ^= ((top >> i) & 1) == 0 ? 0 : GENERATOR[i];
    }
    return next;
  }

  /** Groups of five bits to bytes; what is left over must be less than five bits, all zero. */
  private static Optional<byte[]> bytes(byte[] values, int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int bits = 0;
    int buffer = 0;
    for (int i = 0; i < count; i++) {
      buffer = buffer << 5 | values[i];
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out.write(buffer >> bits);
        buffer &= (1 << bits) - 1;
      }
    }
    return bits >= 5 || buffer != 0 ? Optional.empty() : Optional.of(out.toByteArray());
  }

  /** In place; returns the same array. */
  static byte[] upperCase(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      if (text[i] >= 'a' && text[i] <= 'z') {
        text[i] = (byte) (text[i] - 32);
      }
    }
    return text;
  }

  private static int lowerCase(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
}
