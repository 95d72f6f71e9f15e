package dev.pale.crypto.sigv4;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Signs requests with AWS Signature Version 4, in headers or in the query.
 *
 * <h2>Security guarantees</h2>
 *
 * <p>A signature binds method, path, query, all headers given here (but those that hops change) and
 * the body or what {@link PayloadHash} says instead. It is good for one region and service and for
 * some minutes around its time. It tells nothing about the key. A body that is {@link
 * PayloadHash#UNSIGNED} is not bound.
 *
 * <p>Signing a request that carries a signature already is refused: two of them is how one is
 * smuggled past the other.
 *
 * <p>Stateless, thread-safe.
 */
public final class SigV4 {
  /** The name of the scheme. */
  public static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /** The longest life of a signed address. */
  public static final Duration MAX_EXPIRES = Duration.ofDays(7);

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
          .withZone(ZoneOffset.UTC)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final List<String> OWN_HEADERS =
      List.of("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256");

  private SigV4() {}

  /**
   * Signs in headers.
   *
   * @param request what will be sent, with its {@code Host}; without any signature
   * @param payload of the body
   * @param at the time of the signature; seconds are kept
   * @return the headers to add: {@code X-Amz-Security-Token}, {@code X-Amz-Date}, {@code
   *     x-amz-content-sha256} as the rules say, and {@code Authorization}, a credential for some
   *     minutes
   * @throws IllegalArgumentException when the request has no {@code Host}, or a signature already
   */
  public static List<Header> sign(
      SignableRequest request,
      PayloadHash payload,
      SigV4Credentials credentials,
      SigningScope scope,
      SigningRules rules,
      Instant at) {
    requireUnsigned(request);
    String time = TIME.format(at);
    List<Header> added = new ArrayList<>();
    if (!rules.omitSessionToken()) {
      credentials.token().ifPresent(token -> added.add(tokenHeader(token)));
    }
    added.add(new Header("X-Amz-Date", time));
    if (rules.sendPayloadHash()) {
      added.add(new Header("x-amz-content-sha256", payload.text()));
    }
    SignableRequest whole = request.with(added);
    SortedSet<String> signed = signedNames(whole);
    String canonical = Canonical.request(whole, rules, signed, each -> true, payload);
    String signature = signature(credentials, scope, time, canonical);
    added.add(
        new Header(
            "Authorization",
            ALGORITHM
                + " Credential="
                + credentials.accessKeyId()
                + "/"
                + scope.on(day(time))
                + ", SignedHeaders="
                + String.join(";", signed)
                + ", Signature="
                + signature));
    if (rules.omitSessionToken()) {
      credentials.token().ifPresent(token -> added.add(tokenHeader(token)));
    }
    return added;
  }

  /**
   * Signs in the query: whoever has the resulting target can send the request until it expires.
   *
   * @param expires 1 second to {@link #MAX_EXPIRES}
   * @return the target with its signature, a credential while it lives
   * @throws IllegalArgumentException as for {@link #sign}, and for another time to live
   */
  public static String presign(
      SignableRequest request,
      PayloadHash payload,
      SigV4Credentials credentials,
      SigningScope scope,
      SigningRules rules,
      Instant at,
      Duration expires) {
    requireUnsigned(request);
    long seconds = expires.toSeconds();
    if (seconds < 1 || expires.compareTo(MAX_EXPIRES) > 0) {
      throw new IllegalArgumentException("a signed address lives 1 second to 7 days");
    }
    String time = TIME.format(at);
    SortedSet<String> signed = signedNames(request);
    StringBuilder query = new StringBuilder(request.query());
    add(query, "X-Amz-Algorithm", ALGORITHM);
    add(query, "X-Amz-Credential", credentials.accessKeyId() + "/" + scope.on(day(time)));
    add(query, "X-Amz-Date", time);
    add(query, "X-Amz-SignedHeaders", String.join(";", signed));
    add(query, "X-Amz-Expires", Long.toString(seconds));
    if (!rules.omitSessionToken()) {
      credentials.token().ifPresent(token -> add(query, "X-Amz-Security-Token", token));
    }
    SignableRequest whole = request.withTarget(request.path() + "?" + query);
    String canonical = Canonical.request(whole, rules, signed, each -> true, payload);
    add(query, "X-Amz-Signature", signature(credentials, scope, time, canonical));
    if (rules.omitSessionToken()) {
      credentials.token().ifPresent(token -> add(query, "X-Amz-Security-Token", token));
    }
    return request.path() + "?" + query;
  }

  private static String signature(
      SigV4Credentials credentials, SigningScope scope, String time, String canonical) {
    try (SigningKey key = SigningKey.derive(credentials, scope, day(time))) {
      return key.sign(Canonical.stringToSign(time, scope, canonical));
    }
  }

  private static SortedSet<String> signedNames(SignableRequest request) {
    SortedSet<String> names = new TreeSet<>();
    for (Header header : request.headers()) {
      if (!Canonical.NOT_SIGNED.contains(header.lowerName())) {
        names.add(header.lowerName());
      }
    }
    return names;
  }

  private static void requireUnsigned(SignableRequest request) {
    if (request.values("host").size() != 1) {
      throw new IllegalArgumentException("a request is signed with exactly one Host");
    }
    if (OWN_HEADERS.stream().anyMatch(request::has)
        || Canonical.parameters(request.query()).stream().anyMatch(SigV4::isOwn)) {
      throw new IllegalArgumentException("the request has parts of a signature already");
    }
  }

  private static boolean isOwn(Canonical.Parameter parameter) {
    return Claim.OWN_PARAMETERS.stream().anyMatch(parameter.name()::equalsIgnoreCase);
  }

  private static Header tokenHeader(String token) {
    return new Header("X-Amz-Security-Token", token);
  }

  private static void add(StringBuilder query, String name, String value) {
    query
        .append(query.isEmpty() ? "" : "&")
        .append(name)
        .append('=')
        .append(Ascii.encode(Ascii.utf8(value)));
  }

  private static String day(String time) {
    return time.substring(0, 8);
  }
}
