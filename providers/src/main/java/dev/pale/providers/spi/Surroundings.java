package dev.pale.providers.spi;

import dev.pale.providers.http.Http;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * What a provider may know of the machine.
 *
 * @param variables the caller's environment
 * @param home the user's home folder
 * @param cwd against which relative paths are read
 * @param uid the user's id
 * @param clock the time
 * @param http the way to services
 * @param programs the way to programs
 */
public record Surroundings(
    Variables variables, Path home, Path cwd, long uid, Clock clock, Http http, Programs programs) {
  /** The caller's environment. */
  @FunctionalInterface
  public interface Variables {
    /** A variable; empty when it is not set. */
    String get(String name);

    /** All of them; empty where only single ones can be asked for. */
    default Map<String, String> all() {
      return Map.of();
    }
  }
}
