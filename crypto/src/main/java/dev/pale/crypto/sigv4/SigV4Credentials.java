package dev.pale.crypto.sigv4;

import dev.pale.crypto.Keys;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An access key. Prints its id only. Not thread-safe with regard to {@link #close()}; otherwise
 * immutable.
 */
public final class SigV4Credentials implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[\\w-]{1,128}");
  private static final int MAX_SECRET = 1024;
  private static final int MAX_TOKEN = 16 << 10;

  private final String accessKeyId;
  private final byte[] secret;
  private final @Nullable String token;
  private boolean closed;

  /**
   * A key.
   *
   * @param accessKeyId {@code AKIA…} or {@code ASIA…}
   * @param secret copied; the caller wipes its own
   * @param token the session token of temporary credentials; null for none
   * @throws IllegalArgumentException for what no key looks like; without the key
   */
  public SigV4Credentials(String accessKeyId, byte[] secret, @Nullable String token) {
    boolean tokenFits =
        token == null
            || (!token.isEmpty()
                && token.length() <= MAX_TOKEN
                && token.chars().allMatch(c -> c > ' ' && c < 0x7f));
    if (!ID.matcher(accessKeyId).matches()
        || secret.length == 0
        || secret.length > MAX_SECRET
        || !tokenFits) {
      throw new IllegalArgumentException("not an access key");
    }
    this.accessKeyId = accessKeyId;
    this.secret = secret.clone();
    this.token = token;
  }

  /** The key's name, which is no secret. */
  public String accessKeyId() {
    return accessKeyId;
  }

  /** The session token, a credential; empty for a key that lasts. */
  public Optional<String> token() {
    return Optional.ofNullable(token);
  }

  /** Its own array; for {@link SigningKey}. */
  byte[] secret() {
    if (closed) {
      throw new IllegalStateException("the access key was wiped");
    }
    return secret;
  }

  /** Wipes the secret. The token is text and waits for the garbage collector. */
  @Override
  public void close() {
    closed = true;
    Keys.wipe(secret);
  }

  @Override
  public String toString() {
    return "[access key " + accessKeyId + "]";
  }
}
