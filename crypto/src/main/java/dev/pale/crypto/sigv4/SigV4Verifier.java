package dev.pale.crypto.sigv4;

import dev.pale.crypto.Keys;
import dev.pale.crypto.sigv4.Canonical.Parameter;
import dev.pale.crypto.sigv4.Verdict.Genuine;
import dev.pale.crypto.sigv4.Verdict.Reason;
import dev.pale.crypto.sigv4.Verdict.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Tells whether a request was signed with a key that one knows.
 *
 * <h2>Security guarantees</h2>
 *
 * <ul>
 *   <li>{@link Genuine} means: whoever has the secret signed this method, this path, this query,
 *       these signed headers and this payload hash, for this region and service, within the window
 *       of time. {@code Host} and every {@code x-amz-…} header are among the signed ones.
 *   <li>Signatures and tokens are compared in constant time.
 *   <li>Everything that two readers could take differently is refused: two signatures, two hosts, a
 *       parameter or header of the signature twice, unsorted signed headers, broken percent signs.
 *   <li>Nothing is said about repetition: a request can be sent again within the window.
 * </ul>
 *
 * <p>Two spellings of the same canonical request (a folded path, another order of parameters) are
 * the same request here as at AWS; who sends it on takes {@link Genuine#target}.
 *
 * <p>Thread-safe.
 */
public final class SigV4Verifier {
  /** How far clocks may differ, as at AWS. */
  public static final Duration SKEW = Duration.ofMinutes(5);

  private static final String TOKEN = "X-Amz-Security-Token";

  private final Function<String, Optional<SigV4Credentials>> keys;
  private final Predicate<SigningScope> scopes;
  private final SigningRules rules;
  private final Set<PayloadHash.Kind> payloads;
  private final Clock clock;

  /**
   * A verifier.
   *
   * @param keys the credentials of an access key id, which stay the caller's
   * @param scopes whether a region and service is the one that this host stands for
   * @param rules as the service signs; with {@link SigningRules#omitSessionToken} the token may
   *     stand outside the signature
   * @param payloads what a signature may say about the body; without {@link
   *     PayloadHash.Kind#UNSIGNED} an unsigned body is refused
   */
  public SigV4Verifier(
      Function<String, Optional<SigV4Credentials>> keys,
      Predicate<SigningScope> scopes,
      SigningRules rules,
      Set<PayloadHash.Kind> payloads,
      Clock clock) {
    this.keys = keys;
    this.scopes = scopes;
    this.rules = rules;
    this.payloads = Set.copyOf(payloads);
    this.clock = clock;
  }

  /** Judges a request whose body is at hand. */
  public Verdict verify(SignableRequest request, byte[] body) {
    return verify(request, Optional.of(PayloadHash.of(body)));
  }

  /**
   * Judges the head of a request whose body is still to come. It must say its body's hash in a
   * signed {@code x-amz-content-sha256}, and the caller holds the body against it.
   */
  public Verdict verifyHead(SignableRequest request) {
    return verify(request, Optional.empty());
  }

  private Verdict verify(SignableRequest request, Optional<PayloadHash> body) {
    try {
      Claim claim = Claim.read(request);
      SigV4Credentials key =
          keys.apply(claim.accessKeyId()).orElseThrow(() -> new Refusal(Reason.UNKNOWN_KEY));
      checkHeaders(request, claim);
      PayloadHash payload = payload(request, claim, body);
      checkSignature(request, claim, key, payload);
      // Only now: what is said about time, place and token is the key holder's own word.
      checkToken(request, claim, key);
      if (!scopes.test(claim.scope())) {
        return new Refused(Reason.WRONG_SCOPE);
      }
      checkTime(claim);
      return genuine(request, claim, payload);
    } catch (Refusal refusal) {
      return new Refused(refusal.reason);
    } catch (IllegalArgumentException e) {
      return new Refused(Reason.MALFORMED);
    }
  }

  private static void checkHeaders(SignableRequest request, Claim claim) {
    for (String name : claim.signedHeaders()) {
      if (!request.has(name)) {
        throw new Refusal(Reason.WRONG_SIGNATURE);
      }
    }
    if (request.values("host").size() != 1) {
      throw new Refusal(Reason.MALFORMED);
    }
    if (!claim.signedHeaders().contains("host")) {
      throw new Refusal(Reason.UNSIGNED_HEADER);
    }
  }

  private void checkUnsignedHeaders(SignableRequest request, Claim claim) {
    for (Header header : request.headers()) {
      String name = header.lowerName();
      boolean matters = name.startsWith("x-amz-");
      boolean excused = rules.omitSessionToken() && name.equals("x-amz-security-token");
      if (matters && !excused && !claim.signedHeaders().contains(name)) {
        throw new Refusal(Reason.UNSIGNED_HEADER);
      }
    }
  }

  private PayloadHash payload(SignableRequest request, Claim claim, Optional<PayloadHash> body) {
    checkUnsignedHeaders(request, claim);
    PayloadHash said = body.orElse(null);
    if (request.has("x-amz-content-sha256")) {
      said =
          request
              .single("x-amz-content-sha256")
              .flatMap(PayloadHash::parse)
              .orElseThrow(() -> new Refusal(Reason.MALFORMED));
    } else if (claim.presigned() && payloads.contains(PayloadHash.Kind.UNSIGNED)) {
      // As S3 has it: a signed address says nothing about the body.
      said = PayloadHash.UNSIGNED;
    }
    if (said == null) {
      throw new Refusal(Reason.UNSUPPORTED);
    }
    if (!payloads.contains(said.kind())) {
      throw new Refusal(Reason.UNSUPPORTED);
    }
    if (said.kind() == PayloadHash.Kind.HASH && body.isPresent() && !body.get().equals(said)) {
      throw new Refusal(Reason.WRONG_BODY);
    }
    return said;
  }

  private void checkSignature(
      SignableRequest request, Claim claim, SigV4Credentials key, PayloadHash payload) {
    String canonical =
        Canonical.request(
            request,
            rules,
            claim.signedHeaders(),
            each -> !claim.presigned() || belongs(each),
            payload);
    String right;
    try (SigningKey signing = SigningKey.derive(key, claim.scope(), claim.time().substring(0, 8))) {
      right = signing.sign(Canonical.stringToSign(claim.time(), claim.scope(), canonical));
    }
    if (!Keys.equal(ascii(right), ascii(claim.signature()))) {
      throw new Refusal(Reason.WRONG_SIGNATURE);
    }
  }

  /** What of the query was there when it was signed. */
  private boolean belongs(Parameter parameter) {
    return !parameter.name().equals("X-Amz-Signature")
        && !(rules.omitSessionToken() && parameter.name().equals(TOKEN));
  }

  private static void checkToken(SignableRequest request, Claim claim, SigV4Credentials key) {
    String given = claim.token(request).orElse("");
    String right = key.token().orElse("");
    if (!Keys.equal(ascii(given), ascii(right))) {
      throw new Refusal(Reason.WRONG_TOKEN);
    }
  }

  private void checkTime(Claim claim) {
    Instant now = clock.instant();
    Instant until = claim.at().plus(claim.presigned() ? claim.expires() : SKEW);
    if (claim.at().minus(SKEW).isAfter(now) || until.isBefore(now)) {
      throw new Refusal(Reason.WRONG_TIME);
    }
  }

  private Genuine genuine(SignableRequest request, Claim claim, PayloadHash payload) {
    String query =
        Canonical.query(
            request.query(),
            each -> !claim.presigned() || !Claim.OWN_PARAMETERS.contains(each.name()));
    String target =
        Canonical.sendable(request.path(), rules) + (query.isEmpty() ? "" : "?" + query);
    return new Genuine(
        claim.accessKeyId(),
        claim.scope(),
        claim.at(),
        claim.signedHeaders(),
        payload,
        claim.presigned(),
        target,
        claim.signature());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Ends a verification; has no trace because it is an answer, not a fault. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final Reason reason;

    Refusal(Reason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }
}
