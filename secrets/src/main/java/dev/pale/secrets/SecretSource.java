package dev.pale.secrets;

import java.util.SortedMap;

/**
 * What gives out values: the vault, or a store outside. A caller cannot tell which.
 *
 * <p>Implementations write an audit row for the request in the same transaction that reads the
 * values; when the row cannot be written, no value is given out.
 */
public interface SecretSource {
  /**
   * The current values of an environment.
   *
   * @param request which names, of what place, for whom
   * @return name to value, in order of names; the caller closes the values
   * @throws PaleException when the place is unknown, a named secret is missing, or a value cannot
   *     be authenticated: all or nothing
   */
  SortedMap<SecretName, SecretValue> read(ReadRequest request);
}
