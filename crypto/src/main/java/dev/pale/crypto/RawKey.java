package dev.pale.crypto;

import javax.crypto.SecretKey;

/**
 * Shows the caller's key bytes to the JDK without keeping a copy of our own, which nobody could
 * wipe; {@code SecretKeySpec} keeps one.
 */
final class RawKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient byte[] bytes;
  private final String algorithm;

  RawKey(byte[] bytes, String algorithm) {
    this.bytes = bytes;
    this.algorithm = algorithm;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /** A copy, as the contract of {@code Key} wants: the JDK wipes what it gets. */
  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "[key]";
  }
}
