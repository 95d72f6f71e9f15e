package dev.pale.crypto.sigv4;

import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import java.nio.charset.StandardCharsets;

/**
 * The key of one day, region and service, derived from the secret: whoever learns it signs there
 * and then, and nowhere else.
 */
final class SigningKey implements AutoCloseable {
  private final byte[] key;

  private SigningKey(byte[] key) {
    this.key = key;
  }

  static SigningKey derive(SigV4Credentials credentials, SigningScope scope, String day) {
    byte[] secret = credentials.secret();
    byte[] start = new byte[secret.length + 4];
    System.arraycopy(ascii("AWS4"), 0, start, 0, 4);
    System.arraycopy(secret, 0, start, 4, secret.length);
    byte[] key = start;
    for (String part : new String[] {day, scope.region(), scope.service(), "aws4_request"}) {
      byte[] next = Mac256.of(key, ascii(part));
      Keys.wipe(key);
      key = next;
    }
    return new SigningKey(key);
  }

  /** 64 lower-case hex digits. */
  String sign(String stringToSign) {
    return Ascii.hex(Mac256.of(key, Ascii.utf8(stringToSign)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    Keys.wipe(key);
  }
}
