package dev.pale.sops;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The sum over the plain values in document order, without keys, types or separators. */
final class Mac {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final MessageDigest digest;

  Mac(boolean onlyEncrypted) {
    digest = digest("SHA-512");
    if (onlyEncrypted) {
      digest.update(digest("SHA-256").digest("sops".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  void add(SopsNode.Leaf leaf) {
    digest.update(leaf.view());
  }

  /** Upper-case hexadecimal. */
  byte[] text() {
    return HEX.formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
  }

  static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no " + name + " in this Java", e);
    }
  }
}
