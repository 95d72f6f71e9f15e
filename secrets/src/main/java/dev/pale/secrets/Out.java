package dev.pale.secrets;

/** Where masked bytes go. */
@FunctionalInterface
public interface Out {
  /**
   * Takes bytes, in the order of the stream.
   *
   * @param bytes may be the caller's own buffer, a buffer of the masker or a marker: must not be
   *     changed, and must not be kept after the call
   * @param offset of the first byte
   * @param length number of bytes, at least 1
   */
  void accept(byte[] bytes, int offset, int length);
}
