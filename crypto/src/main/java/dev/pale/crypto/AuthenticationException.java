package dev.pale.crypto;

/**
 * Wrong key, or changed bytes, or bytes sealed for another place: which of these is not told,
 * because telling would help whoever changed them.
 */
public final class AuthenticationException extends CryptoException {
  private static final long serialVersionUID = 1L;

  AuthenticationException(String message) {
    super(Kind.AUTHENTICATION, message);
  }
}
