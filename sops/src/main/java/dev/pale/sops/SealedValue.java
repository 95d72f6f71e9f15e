package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The text form of a sealed value, {@code ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]}, and its
 * cipher: AES-256-GCM with a 32-byte IV (any length is read) and a tag of 16 bytes.
 */
final class SealedValue {
  static final int KEY_BYTES = 32;
  private static final int IV_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final String START = "ENC[AES256_GCM,data:";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] data;
  private final byte[] iv;
  private final byte[] tag;
  private final String type;

  private SealedValue(byte[] data, byte[] iv, byte[] tag, String type) {
    this.data = data;
    this.iv = iv;
    this.tag = tag;
    this.type = type;
  }

  String type() {
    return type;
  }

  /** Whether a text begins as a sealed value does; it may be broken all the same. */
  static boolean looksSealed(SopsNode.Leaf leaf) {
    byte[] bytes = leaf.view();
    return bytes.length > START.length()
        && new String(bytes, 0, START.length(), StandardCharsets.ISO_8859_1).equals(START);
  }

  /** Takes a text apart; empty when it is not of this form. */
  static Optional<SealedValue> parse(byte[] bytes) {
    // The greedy groups of sops' pattern: the last ",iv:", the last ",tag:" and so on.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (!text.startsWith(START)) {
      return Optional.empty();
    }
    int end = text.lastIndexOf(']');
    int typeAt = text.lastIndexOf(",type:", end);
    int tagAt = typeAt < 0 ? -1 : text.lastIndexOf(",tag:", typeAt);
    int ivAt = tagAt < 0 ? -1 : text.lastIndexOf(",iv:", tagAt);
    if (ivAt < START.length() || typeAt + 6 >= end) {
      return Optional.empty();
    }
    try {
      Base64.Decoder decoder = Base64.getDecoder();
      byte[] data = decoder.decode(text.substring(START.length(), ivAt));
      byte[] iv = decoder.decode(text.substring(ivAt + 4, tagAt));
      byte[] tag = decoder.decode(text.substring(tagAt + 5, typeAt));
      if (iv.length == 0 || tag.length != TAG_BYTES) {
        return Optional.empty();
      }
      return Optional.of(new SealedValue(data, iv, tag, text.substring(typeAt + 6, end)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The plain bytes, which belong to the caller; empty when it does not authenticate. */
  Optional<byte[]> open(SecretKeySpec key, String associated) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, iv));
      cipher.updateAAD(associated.getBytes(StandardCharsets.UTF_8));
      byte[] sealed = Arrays.copyOf(data, data.length + TAG_BYTES);
      System.arraycopy(tag, 0, sealed, data.length, TAG_BYTES);
      return Optional.of(cipher.doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-GCM in this Java", e);
    }
  }

  /** Seals bytes with a new random IV. */
  static byte[] seal(SecretKeySpec key, byte[] plain, String associated, String type) {
    byte[] iv = new byte[IV_BYTES];
    RANDOM.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, iv));
      cipher.updateAAD(associated.getBytes(StandardCharsets.UTF_8));
      byte[] sealed = cipher.doFinal(plain);
      Base64.Encoder encoder = Base64.getEncoder();
      String text =
          START
              + encoder.encodeToString(Arrays.copyOf(sealed, plain.length))
              + ",iv:"
              + encoder.encodeToString(iv)
              + ",tag:"
              + encoder.encodeToString(Arrays.copyOfRange(sealed, plain.length, sealed.length))
              + ",type:"
              + type
              + "]";
      return text.getBytes(StandardCharsets.US_ASCII);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no AES-GCM in this Java", e);
    }
  }

  static SecretKeySpec key(byte[] dataKey) {
    if (dataKey.length != KEY_BYTES) {
      throw dev.pale.secrets.PaleException.of(
          463, "not a data key", "it has not 32 bytes", "restore the file from its history");
    }
    return new SecretKeySpec(dataKey, "AES");
  }
}
