package dev.pale.sops;

import dev.pale.crypto.age.AgePlugins;
import dev.pale.secrets.SecretValue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the key services may know of the caller: nothing here comes from a file of a repository.
 *
 * @param environment the caller's environment, {@code SOPS_*} variables among it
 * @param home the user's home folder
 * @param cwd against which relative paths of variables are read
 * @param passphrases asks a person
 * @param plugins of age, as this caller would find them
 */
public record KeySurroundings(
    Map<String, String> environment,
    Path home,
    Path cwd,
    Passphrases passphrases,
    AgePlugins plugins) {

  /** Asks a person for a passphrase. */
  @FunctionalInterface
  public interface Passphrases {
    /**
     * Asks.
     *
     * @param what the file that it opens
     * @return empty when there is nobody to ask, or no answer; the caller closes the value
     */
    Optional<SecretValue> ask(String what);
  }

  /** A variable; empty when it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  /** A path from a variable. */
  Path path(String text) {
    return cwd.resolve(text);
  }
}
