package dev.pale.crypto.ecies;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Hkdf;
import dev.pale.crypto.Keys;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A private key of dotenvx, which opens the values {@code encrypted:…} of its {@code .env} files.
 *
 * <p>Security guarantees: a value that was changed is refused. The computation is not constant in
 * time. Not thread-safe with regard to {@link #close()}.
 *
 * <p>Format: a point of 65 bytes, a nonce of 16, a tag of 16, the ciphertext; AES-256-GCM under
 * HKDF-SHA256 of the point and the shared point, both uncompressed, without salt and info.
 */
public final class DotenvxKey implements AutoCloseable {
  private static final int NONCE_BYTES = 16;
  private static final int TAG_BYTES = 16;

  private final byte[] secret;

  private DotenvxKey(byte[] secret) {
    this.secret = secret;
  }

  /**
   * Reads a key.
   *
   * @param hex 64 hexadecimal digits
   * @throws CryptoException {@link CryptoException.Kind#FORMAT} for anything else
   */
  public static DotenvxKey parse(String hex) {
    if (!hex.matches("[0-9a-fA-F]{64}")) {
      throw new CryptoException(
          CryptoException.Kind.FORMAT, "a dotenvx private key has 64 hexadecimal digits");
    }
    byte[] secret = HexFormat.of().parseHex(hex);
    BigInteger number = new BigInteger(1, secret);
    if (number.signum() == 0 || number.compareTo(Secp256k1.ORDER) >= 0) {
      Keys.wipe(secret);
      throw new CryptoException(CryptoException.Kind.FORMAT, "no key has this number");
    }
    return new DotenvxKey(secret);
  }

  /**
   * Opens a value.
   *
   * @param sealed the bytes after {@code encrypted:}, decoded from base64
   * @return the value, a new array that belongs to the caller
   * @throws CryptoException {@link CryptoException.Kind#FORMAT} for what has not this form
   * @throws AuthenticationException for another key, or a value that was changed
   */
  public byte[] open(byte[] sealed) {
    int head = Secp256k1.POINT_BYTES + NONCE_BYTES + TAG_BYTES;
    if (sealed.length < head) {
      throw new CryptoException(CryptoException.Kind.FORMAT, "a dotenvx value is too short");
    }
    byte[] ephemeral = Arrays.copyOf(sealed, Secp256k1.POINT_BYTES);
    Secp256k1.Point point =
        Secp256k1.Point.decode(ephemeral)
            .orElseThrow(() ->
                new CryptoException(
                    CryptoException.Kind.FORMAT, "a dotenvx value has no point of the curve"));
    byte[] shared = Secp256k1.multiply(point, new BigInteger(1, secret)).encode();
    byte[] material = new byte[2 * Secp256k1.POINT_BYTES];
    System.arraycopy(ephemeral, 0, material, 0, ephemeral.length);
    System.arraycopy(shared, 0, material, ephemeral.length, shared.length);
    byte[] key = Hkdf.derive(material, new byte[0], new byte[0], 32);
    // The JDK wants the tag last.
    byte[] body = new byte[sealed.length - Secp256k1.POINT_BYTES - NONCE_BYTES];
    int length = sealed.length - head;
    System.arraycopy(sealed, head, body, 0, length);
    System.arraycopy(sealed, head - TAG_BYTES, body, length, TAG_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, sealed, Secp256k1.POINT_BYTES, NONCE_BYTES));
      return cipher.doFinal(body);
    } catch (AEADBadTagException e) {
      throw new AuthenticationException("a dotenvx value does not open with this key");
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED, "this Java runtime has no AES-GCM", e);
    } finally {
      Keys.wipe(key);
      Keys.wipe(shared);
      Keys.wipe(material);
    }
  }

  /** Wipes the key. */
  @Override
  public void close() {
    Keys.wipe(secret);
  }

  @Override
  public String toString() {
    return "[dotenvx key]";
  }
}
