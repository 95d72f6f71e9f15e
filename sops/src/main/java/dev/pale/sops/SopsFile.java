package dev.pale.sops;

import java.time.Instant;

/**
 * An encrypted file: its values as they stand, and its metadata.
 *
 * <p>To open one: {@link #parse}, {@link DataKeys#unwrap}, {@link #decrypt}. To make one: {@link
 * SopsTree#parse}, {@link DataKeys#create}, {@link #encrypt}, {@link #emit}. To change one: open
 * it, change the tree, and encrypt with the same data key and the stash of the opening.
 *
 * <p>Immutable and thread-safe.
 *
 * <h2>Security guarantees</h2>
 *
 * Values are sealed with AES-256-GCM, bound to their keys on the way from the top (not to their
 * place in a list, nor to their type). The sum over all values binds their order. What is not
 * bound, a {@link SopsWarning} says.
 */
public final class SopsFile {
  private final SopsFormat format;
  private final SopsTree sealed;
  private final SopsMetadata metadata;

  SopsFile(SopsFormat format, SopsTree sealed, SopsMetadata metadata) {
    this.format = format;
    this.sealed = sealed;
    this.metadata = metadata;
  }

  /**
   * Reads an encrypted file.
   *
   * @param content untrusted
   * @throws dev.pale.secrets.PaleException 450 to 452 as {@link SopsTree#parse}; 454 when there is
   *     no SOPS metadata in it; 455 when the metadata is malformed
   */
  public static SopsFile parse(SopsFormat format, byte[] content) {
    return Stores.of(format).readSealed(content);
  }

  /** Whether {@link #parse} would find metadata; false as well when it is malformed. */
  public static boolean isEncrypted(SopsFormat format, byte[] content) {
    try {
      parse(format, content);
      return true;
    } catch (dev.pale.secrets.PaleException e) {
      return false;
    }
  }

  public SopsFormat format() {
    return format;
  }

  /** The tree with its values sealed, as they stand in the file. */
  public SopsTree sealedTree() {
    return sealed;
  }

  public SopsMetadata metadata() {
    return metadata;
  }

  /** The same values with other metadata, for instance with keys added: the mac stays valid. */
  public SopsFile withMetadata(SopsMetadata changed) {
    return new SopsFile(format, sealed, changed);
  }

  /** The file, byte for byte as sops 3.13 writes it. */
  public byte[] emit(SopsTree.Indent indent) {
    return emit(format, indent);
  }

  /**
   * The file in another format ({@code --output-type}).
   *
   * @throws dev.pale.secrets.PaleException 453 when that format cannot hold it
   */
  public byte[] emit(SopsFormat as, SopsTree.Indent indent) {
    return Stores.of(as).writeSealed(this, indent);
  }

  /**
   * Opens the file.
   *
   * @param dataKey 32 bytes; not changed
   * @throws dev.pale.secrets.PaleException 456 when a value is not sealed as it should be, 457 when
   *     one does not authenticate (the keys on the way are named), 458 when the mac does not match,
   *     459 when there is none
   */
  public Decrypted decrypt(byte[] dataKey) {
    return Opening.open(this, dataKey, true);
  }

  /** As {@link #decrypt}, but a wrong or missing mac is only told by {@link Decrypted#mac()}. */
  public Decrypted decryptIgnoringMac(byte[] dataKey) {
    return Opening.open(this, dataKey, false);
  }

  /**
   * Seals a tree.
   *
   * @param plain not changed
   * @param metadata its keys wrapped already; mac and lastmodified are made anew, the rest stays
   * @param dataKey 32 bytes; not changed
   * @param stash of the opening of the same file, or {@link SopsStash#empty()}; used up
   * @param now becomes {@code lastmodified}
   * @throws dev.pale.secrets.PaleException 460 when the tree holds SOPS metadata already, 461 when
   *     a selector is not valid, 462 when a comment would be readable that must not be
   */
  public static SopsFile encrypt(
      SopsFormat format,
      SopsTree plain,
      SopsMetadata metadata,
      byte[] dataKey,
      SopsStash stash,
      Instant now) {
    return Sealing.seal(format, plain, metadata, dataKey, stash, now);
  }
}
