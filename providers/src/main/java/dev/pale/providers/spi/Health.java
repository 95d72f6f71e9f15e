package dev.pale.providers.spi;

import dev.pale.secrets.PaleException;

/** Whether a store can be used now. */
public sealed interface Health {
  /**
   * It can.
   *
   * @param identity as whom, as the store says, without anything secret; may be empty
   * @param detail what else is worth knowing: version, address
   */
  record Usable(String identity, String detail) implements Health {}

  /** It cannot. */
  record Unusable(PaleException failure) implements Health {}
}
