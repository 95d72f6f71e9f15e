package dev.pale.crypto.sigv4;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * What a signature says about the body: its hash, or one of the words that stand instead of one.
 * This is the value of {@code x-amz-content-sha256} and the last line of the canonical request.
 *
 * @param kind what it is
 * @param text as it is signed
 */
public record PayloadHash(Kind kind, String text) {
  /** What a signature can say about a body. */
  public enum Kind {
    /** The SHA-256 of the body, 64 lower-case hex digits. */
    HASH(""),
    /** Nothing: whoever sits in between can change the body. */
    UNSIGNED("UNSIGNED-PAYLOAD"),
    /** Each chunk has a signature of its own. */
    STREAMING("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    /** Each chunk and the trailer have a signature of their own. */
    STREAMING_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
    /** Nothing; the trailer has a checksum without a key. */
    STREAMING_UNSIGNED_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** The body is not signed. */
  public static final PayloadHash UNSIGNED = new PayloadHash(Kind.UNSIGNED, "UNSIGNED-PAYLOAD");

  public PayloadHash {
    boolean right = kind == Kind.HASH ? Ascii.isSha256Hex(text) : kind.word.equals(text);
    if (!right) {
      throw new IllegalArgumentException("not what a signature says about a body");
    }
  }

  /** The hash of a body that is in memory. */
  public static PayloadHash of(byte[] body) {
    return new PayloadHash(Kind.HASH, Ascii.hex(sha256(body)));
  }

  /** Reads the value of {@code x-amz-content-sha256}; empty for what is none. */
  public static Optional<PayloadHash> parse(String text) {
    if (Ascii.isSha256Hex(text)) {
      return Optional.of(new PayloadHash(Kind.HASH, text));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.HASH && kind.word.equals(text)) {
        return Optional.of(new PayloadHash(kind, text));
      }
    }
    return Optional.empty();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
