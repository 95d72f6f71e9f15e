package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * From master keys to the data key and back, also when it is split over several key groups
 * (Shamir's scheme over GF(2^8) with the polynomial 0x11B; a part is 32 bytes and its x).
 *
 * <p>Thread-safe.
 */
public final class DataKeys {
  /** Bytes of a data key. */
  public static final int BYTES = 32;

  /** The kinds that are asked first, in this order; all others follow as the file has them. */
  public static final List<String> DEFAULT_ORDER = List.of("age", "pgp");

  private DataKeys() {}

  /**
   * Reads {@code SOPS_DECRYPTION_ORDER} or {@code --decryption-order}.
   *
   * @param text kinds separated by commas; empty for {@link #DEFAULT_ORDER}
   * @throws PaleException 495 when a kind is named twice
   */
  public static List<String> order(String text) {
    if (text.isEmpty()) {
      return DEFAULT_ORDER;
    }
    List<String> order = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      String kind = each.strip();
      if (order.contains(kind)) {
        throw PaleException.of(
            495,
            "the order of decryption names a kind of key twice",
            "",
            "name each kind once: age,pgp,kms");
      }
      order.add(kind);
    }
    return order;
  }

  /**
   * The data key of a file, by the first master key of each group that opens its part.
   *
   * @param order kinds to be tried first: {@link #DEFAULT_ORDER}, or {@link #order(String)}
   * @return 32 bytes, which belong to the caller
   * @throws PaleException 475 when too few groups can be opened; its reason names every key that
   *     failed and why
   */
  public static byte[] unwrap(
      SopsMetadata metadata, List<KeyService> services, List<String> order) {
    return new KeyGroups(services, order, new SecureRandom())
        .recover(metadata.groups(), metadata.shamirThreshold());
  }

  /** A new data key of 32 random bytes. */
  public static byte[] create() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /**
   * The metadata with the data key wrapped by every master key.
   *
   * @param dataKey not changed
   * @throws PaleException 480 when there is no key, or a threshold that cannot be; 477 when one of
   *     them cannot wrap
   */
  public static SopsMetadata wrap(
      SopsMetadata metadata, byte[] dataKey, List<KeyService> services) {
    KeyGroups groups = new KeyGroups(services, DEFAULT_ORDER, new SecureRandom());
    return metadata.withGroups(
        groups.wrap(metadata.groups(), metadata.shamirThreshold(), dataKey),
        metadata.shamirThreshold());
  }
}
