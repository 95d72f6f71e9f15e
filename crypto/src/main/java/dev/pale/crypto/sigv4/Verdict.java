package dev.pale.crypto.sigv4;

import java.time.Instant;
import java.util.SortedSet;

/** What a verifier thinks of a request. */
public sealed interface Verdict {
  /**
   * Somebody who has the secret signed this very request.
   *
   * @param accessKeyId whose
   * @param scope for which region and service
   * @param at when
   * @param signedHeaders names in lower case; other headers may have been added or changed by
   *     anybody
   * @param payload what is known of the body; where it is {@link PayloadHash.Kind#HASH} and the
   *     body was not given, the caller compares it
   * @param presigned whether the signature was in the query
   * @param target path and query without the signature's own parameters, spelled canonically: what
   *     may be sent on without the receiver reading it differently
   * @param signature of the head; the first link of the chain of a streamed body's signatures
   */
  record Genuine(
      String accessKeyId,
      SigningScope scope,
      Instant at,
      SortedSet<String> signedHeaders,
      PayloadHash payload,
      boolean presigned,
      String target,
      String signature)
      implements Verdict {}

  /** It is refused; the request must not be acted upon. */
  record Refused(Reason reason) implements Verdict {}

  /** Why a request is refused. */
  enum Reason {
    /** There is no signature at all. */
    UNSIGNED,
    /** What is there is no well-formed signature, or two of them. */
    MALFORMED,
    /** Another scheme, or a way to sign the body that the rules do not allow. */
    UNSUPPORTED,
    /** Nobody knows the access key. */
    UNKNOWN_KEY,
    /** The session token is missing, wrong, or there without need. */
    WRONG_TOKEN,
    /** For another region or service. */
    WRONG_SCOPE,
    /** From the future, or too old. */
    WRONG_TIME,
    /** A header that matters is not signed. */
    UNSIGNED_HEADER,
    /** The body is not the one that was signed. */
    WRONG_BODY,
    /** The signature belongs to another request or another key. */
    WRONG_SIGNATURE
  }
}
