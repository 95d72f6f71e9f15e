package dev.pale.crypto.age;

import dev.pale.crypto.Hkdf;
import java.nio.charset.StandardCharsets;

/**
 * What both directions of the payload share: chunks of 64 KiB, each sealed under a nonce that is an
 * 11-byte counter and one byte that is 1 for the last chunk (the STREAM construction of Hoang,
 * Reyhanitabar, Rogaway and Vizár, 2015). Cutting, joining or reordering chunks is noticed.
 */
final class Stream {
  static final int CHUNK_BYTES = 64 * 1024;
  static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + ChaCha.TAG_BYTES;
  static final int NONCE_BYTES = 16;

  private Stream() {}

  static ChaCha cipher(byte[] fileKey, byte[] nonce) {
    return new ChaCha(
        Hkdf.derive(fileKey, nonce, "payload".getBytes(StandardCharsets.US_ASCII), 32));
  }

  static byte[] chunkNonce(long counter, boolean last) {
    byte[] nonce = new byte[ChaCha.NONCE_BYTES];
    for (int i = 0; i < 8; i++) {
      nonce[10 - i] = (byte) (counter >>> (8 * i));
    }
    nonce[11] = (byte) (last ? 1 : 0);
    return nonce;
  }
}
