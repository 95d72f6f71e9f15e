package dev.pale.gateway.inject;

/** Which of a request's fields are sent on. */
@FunctionalInterface
public interface FieldFilter {
  /**
   * Whether a field is sent on.
   *
   * @param index its number in the request's headers
   * @param name as it came
   */
  boolean keep(int index, String name);
}
