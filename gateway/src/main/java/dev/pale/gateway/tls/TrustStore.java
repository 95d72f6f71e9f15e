package dev.pale.gateway.tls;

import java.util.List;

/**
 * Writes a trust store for Java: PKCS #12 (RFC 7292) without encryption and without a MAC, because
 * certificates are public and the file lies in a folder of its owner. Every JDK from 8u301 on reads
 * it with any password or none; it costs no key derivation, neither here nor in each JVM that reads
 * it.
 *
 * <p>Thread-safe: no state.
 */
public final class TrustStore {
  private static final byte[] DATA = Der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01);
  private static final byte[] CERT_BAG =
      Der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, 0x03);
  private static final byte[] X509_CERTIFICATE =
      Der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01);
  private static final byte[] FRIENDLY_NAME =
      Der.oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14);

  /** Oracle's attribute 2.16.840.1.113894.746875.1.1: the JDK trusts only entries that have it. */
  private static final byte[] TRUSTED_KEY_USAGE =
      Der.oid(0x60, 0x86, 0x48, 0x01, 0x86, 0xf9, 0x66, 0xad, 0xca, 0x7b, 0x01, 0x01);

  private static final byte[] ANY_EXTENDED_KEY_USAGE = Der.oid(0x55, 0x1d, 0x25, 0x00);

  private TrustStore() {}

  /**
   * A store in which each certificate is a trusted entry {@code ca-0}, {@code ca-1} …
   *
   * @param certificates DER
   */
  public static byte[] encode(List<byte[]> certificates) {
    byte[] trusted = attribute(TRUSTED_KEY_USAGE, ANY_EXTENDED_KEY_USAGE);
    byte[][] bags = new byte[certificates.size()][];
    for (int i = 0; i < bags.length; i++) {
      byte[] bag =
          Der.sequence(X509_CERTIFICATE, Der.explicit(0, Der.octetString(certificates.get(i))));
      byte[] name = attribute(FRIENDLY_NAME, Der.bmpString("ca-" + i));
      bags[i] = Der.sequence(CERT_BAG, Der.explicit(0, bag), Der.set(concat(name, trusted)));
    }
    byte[] safe = data(Der.sequence(bags));
    return Der.sequence(Der.integer(3), data(Der.sequence(safe)));
  }

  private static byte[] data(byte[] contents) {
    return Der.sequence(DATA, Der.explicit(0, Der.octetString(contents)));
  }

  private static byte[] attribute(byte[] type, byte[] value) {
    return Der.sequence(type, Der.set(value));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
