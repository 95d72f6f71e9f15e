package dev.pale.sops;

/**
 * Wraps and unwraps data keys with master keys of some kinds. What asks a service over the network
 * implements this in the room that knows that service.
 *
 * <p>Thread-safe.
 */
public interface KeyService {
  /** Whether this service is for keys of this kind. */
  boolean serves(MasterKey key);

  /**
   * The data key (or the part of it) that the entry wraps.
   *
   * @return 32 or 33 bytes, a new array that belongs to the caller
   * @throws dev.pale.secrets.PaleException when this key cannot be used here and now; another one
   *     of the file may
   */
  byte[] unwrap(MasterKey key);

  /**
   * Wraps a data key.
   *
   * @param dataKey not changed; the caller wipes it
   * @return the text of the field {@code enc}
   * @throws dev.pale.secrets.PaleException when it cannot be wrapped
   */
  String wrap(MasterKey key, byte[] dataKey);
}
