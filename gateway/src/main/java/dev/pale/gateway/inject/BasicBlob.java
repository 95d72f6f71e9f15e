package dev.pale.gateway.inject;

import dev.pale.gateway.service.Slot;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of {@code Authorization: Basic} (RFC 7617), taken apart. Both base64 alphabets
 * are read, with and without padding; what is sent on is always the standard one with padding.
 */
final class BasicBlob {
  private static final String SCHEME = "basic ";

  /** What the client sent, decoded: no real value. */
  final byte[] decoded;

  private final int colon;

  private BasicBlob(byte[] decoded, int colon) {
    this.decoded = decoded;
    this.colon = colon;
  }

  static boolean isBasic(String value) {
    return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /** Takes a field's value apart; null when it is no Basic with decodable credentials. */
  static @Nullable BasicBlob of(String value) {
    if (!isBasic(value)) {
      return null;
    }
    String text = value.substring(SCHEME.length()).trim().replace('-', '+').replace('_', '/');
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    int colon = 0;
    while (colon < decoded.length && decoded[colon] != ':') {
      colon++;
    }
    return new BasicBlob(decoded, colon);
  }

  /** First position of a half. */
  int start(Slot.Part part) {
    return part == Slot.Part.USER ? 0 : Math.min(colon + 1, decoded.length);
  }

  /** Position after a half. */
  int end(Slot.Part part) {
    return part == Slot.Part.USER ? colon : decoded.length;
  }

  /**
   * Encodes credentials and forgets them.
   *
   * @param user wiped
   * @param password wiped
   * @return base64, to be wiped by the caller
   */
  static byte[] encode(byte[] user, byte[] password) {
    byte[] joined = Arrays.copyOf(user, user.length + 1 + password.length);
    joined[user.length] = ':';
    System.arraycopy(password, 0, joined, user.length + 1, password.length);
    byte[] blob = Base64.getEncoder().encode(joined);
    Arrays.fill(joined, (byte) 0);
    Arrays.fill(user, (byte) 0);
    Arrays.fill(password, (byte) 0);
    return blob;
  }
}
