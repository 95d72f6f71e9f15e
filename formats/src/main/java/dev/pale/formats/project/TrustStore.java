package dev.pale.formats.project;

import java.nio.file.Path;
import java.util.List;

/**
 * Which files the user trusts, by the hash of their content: a changed file is asked for again.
 *
 * <p>Kept in the file {@code trust} of the state folder, mode 0600, replaced atomically. Thread-safe
 * within reason: the last of two simultaneous writers wins.
 */
public final class TrustStore {
  private final Path file;

  /**
   * A store in this folder, which the caller created with mode 0700.
   *
   * @param stateFolder the folder
   */
  public TrustStore(Path stateFolder) {
    this.file = stateFolder.resolve("trust");
  }

  /** Whether exactly these bytes at this path are trusted. */
  public boolean isTrusted(Path path, byte[] bytes) {
    return false;
  }

  /** Trusts these bytes at this path, instead of what was trusted there before. */
  public void trust(Path path, byte[] bytes) {}

  /** Trusts nothing at this path any more; whether something was. */
  public boolean untrust(Path path) {
    return false;
  }

  /** All trusted files, in the order of paths. */
  public List<Trusted> list() {
    return List.of();
  }

  /**
   * A trusted file.
   *
   * @param path canonical path
   * @param sha256 lower-case hex of the content's hash
   */
  public record Trusted(Path path, String sha256) {}

  @Override
  public String toString() {
    return "TrustStore[" + file + "]";
  }
}
