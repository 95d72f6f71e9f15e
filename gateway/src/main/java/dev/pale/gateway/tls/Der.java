package dev.pale.gateway.tls;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;

/**
 * Writes DER (ITU-T X.690): each method returns one complete element. Only what certificates and a
 * trust store need; nothing is read here but the extent of an element.
 *
 * <p>Thread-safe: no state.
 */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int BMP_STRING = 0x1e;
  static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private Der() {}

  /** Any element: a tag of one byte, and the parts one after the other as its contents. */
  static byte[] element(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    int lengthBytes = length < 0x80 ? 0 : (39 - Integer.numberOfLeadingZeros(length)) / 8;
    byte[] out = new byte[2 + lengthBytes + length];
    out[0] = (byte) tag;
    int at = 2;
    if (lengthBytes == 0) {
      out[1] = (byte) length;
    } else {
      out[1] = (byte) (0x80 | lengthBytes);
      for (int i = lengthBytes - 1; i >= 0; i--) {
        out[at++] = (byte) (length >>> (8 * i));
      }
    }
    for (byte[] part : parts) {
      System.arraycopy(part, 0, out, at, part.length);
      at += part.length;
    }
    return out;
  }

  static byte[] sequence(byte[]... parts) {
    return element(SEQUENCE, parts);
  }

  /** A SET of one member, which needs no sorting. */
  static byte[] set(byte[] member) {
    return element(SET, member);
  }

  /** {@code [number]}, constructed. */
  static byte[] explicit(int number, byte[]... parts) {
    return element(0xa0 | number, parts);
  }

  /** {@code [number] IMPLICIT} of a primitive type. */
  static byte[] implicit(int number, byte[] contents) {
    return element(0x80 | number, contents);
  }

  /** A small non-negative number. */
  static byte[] integer(int value) {
    if (value < 0 || value > 0x7f) {
      throw new IllegalArgumentException("not a number of one byte");
    }
    return element(INTEGER, new byte[] {(byte) value});
  }

  /**
   * A positive number, big-endian, in the shortest form already: the first byte is 0x01 to 0x7f.
   * OpenSSL's and Python's strict modes refuse any other form.
   */
  static byte[] minimalInteger(byte[] magnitude) {
    if (magnitude[0] <= 0) {
      throw new IllegalArgumentException("not positive, or not the shortest form");
    }
    return element(INTEGER, magnitude);
  }

  static byte[] bitString(byte[] wholeBytes) {
    return element(BIT_STRING, new byte[] {0}, wholeBytes);
  }

  /** A named bit list of one byte: DER drops the zero bits at its end. */
  static byte[] namedBits(int bits) {
    return element(
        BIT_STRING, new byte[] {(byte) Integer.numberOfTrailingZeros(bits), (byte) bits});
  }

  static byte[] octetString(byte[]... parts) {
    return element(OCTET_STRING, parts);
  }

  /** An object identifier whose contents are given encoded. */
  static byte[] oid(int... encoded) {
    byte[] contents = new byte[encoded.length];
    for (int i = 0; i < encoded.length; i++) {
      contents[i] = (byte) encoded[i];
    }
    return element(OBJECT_IDENTIFIER, contents);
  }

  static byte[] utf8String(String text) {
    return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] bmpString(String text) {
    return element(BMP_STRING, text.getBytes(StandardCharsets.UTF_16BE));
  }

  /** BOOLEAN TRUE: FALSE is the default wherever it is used here, and DER leaves defaults out. */
  static byte[] yes() {
    return new byte[] {0x01, 0x01, (byte) 0xff};
  }

  /** A time in whole seconds: UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
  static byte[] time(Instant instant) {
    ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
    boolean shortYear = time.getYear() >= 1950 && time.getYear() < 2050;
    byte[] text = new byte[shortYear ? 13 : 15];
    int at = 0;
    if (!shortYear) {
      at = twoDigits(text, at, time.getYear() / 100);
    }
    at = twoDigits(text, at, time.getYear() % 100);
    at = twoDigits(text, at, time.getMonthValue());
    at = twoDigits(text, at, time.getDayOfMonth());
    at = twoDigits(text, at, time.getHour());
    at = twoDigits(text, at, time.getMinute());
    at = twoDigits(text, at, time.getSecond());
    text[at] = 'Z';
    return element(shortYear ? UTC_TIME : GENERALIZED_TIME, text);
  }

  private static int twoDigits(byte[] text, int at, int value) {
    text[at] = (byte) ('0' + value / 10);
    text[at + 1] = (byte) ('0' + value % 10);
    return at + 2;
  }

  /**
   * The length in bytes of the element that begins at an offset, header included; -1 when there is
   * none with a definite length that ends within {@code to}.
   */
  static int extent(byte[] bytes, int from, int to) {
    if (to - from < 2) {
      return -1;
    }
    int first = bytes[from + 1] & 0xff;
    if (first < 0x80) {
      return 2 + first <= to - from ? 2 + first : -1;
    }
    int count = first & 0x7f;
    if (count == 0 || count > 3 || to - from < 2 + count) {
      return -1;
    }
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = (length << 8) | (bytes[from + 2 + i] & 0xff);
    }
    return length <= to - from - 2 - count ? 2 + count + length : -1;
  }

  /** The contents of an element that {@link #extent} has measured. */
  static byte[] contents(byte[] element) {
    int first = element[1] & 0xff;
    return Arrays.copyOfRange(element, first < 0x80 ? 2 : 2 + (first & 0x7f), element.length);
  }
}
