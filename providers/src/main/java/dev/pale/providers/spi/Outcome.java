package dev.pale.providers.spi;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;

/** What became of one reference. */
public sealed interface Outcome {
  /** The value; the caller closes it. */
  record Found(SecretValue value) implements Outcome {}

  /**
   * The store answered that there is no such thing.
   *
   * @param why what exactly is not there, without content: {@code item has no field 'password'}
   */
  record Missing(String why) implements Outcome {}

  /**
   * This one failed, others may not have: no permission, a malformed reference, a damaged value.
   */
  record Failed(PaleException failure) implements Outcome {}
}
