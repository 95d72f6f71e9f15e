package dev.pale.crypto.age;

import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.CryptoException;
import dev.pale.crypto.Keys;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads private keys: the format of OpenSSH (its PROTOCOL.key) for ed25519 and RSA, also encrypted;
 * and for RSA PKCS #1 and PKCS #8, which older ssh-keygen wrote, without a passphrase.
 */
final class SshPrivateKey {
  private static final String OPENSSH = "OPENSSH PRIVATE KEY";
  private static final String PKCS1 = "RSA PRIVATE KEY";
  private static final String PKCS8 = "PRIVATE KEY";
  private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);

  /** SEQUENCE { INTEGER 0, SEQUENCE { rsaEncryption, NULL }, OCTET STRING … } around PKCS #1. */
  private static final byte[] RSA_ALGORITHM = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private static final Set<String> CIPHERS = Set.of("aes256-ctr", "aes256-cbc");
  private static final int AES_KEY_BYTES = 32;
  private static final int AES_BLOCK_BYTES = 16;

  /** ssh-keygen takes 16 unless told; 2048 are some seconds. */
  private static final int MAX_ROUNDS = 2048;

  private static final int MAX_SALT_BYTES = 64;

  private SshPrivateKey() {}

  /** An empty passphrase means that there is none. */
  static AgeIdentity parse(byte[] pem, byte[] passphrase) {
    for (String label : new String[] {OPENSSH, PKCS1, PKCS8}) {
      if (IdentityFile.startsWith(pem, "-----BEGIN " + label + "-----")) {
        byte[] content = content(pem, label);
        try {
          return switch (label) {
            case OPENSSH -> openSsh(content, passphrase);
            case PKCS1 -> rsa(pkcs8(content));
            default -> rsa(content);
          };
        } finally {
          Keys.wipe(content);
        }
      }
    }
    if (IdentityFile.startsWith(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
      throw encrypted();
    }
    throw new CryptoException(
        CryptoException.Kind.UNSUPPORTED,
        "of the private keys only ssh-ed25519 and ssh-rsa can decrypt");
  }

  /** The bytes between the first line and the line that ends the key. */
  private static byte[] content(byte[] pem, String label) {
    int from = ("-----BEGIN " + label + "-----").length();
    byte[] end = ("-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII);
    int to = from;
    while (to + end.length <= pem.length
        && !Arrays.equals(pem, to, to + end.length, end, 0, end.length)) {
      if (pem[to] == ':') {
        throw encrypted(); // Proc-Type and DEK-Info: the only fields such a key may carry
      }
      to++;
    }
    if (to + end.length > pem.length) {
      throw SshWire.damaged();
    }
    byte[] packed = new byte[to - from];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (pem[i] > ' ') {
        packed[count++] = pem[i];
      } else if (pem[i] < 0) {
        throw SshWire.damaged();
      }
    }
    byte[] text = Arrays.copyOf(packed, count);
    Keys.wipe(packed);
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw SshWire.damaged();
    } finally {
      Keys.wipe(text);
    }
  }

  private static AgeIdentity openSsh(byte[] content, byte[] passphrase) {
    if (content.length < MAGIC.length
        || !Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw SshWire.damaged();
    }
    SshWire outer = new SshWire(Arrays.copyOfRange(content, MAGIC.length, content.length));
    String cipher = outer.text();
    String derivation = outer.text();
    SshWire options = new SshWire(outer.string());
    if (outer.uint32() != 1) {
      throw SshWire.damaged();
    }
    byte[] publicKey = outer.string();
    byte[] privatePart = outer.string();
    outer.end();
    boolean sealed = !cipher.equals("none") || !derivation.equals("none");
    if (sealed) {
      privatePart = opened(cipher, derivation, options, privatePart, passphrase);
    }
    try {
      return openSsh(publicKey, new SshWire(privatePart), sealed);
    } finally {
      Keys.wipe(privatePart);
    }
  }

  /** OpenSSH authenticates nothing: two equal numbers tell that the passphrase was right. */
  private static byte[] opened(
      String cipher, String derivation, SshWire options, byte[] sealed, byte[] passphrase) {
    if (!derivation.equals("bcrypt") || !CIPHERS.contains(cipher)) {
      throw new CryptoException(
          CryptoException.Kind.UNSUPPORTED,
          "of the encrypted ssh keys only those with aes256-ctr or aes256-cbc are supported");
    }
    if (passphrase.length == 0) {
      throw new CryptoException(
          CryptoException.Kind.PASSPHRASE_NEEDED, "the ssh key has a passphrase");
    }
    byte[] salt = options.string();
    int rounds = options.uint32();
    options.end();
    // The file names its own price: bounded before it is paid.
    if (rounds < 1 || rounds > MAX_ROUNDS || salt.length < 1 || salt.length > MAX_SALT_BYTES) {
      throw new CryptoException(
          CryptoException.Kind.LIMIT, "the passphrase of an ssh key asks for too many rounds");
    }
    byte[] derived = BcryptPbkdf.derive(passphrase, salt, rounds, AES_KEY_BYTES + AES_BLOCK_BYTES);
    if (sealed.length == 0 || sealed.length % AES_BLOCK_BYTES != 0) {
      throw SshWire.damaged();
    }
    try {
      Cipher aes =
          Cipher.getInstance(
              cipher.equals("aes256-ctr") ? "AES/CTR/NoPadding" : "AES/CBC/NoPadding");
      aes.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(derived, 0, AES_KEY_BYTES, "AES"),
          new IvParameterSpec(derived, AES_KEY_BYTES, AES_BLOCK_BYTES));
      return aes.doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw new CryptoException(
          CryptoException.Kind.UNAVAILABLE, "AES does not work in this Java runtime", e);
    } finally {
      Keys.wipe(derived);
    }
  }

  private static AgeIdentity openSsh(byte[] publicKey, SshWire in, boolean sealed) {
    int check = in.uint32();
    if (in.uint32() != check) {
      if (sealed) {
        throw new AuthenticationException("the passphrase of the ssh key is wrong");
      }
      throw SshWire.damaged();
    }
    String type = in.text();
    AgeRecipient recipient = SshPublicKey.of(publicKey, type);
    return switch (recipient) {
      case SshEd25519Recipient ed25519 -> {
        in.string();
        byte[] seedAndPublic = in.string();
        in.string();
        in.padding();
        if (seedAndPublic.length != 2 * X25519.BYTES) {
          throw SshWire.damaged();
        }
        byte[] seed = Arrays.copyOf(seedAndPublic, X25519.BYTES);
        Keys.wipe(seedAndPublic);
        try {
          yield new SshEd25519Identity(ed25519, seed);
        } finally {
          Keys.wipe(seed);
        }
      }
      case SshRsaRecipient rsa -> {
        BigInteger modulus = in.mpint();
        BigInteger exponent = in.mpint();
        BigInteger d = in.mpint();
        BigInteger inverse = in.mpint();
        BigInteger p = in.mpint();
        BigInteger q = in.mpint();
        in.string();
        in.padding();
        BigInteger one = BigInteger.ONE;
        // Shape first: BigInteger must not be asked to divide by nothing.
        if (!modulus.equals(rsa.modulus())
            || !exponent.equals(rsa.exponent())
            || p.compareTo(one) <= 0
            || q.compareTo(one) <= 0
            || !p.multiply(q).equals(modulus)) {
          throw SshWire.damaged();
        }
        yield new SshRsaIdentity(
            rsa,
            key(
                new RSAPrivateCrtKeySpec(
                    modulus,
                    exponent,
                    d,
                    p,
                    q,
                    d.mod(p.subtract(one)),
                    d.mod(q.subtract(one)),
                    inverse)));
      }
      case X25519Recipient _, HybridRecipient _, ScryptRecipient _, PluginRecipient _ ->
          throw SshWire.damaged();
    };
  }

  private static AgeIdentity rsa(byte[] pkcs8) {
    PrivateKey key = key(new PKCS8EncodedKeySpec(pkcs8));
    if (!(key instanceof RSAPrivateCrtKey rsa)) {
      throw SshWire.damaged();
    }
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (byte[] field :
        new byte[][] {
          SshRsaRecipient.TYPE.getBytes(StandardCharsets.US_ASCII),
          rsa.getPublicExponent().toByteArray(),
          rsa.getModulus().toByteArray()
        }) {
      wire.writeBytes(length(field.length));
      wire.writeBytes(field);
    }
    return new SshRsaIdentity(
        new SshRsaRecipient(wire.toByteArray(), rsa.getModulus(), rsa.getPublicExponent()), key);
  }

  private static PrivateKey key(java.security.spec.KeySpec spec) {
    try {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      // Without the cause: its text may tell something of the key.
      throw SshWire.damaged();
    }
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    byte[] inner = new byte[RSA_ALGORITHM.length + 5 + pkcs1.length];
    System.arraycopy(RSA_ALGORITHM, 0, inner, 0, RSA_ALGORITHM.length);
    inner[RSA_ALGORITHM.length] = 4;
    inner[RSA_ALGORITHM.length + 1] = (byte) 0x83;
    System.arraycopy(length(pkcs1.length), 1, inner, RSA_ALGORITHM.length + 2, 3);
    System.arraycopy(pkcs1, 0, inner, RSA_ALGORITHM.length + 5, pkcs1.length);
    byte[] outer = new byte[5 + inner.length];
    outer[0] = 0x30;
    outer[1] = (byte) 0x83;
    System.arraycopy(length(inner.length), 1, outer, 2, 3);
    System.arraycopy(inner, 0, outer, 5, inner.length);
    Keys.wipe(inner);
    return outer;
  }

  private static byte[] length(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  private static CryptoException encrypted() {
    return new CryptoException(
        CryptoException.Kind.UNSUPPORTED,
        "of the keys with a passphrase only those in the format of OpenSSH are supported");
  }
}
