package dev.pale.crypto;

/**
 * A cryptographic operation that did not succeed. The message is lower case, without a full stop,
 * and never holds a key, a value, a passphrase or bytes of the input.
 */
public sealed class CryptoException extends RuntimeException permits AuthenticationException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** A failure of this kind; the message follows the rules above. */
  public CryptoException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** A failure of this kind with its technical cause, whose text also must not tell a value. */
  public CryptoException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What sort of failure it is, for callers that react differently to each. */
  public Kind kind() {
    return kind;
  }

  /** The sorts of failure. */
  public enum Kind {
    /**
     * Wrong key, or the sealed bytes or what they are bound to were changed; cannot be told apart.
     */
    AUTHENTICATION,
    /** The input is not in the format that was asked for. */
    FORMAT,
    /** Something a person typed has a slip in it: a checksum does not match. */
    TYPO,
    /** The format is right, but asks for something that Pale does not do. */
    UNSUPPORTED,
    /** The input is sealed with a passphrase, and none was given. */
    PASSPHRASE_NEEDED,
    /** The file is fine, but none of the identities offered opens it. */
    NO_MATCHING_IDENTITY,
    /** A plugin of age is missing, failed, or did not keep to the protocol. */
    PLUGIN,
    /** A parameter in the input is outside the bounds that are safe to follow. */
    LIMIT,
    /** This Java runtime lacks an algorithm, a library or the memory that is needed. */
    UNAVAILABLE
  }
}
