package dev.pale.gateway.redact;

import dev.pale.secrets.SecretName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came back in one exchange: how many bytes the agent got, and how often a value was found in
 * them and replaced.
 *
 * <p>Not thread-safe: it belongs to whoever relays the response.
 */
public final class Tally {
  private final Map<SecretName, Long> found = new LinkedHashMap<>(0);
  private long all;
  private long bytes;

  /** Nothing has come back yet. */
  public Tally() {}

  /** Counts bytes that go to the agent; {@link BodyRedactor} does so for what it lets out. */
  public void addBytes(long count) {
    bytes += count;
  }

  /** How many bytes went to the agent, as it sees them: decoded and redacted. */
  public long bytes() {
    return bytes;
  }

  /** How many occurrences were replaced. */
  public long found() {
    return all;
  }

  /** How many occurrences of one secret were replaced. */
  public long found(SecretName name) {
    return found.getOrDefault(name, 0L);
  }

  /** Occurrences by secret, those that were found only, in the order in which they were met. */
  public Map<SecretName, Long> bySecret() {
    return Collections.unmodifiableMap(found);
  }

  /** One occurrence, of a value that may have several names. */
  void hit(SecretName[] names) {
    all++;
    for (SecretName name : names) {
      found.merge(name, 1L, Long::sum);
    }
  }

  @Override
  public String toString() {
    return all + " found in " + bytes + " bytes";
  }
}
