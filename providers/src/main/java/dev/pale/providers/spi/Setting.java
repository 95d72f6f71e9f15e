package dev.pale.providers.spi;

/**
 * One setting of a kind of store.
 *
 * @param name lower case with {@code _}: {@code address}, {@code role_id}
 * @param description for people, one line
 * @param required whether a provider cannot do without it
 * @param secret whether it is a credential: kept in the vault, never in a file, never printed
 * @param fallback what holds without it; empty for none
 */
public record Setting(
    String name, String description, boolean required, boolean secret, String fallback) {
  /** A setting that is no secret and may be left out. */
  public static Setting optional(String name, String description, String fallback) {
    return new Setting(name, description, false, false, fallback);
  }

  /** A setting that is no secret and must be there. */
  public static Setting required(String name, String description) {
    return new Setting(name, description, true, false, "");
  }

  /** A credential that may be left out. */
  public static Setting credential(String name, String description) {
    return new Setting(name, description, false, true, "");
  }
}
