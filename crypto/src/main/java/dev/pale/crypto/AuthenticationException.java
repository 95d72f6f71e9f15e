package dev.pale.crypto;

/**
 * Wrong key, or changed bytes, or bytes sealed for another place: which of these is not told,
 * because telling would help whoever changed them.
 */
public final class AuthenticationException extends CryptoException {
  private static final long serialVersionUID = 1L;

  /** A refusal; the message says what sort of thing was refused, not why. */
  public AuthenticationException(String message) {
    super(Kind.AUTHENTICATION, message);
  }
}
