package dev.pale.crypto.sigv4;

import dev.pale.crypto.sigv4.Canonical.Parameter;
import dev.pale.crypto.sigv4.SigV4Verifier.Refusal;
import dev.pale.crypto.sigv4.Verdict.Reason;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a request says about its own signature; nothing of it is proven yet.
 *
 * @param time as it is written, {@code 20150830T123600Z}
 * @param token of the query; that of the headers is read when it is needed
 */
record Claim(
    String accessKeyId,
    SigningScope scope,
    String time,
    Instant at,
    Duration expires,
    SortedSet<String> signedHeaders,
    String signature,
    boolean presigned,
    Optional<String> token) {
  static final Set<String> OWN_PARAMETERS =
      Set.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-Security-Token",
          "X-Amz-Signature",
          "X-Amz-SignedHeaders");

  private static final int MAX_TEXT = 8192;

  static Claim read(SignableRequest request) {
    Map<String, String> own = ownParameters(request);
    boolean inQuery = own.containsKey("X-Amz-Signature") || own.containsKey("X-Amz-Algorithm");
    boolean inHeader = request.has("authorization");
    if (inHeader && !own.isEmpty()) {
      throw new Refusal(Reason.MALFORMED);
    }
    if (!inQuery && !inHeader) {
      throw new Refusal(Reason.UNSIGNED);
    }
    return inQuery ? fromQuery(own) : fromHeader(request);
  }

  private static Claim fromHeader(SignableRequest request) {
    String text = single(request, "authorization");
    int space = text.indexOf(' ');
    if (space < 0 || !text.startsWith("AWS")) {
      throw new Refusal(Reason.MALFORMED);
    }
    if (!text.substring(0, space).equals(SigV4.ALGORITHM)) {
      throw new Refusal(Reason.UNSUPPORTED);
    }
    Map<String, String> parts = new HashMap<>();
    for (String part : text.substring(space + 1).split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 0
          || parts.put(part.substring(0, equals).strip(), part.substring(equals + 1)) != null) {
        throw new Refusal(Reason.MALFORMED);
      }
    }
    if (!parts.keySet().equals(Set.of("Credential", "SignedHeaders", "Signature"))) {
      throw new Refusal(Reason.MALFORMED);
    }
    return of(
        parts.getOrDefault("Credential", ""),
        single(request, "x-amz-date"),
        parts.getOrDefault("SignedHeaders", ""),
        parts.getOrDefault("Signature", ""),
        null,
        Optional.empty());
  }

  private static Claim fromQuery(Map<String, String> own) {
    if (!SigV4.ALGORITHM.equals(own.get("X-Amz-Algorithm"))) {
      throw new Refusal(Reason.UNSUPPORTED);
    }
    String expires = own.getOrDefault("X-Amz-Expires", "");
    if (!expires.matches("[1-9][0-9]{0,5}")) {
      throw new Refusal(Reason.MALFORMED);
    }
    Duration life = Duration.ofSeconds(Long.parseLong(expires));
    if (life.compareTo(SigV4.MAX_EXPIRES) > 0) {
      throw new Refusal(Reason.MALFORMED);
    }
    return of(
        own.getOrDefault("X-Amz-Credential", ""),
        own.getOrDefault("X-Amz-Date", ""),
        own.getOrDefault("X-Amz-SignedHeaders", ""),
        own.getOrDefault("X-Amz-Signature", ""),
        life,
        Optional.ofNullable(own.get("X-Amz-Security-Token")));
  }

  private static Claim of(
      String credential,
      String time,
      String signedHeaders,
      String signature,
      @org.jspecify.annotations.Nullable Duration expires,
      Optional<String> token) {
    String[] scope = credential.split("/", -1);
    boolean wellFormed =
        scope.length == 5
            && !scope[0].isEmpty()
            && time.matches("[0-9]{8}T[0-9]{6}Z")
            && scope[1].equals(time.substring(0, 8))
            && scope[4].equals("aws4_request")
            && Ascii.isSha256Hex(signature);
    if (!wellFormed) {
      throw new Refusal(Reason.MALFORMED);
    }
    Instant at;
    try {
      at = Instant.from(SigV4.TIME.parse(time));
    } catch (DateTimeException e) {
      throw new Refusal(Reason.MALFORMED);
    }
    return new Claim(
        scope[0],
        new SigningScope(scope[2], scope[3]),
        time,
        at,
        expires == null ? Duration.ZERO : expires,
        headerNames(signedHeaders),
        signature,
        expires != null,
        token);
  }

  /** Lower case, sorted, each once: as AWS demands. */
  private static SortedSet<String> headerNames(String text) {
    List<String> names = List.of(text.split(";", -1));
    SortedSet<String> sorted = new TreeSet<>(names);
    boolean right =
        sorted.size() == names.size()
            && List.copyOf(sorted).equals(names)
            && names.stream().allMatch(name -> !name.isEmpty() && name.equals(Ascii.lower(name)))
            && names.size() <= SignableRequest.MAX_HEADERS;
    if (!right) {
      throw new Refusal(Reason.MALFORMED);
    }
    return java.util.Collections.unmodifiableSortedSet(sorted);
  }

  /** The session token, wherever it is; in both places is malformed. */
  Optional<String> token(SignableRequest request) {
    if (!request.has("x-amz-security-token")) {
      return token;
    }
    if (token.isPresent()) {
      throw new Refusal(Reason.MALFORMED);
    }
    return Optional.of(single(request, "x-amz-security-token"));
  }

  private static String single(SignableRequest request, String header) {
    String value = request.single(header).orElseThrow(() -> new Refusal(Reason.MALFORMED));
    if (value.length() > 2 * MAX_TEXT) {
      throw new Refusal(Reason.MALFORMED);
    }
    return value;
  }

  private static Map<String, String> ownParameters(SignableRequest request) {
    Map<String, String> own = new HashMap<>();
    for (Parameter each : Canonical.parameters(request.query())) {
      if (OWN_PARAMETERS.stream().anyMatch(each.name()::equalsIgnoreCase)) {
        String value =
            new String(Ascii.decode(each.value()), java.nio.charset.StandardCharsets.UTF_8);
        boolean exact = OWN_PARAMETERS.contains(each.name());
        if (!exact || own.put(each.name(), value) != null || value.length() > 2 * MAX_TEXT) {
          throw new Refusal(Reason.MALFORMED);
        }
      }
    }
    return own;
  }
}
