package dev.pale.sops;

/**
 * The sealed form of each value of a decrypted file, so that a value which does not change keeps
 * its ciphertext when the file is encrypted again with the same data key. With another data key it
 * is not used.
 *
 * <p>Not thread-safe. Holds values: {@link #close} wipes them.
 */
public final class SopsStash implements AutoCloseable {
  SopsStash() {}

  /** A stash of nothing, for a file that is encrypted for the first time or with a new data key. */
  public static SopsStash empty() {
    return new SopsStash();
  }

  @Override
  public void close() {}
}
