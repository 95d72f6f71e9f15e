package dev.pale.providers.spi;

import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.Map;
import java.util.SortedMap;

/** Writes an environment into a store. */
public interface Writer {
  /** What the store has under a name. */
  enum Present {
    /** The same value. */
    SAME,
    /** Another value. */
    DIFFERENT,
    /** Nothing. */
    ABSENT,
    /** Something; the store never gives its values out. */
    UNKNOWN
  }

  /** How the place is written, for help: {@code secret/my-app}, {@code owner/repo}. */
  String placeExample();

  /**
   * Compares, and changes nothing.
   *
   * @param at a place inside the store
   * @return one answer for each name
   */
  Map<SecretName, Present> compare(String at, SortedMap<SecretName, SecretValue> values);

  /**
   * Writes these values and leaves others alone.
   *
   * @throws dev.pale.secrets.PaleException 612, which names what was written before the failure
   */
  void write(String at, SortedMap<SecretName, SecretValue> values);
}
