package dev.pale.providers.bitwarden;

import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import dev.pale.crypto.Mac256;
import dev.pale.secrets.PaleException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A machine account's access token, {@code 0.CLIENT_ID.CLIENT_SECRET:SEED}, where the seed is 16
 * bytes in base64. The service sees the first half only; the seed becomes the key that opens the
 * organisation's key. Prints its client id only.
 *
 * <p>The key is {@code HKDF-Expand(HMAC-SHA-256("bitwarden-accesstoken", seed), "sm-access-token",
 * 64)}, as Bitwarden's own client derives it.
 */
final class AccessToken implements AutoCloseable {
  private static final Pattern FORM =
      Pattern.compile(
          "0\\.([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\\."
              + "([A-Za-z0-9+/=_-]{1,128}):([A-Za-z0-9+/]{22})(?:==)?");

  private final String clientId;
  private final String clientSecret;
  private final byte[] key;

  private AccessToken(String clientId, String clientSecret, byte[] key) {
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.key = key;
  }

  /** Reads a token; error 601 for what is none. */
  static AccessToken parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw PaleException.of(
          601,
          "the access token is none of Bitwarden Secrets Manager",
          "it must be 0.CLIENT_ID.CLIENT_SECRET:KEY",
          "make one under Machine accounts > Access tokens, and copy it whole");
    }
    byte[] seed = Base64.getDecoder().decode(matcher.group(3));
    byte[] extracted = Mac256.of("bitwarden-accesstoken".getBytes(StandardCharsets.UTF_8), seed);
    try {
      return new AccessToken(
          matcher.group(1),
          matcher.group(2),
          Hkdf.expand(
              extracted, "sm-access-token".getBytes(StandardCharsets.UTF_8), EncString.KEY_BYTES));
    } finally {
      Keys.wipe(seed);
      Keys.wipe(extracted);
    }
  }

  String clientId() {
    return clientId;
  }

  String clientSecret() {
    return clientSecret;
  }

  /** 64 bytes, this object's own. */
  byte[] key() {
    return key;
  }

  @Override
  public void close() {
    Keys.wipe(key);
  }

  @Override
  public String toString() {
    return "[access token of " + clientId + "]";
  }
}
