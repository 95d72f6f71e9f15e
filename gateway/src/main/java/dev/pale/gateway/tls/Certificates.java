package dev.pale.gateway.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes and signs the two kinds of certificate that a session needs (RFC 5280; the stricter
 * readings of {@code openssl verify -x509_strict} and Python's {@code VERIFY_X509_STRICT}).
 *
 * <p>The authority carries no name constraints: hosts are not known beforehand in {@code observe}
 * mode, an address would need a range of its own, clients disagree about them, and the key never
 * leaves this process anyway.
 */
final class Certificates {
  /** The longest common name (RFC 5280, ub-common-name). */
  static final int COMMON_NAME_LIMIT = 64;

  private static final byte[] ECDSA_WITH_SHA256 =
      Der.sequence(Der.oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  private static final byte[] COMMON_NAME = Der.oid(0x55, 0x04, 0x03);
  private static final byte[] SUBJECT_KEY_IDENTIFIER = Der.oid(0x55, 0x1d, 0x0e);
  private static final byte[] KEY_USAGE = Der.oid(0x55, 0x1d, 0x0f);
  private static final byte[] SUBJECT_ALT_NAME = Der.oid(0x55, 0x1d, 0x11);
  private static final byte[] BASIC_CONSTRAINTS = Der.oid(0x55, 0x1d, 0x13);
  private static final byte[] AUTHORITY_KEY_IDENTIFIER = Der.oid(0x55, 0x1d, 0x23);
  private static final byte[] EXTENDED_KEY_USAGE = Der.oid(0x55, 0x1d, 0x25);
  private static final byte[] SERVER_AUTH = Der.oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01);

  private static final int DIGITAL_SIGNATURE = 0x80;
  private static final int KEY_CERT_SIGN_AND_CRL_SIGN = 0x06;
  private static final int SERIAL_BYTES = 16;

  /** An uncompressed point of P-256: 0x04 and two coordinates, at the end of its SPKI. */
  private static final int POINT_BYTES = 65;

  private final PrivateKey signer;
  private final byte[] issuer;
  private final byte[] issuerKeyIdentifier;
  private final SecureRandom random;

  /**
   * What signs.
   *
   * @param signer P-256 private key of the authority
   * @param signerPublic its public key
   * @param commonName the authority's name, at most 64 characters
   * @param random for serials and signatures
   */
  Certificates(PrivateKey signer, PublicKey signerPublic, String commonName, SecureRandom random)
      throws GeneralSecurityException {
    this.signer = signer;
    this.issuer = name(commonName);
    this.issuerKeyIdentifier = keyIdentifier(signerPublic.getEncoded());
    this.random = random;
  }

  /** The authority's own certificate: signs servers' certificates and nothing below them. */
  byte[] authority(PublicKey key, Instant notBefore, Instant notAfter)
      throws GeneralSecurityException {
    return sign(
        issuer,
        key.getEncoded(),
        notBefore,
        notAfter,
        critical(BASIC_CONSTRAINTS, Der.sequence(Der.yes(), Der.integer(0))),
        critical(KEY_USAGE, Der.namedBits(KEY_CERT_SIGN_AND_CRL_SIGN)),
        extension(SUBJECT_KEY_IDENTIFIER, Der.octetString(issuerKeyIdentifier)));
  }

  /**
   * A server's certificate for one host.
   *
   * @param host DNS name in lower-case ASCII; ignored for an address but for the common name
   * @param address 4 or 16 bytes, or none for a DNS name
   * @param key DER of the public key (SPKI)
   */
  byte[] server(String host, byte[] address, byte[] key, Instant notBefore, Instant notAfter)
      throws GeneralSecurityException {
    byte[] generalName =
        address.length > 0
            ? Der.implicit(7, address)
            : Der.implicit(2, host.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    byte[] names = Der.sequence(generalName);
    // A name too long for the subject leaves it empty, and then the names must be critical.
    boolean named = host.length() <= COMMON_NAME_LIMIT;
    return sign(
        named ? name(host) : Der.sequence(),
        key,
        notBefore,
        notAfter,
        extension(EXTENDED_KEY_USAGE, Der.sequence(SERVER_AUTH)),
        critical(KEY_USAGE, Der.namedBits(DIGITAL_SIGNATURE)),
        extension(SUBJECT_KEY_IDENTIFIER, Der.octetString(keyIdentifier(key))),
        named ? extension(SUBJECT_ALT_NAME, names) : critical(SUBJECT_ALT_NAME, names));
  }

  private byte[] sign(
      byte[] subject, byte[] key, Instant notBefore, Instant notAfter, byte[]... extensions)
      throws GeneralSecurityException {
    byte[][] all = Arrays.copyOf(extensions, extensions.length + 1);
    all[extensions.length] =
        extension(AUTHORITY_KEY_IDENTIFIER, Der.sequence(Der.implicit(0, issuerKeyIdentifier)));
    byte[] serial = new byte[SERIAL_BYTES];
    do {
      random.nextBytes(serial);
      serial[0] &= 0x7f;
    } while (serial[0] == 0);
    byte[] unsigned =
        Der.sequence(
            Der.explicit(0, Der.integer(2)),
            Der.minimalInteger(serial),
            ECDSA_WITH_SHA256,
            issuer,
            Der.sequence(Der.time(notBefore), Der.time(notAfter)),
            subject,
            key,
            Der.explicit(3, Der.sequence(all)));
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(signer, random);
    signature.update(unsigned);
    return Der.sequence(unsigned, ECDSA_WITH_SHA256, Der.bitString(signature.sign()));
  }

  private static byte[] name(String commonName) {
    return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8String(commonName))));
  }

  private static byte[] extension(byte[] oid, byte[] value) {
    return Der.sequence(oid, Der.octetString(value));
  }

  private static byte[] critical(byte[] oid, byte[] value) {
    return Der.sequence(oid, Der.yes(), Der.octetString(value));
  }

  /** The first 160 bits of the SHA-256 of the key's bits (RFC 7093, section 2, method 1). */
  private static byte[] keyIdentifier(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(subjectPublicKeyInfo, subjectPublicKeyInfo.length - POINT_BYTES, POINT_BYTES);
    return Arrays.copyOf(digest.digest(), 20);
  }
}
