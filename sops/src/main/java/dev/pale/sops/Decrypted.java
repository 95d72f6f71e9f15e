package dev.pale.sops;

import java.util.List;

/**
 * A file opened.
 *
 * <p>Not thread-safe. Holds values: {@link #close} wipes them.
 */
public final class Decrypted implements AutoCloseable {
  /** What became of the sum over the content. */
  public enum Mac {
    OK,
    MISMATCH,
    /** The file has no mac. */
    MISSING
  }

  private final SopsTree tree;
  private final SopsStash stash;
  private final Mac mac;
  private final List<SopsWarning> warnings;

  Decrypted(SopsTree tree, SopsStash stash, Mac mac, List<SopsWarning> warnings) {
    this.tree = tree;
    this.stash = stash;
    this.mac = mac;
    this.warnings = List.copyOf(warnings);
  }

  /** The plain content. */
  public SopsTree tree() {
    return tree;
  }

  /** What {@link SopsFile#encrypt} needs to keep what does not change. */
  public SopsStash stash() {
    return stash;
  }

  /** Anything but {@link Mac#OK} only after {@link SopsFile#decryptIgnoringMac}. */
  public Mac mac() {
    return mac;
  }

  /** The weaknesses that show in this file, one of each kind. */
  public List<SopsWarning> warnings() {
    return warnings;
  }

  @Override
  public void close() {
    tree.wipe();
    stash.close();
  }
}
