package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-Poly1305 (RFC 8439) without associated data, as age uses it. Not thread-safe. */
final class ChaCha {
  static final int TAG_BYTES = 16;
  static final int NONCE_BYTES = 12;

  private final Cipher cipher;
  private final SecretKey key;

  ChaCha(byte[] key) {
    this(new SecretKeySpec(key, "ChaCha20"));
  }

  private ChaCha(SecretKey key) {
    try {
      this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
    this.key = key;
  }

  /** With the same key, for another thread. */
  ChaCha another() {
    return new ChaCha(key);
  }

  /** A body of a stanza: a wrapping key is used once, so its nonce is zero. */
  static byte[] wrap(byte[] wrappingKey, byte[] fileKey) {
    return new ChaCha(wrappingKey).seal(new byte[NONCE_BYTES], fileKey, 0, fileKey.length);
  }

  /** The reverse of {@link #wrap}. */
  static byte[] unwrap(byte[] wrappingKey, byte[] body) {
    return new ChaCha(wrappingKey).open(new byte[NONCE_BYTES], body, 0, body.length);
  }

  byte[] seal(byte[] nonce, byte[] plaintext, int offset, int length) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      return cipher.doFinal(plaintext, offset, length);
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  /** As {@link #seal(byte[], byte[], int, int)}, into an array; how many bytes. */
  int seal(byte[] nonce, byte[] plaintext, int offset, int length, byte[] into, int at) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      return cipher.doFinal(plaintext, offset, length, into, at);
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  byte[] open(byte[] nonce, byte[] sealed, int offset, int length) {
    byte[] into = new byte[Math.max(0, length - TAG_BYTES)];
    open(nonce, sealed, offset, length, into, 0);
    return into;
  }

  /** Into an array, which holds nothing of it when this fails; how many bytes. */
  int open(byte[] nonce, byte[] sealed, int offset, int length, byte[] into, int at) {
    if (length < TAG_BYTES) {
      throw new AuthenticationException("a part of an age file is too short");
    }
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
      return cipher.doFinal(sealed, offset, length, into, at);
    } catch (AEADBadTagException e) {
      Arrays.fill(into, at, at + length - TAG_BYTES, (byte) 0);
      throw new AuthenticationException("a part of an age file cannot be authenticated");
    } catch (GeneralSecurityException e) {
      throw unavailable(e);
    }
  }

  private static CryptoException unavailable(GeneralSecurityException e) {
    return new CryptoException(
        CryptoException.Kind.UNAVAILABLE,
        "ChaCha20-Poly1305 does not work in this Java runtime",
        e);
  }
}
