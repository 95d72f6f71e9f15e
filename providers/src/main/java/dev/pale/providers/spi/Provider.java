package dev.pale.providers.spi;

import dev.pale.secrets.Reference;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open store. Opens connections when they are first needed; tokens it fetches live as long as it
 * does.
 *
 * <p>Failures that concern all references (no route, wrong credentials) are {@link
 * dev.pale.secrets.PaleException}s, 600 to 649; their texts hold no value, no token and no free
 * text that the service sent.
 *
 * <p>Thread-safe.
 */
public interface Provider extends AutoCloseable {
  /**
   * Reads many values in as few requests as the store allows.
   *
   * @param references all of this provider's scheme; no duplicates
   * @return exactly one outcome for each of them; the caller closes the values
   */
  Map<Reference, Outcome> read(List<Reference> references);

  /**
   * Names of what is there, never values; empty when the store cannot list.
   *
   * @param under a path inside the store, empty for its root
   * @return references that {@link #read} takes, at most 10,000
   */
  default Optional<List<Reference>> list(String under) {
    return Optional.empty();
  }

  /** What writes into the store; empty when Pale only reads it. */
  default Optional<Writer> writer() {
    return Optional.empty();
  }

  /** Asks the store who Pale is there, and nothing else. Never throws for a store that is down. */
  Health health();

  /** Forgets tokens and closes connections. Never throws. */
  @Override
  void close();
}
