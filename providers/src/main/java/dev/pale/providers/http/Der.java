package dev.pale.providers.http;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Wraps older forms of private keys as PKCS #8 (RFC 5208), which is what the JDK reads: {@code RSA
 * PRIVATE KEY} (RFC 8017, A.1.2) and {@code EC PRIVATE KEY} (RFC 5915).
 */
final class Der {
  private static final byte[] RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };
  private static final byte[] EC_OID = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1
  };
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private Der() {}

  static byte[] pkcs8OfRsa(byte[] key) {
    return item(0x30, VERSION, RSA, item(0x04, key));
  }

  /** The curve is taken from the key's own parameters, tag 0, where RFC 5915 has it. */
  static byte[] pkcs8OfEc(byte[] key) {
    return item(0x30, VERSION, item(0x30, EC_OID, curve(key)), item(0x04, key));
  }

  private static byte[] curve(byte[] key) {
    int at = contentAt(key, 0);
    while (at < key.length) {
      int content = contentAt(key, at);
      int end = content + length(key, at);
      if (end > key.length) {
        break;
      }
      if ((key[at] & 0xff) == 0xa0) {
        return Arrays.copyOfRange(key, content, end);
      }
      at = end;
    }
    throw new IllegalArgumentException("an EC key without its curve");
  }

  private static int contentAt(byte[] der, int at) {
    require(at + 1 < der.length);
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int count = first & 0x7f;
    require(count >= 1 && count <= 2 && at + 1 + count < der.length);
    int length = 0;
    for (int i = 0; i < count; i++) {
      length = length << 8 | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("no DER");
    }
  }

  private static byte[] item(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
