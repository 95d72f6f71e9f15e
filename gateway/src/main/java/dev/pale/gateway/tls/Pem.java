package dev.pale.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Certificates as text (RFC 7468). Reading is forgiving and writing is exact: one bad block in a
 * file makes OpenSSL refuse the whole file, so that files of others are read here and written anew.
 *
 * <p>Thread-safe: no state.
 */
public final class Pem {
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";
  private static final byte[] FIRST_LINE =
      "-----BEGIN CERTIFICATE-----\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_LINE =
      "-----END CERTIFICATE-----\n".getBytes(StandardCharsets.US_ASCII);
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  /**
   * What a file held.
   *
   * @param certificates DER, in order
   * @param unusable how many blocks that call themselves certificates are none
   */
  public record Contents(List<byte[]> certificates, int unusable) {
    public Contents {
      certificates = List.copyOf(certificates);
    }
  }

  /** One certificate as a block of PEM with lines of 64 characters and a line feed at the end. */
  public static byte[] encode(byte[] der) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(der.length * 3 / 2 + 64);
    encode(der, out);
    return out.toByteArray();
  }

  /** As {@link #encode(byte[])}, to the end of what is there. */
  public static void encode(byte[] der, ByteArrayOutputStream out) {
    out.writeBytes(FIRST_LINE);
    out.writeBytes(LINES.encode(der));
    out.write('\n');
    out.writeBytes(LAST_LINE);
  }

  /**
   * All certificates of a file: PEM with anything between the blocks, CRLF or LF, {@code TRUSTED
   * CERTIFICATE} without its trust settings; or one certificate in DER. Blocks of other kinds
   * (keys) are passed over. That a block is a certificate is judged by its outer form only.
   */
  public static Contents read(byte[] file) {
    if (file.length > 0 && file[0] == Der.SEQUENCE && isCertificate(file)) {
      return new Contents(List.of(file), 0);
    }
    String text = new String(file, StandardCharsets.ISO_8859_1);
    List<byte[]> found = new ArrayList<>();
    int unusable = 0;
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
      if (labelEnd < 0) {
        break;
      }
      String label = text.substring(at + BEGIN.length(), labelEnd);
      int body = labelEnd + DASHES.length();
      int end = text.indexOf(END, body);
      int next = text.indexOf(BEGIN, body);
      boolean wanted =
          label.equals("CERTIFICATE")
              || label.equals("X509 CERTIFICATE")
              || label.equals("TRUSTED CERTIFICATE");
      if (wanted) {
        boolean whole = end >= 0 && (next < 0 || end < next);
        byte[] der = whole ? decode(text, body, end) : new byte[0];
        if (der.length > 0) {
          found.add(der);
        } else {
          unusable++;
        }
      }
      at = next;
    }
    return new Contents(found, unusable);
  }

  private static byte[] decode(String text, int from, int to) {
    byte[] compact = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c > ' ') {
        compact[length++] = (byte) c;
      }
    }
    byte[] der;
    try {
      der = Base64.getDecoder().decode(Arrays.copyOf(compact, length));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
    int extent = Der.extent(der, 0, der.length);
    if (extent < 0) {
      return new byte[0];
    }
    // OpenSSL's TRUSTED CERTIFICATE has its settings after the certificate.
    byte[] certificate = extent == der.length ? der : Arrays.copyOf(der, extent);
    return isCertificate(certificate) ? certificate : new byte[0];
  }

  /** A sequence of three: what is signed, how, and the signature. */
  private static boolean isCertificate(byte[] der) {
    if (der[0] != Der.SEQUENCE || Der.extent(der, 0, der.length) != der.length) {
      return false;
    }
    byte[] inside = Der.contents(der);
    int first = Der.extent(inside, 0, inside.length);
    if (first < 0 || inside[0] != Der.SEQUENCE) {
      return false;
    }
    int second = Der.extent(inside, first, inside.length);
    if (second < 0) {
      return false;
    }
    int third = Der.extent(inside, first + second, inside.length);
    return third > 0 && first + second + third == inside.length;
  }
}
