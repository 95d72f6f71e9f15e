package dev.pale.sops;

import java.util.List;

/**
 * From master keys to the data key and back, also when it is split over several key groups
 * (Shamir's scheme over GF(2^8) with the polynomial 0x11B; a part is 32 bytes and its x).
 *
 * <p>Thread-safe.
 */
public final class DataKeys {
  private DataKeys() {}

  /**
   * The data key of a file, by the first master key of each group that opens its part.
   *
   * @param order kinds to be tried first; sops' default is {@code age, pgp}
   * @return 32 bytes, which belong to the caller
   * @throws dev.pale.secrets.PaleException when too few groups can be opened
   */
  public static byte[] unwrap(
      SopsMetadata metadata, List<KeyService> services, List<String> order) {
    throw new UnsupportedOperationException();
  }

  /** A new data key of 32 random bytes. */
  public static byte[] create() {
    throw new UnsupportedOperationException();
  }

  /**
   * The metadata with the data key wrapped by every master key.
   *
   * @throws dev.pale.secrets.PaleException when one of them cannot be used
   */
  public static SopsMetadata wrap(
      SopsMetadata metadata, byte[] dataKey, List<KeyService> services) {
    throw new UnsupportedOperationException();
  }
}
