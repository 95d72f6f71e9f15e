package dev.pale.providers.aws;

import dev.pale.formats.json.JsonValue.JsonObject;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.secrets.PaleException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a service answered. Of an error only its status and its code are ever shown: its text may
 * quote what was sent.
 */
final class AwsReply implements AutoCloseable {
  private static final Set<String> CLOCK =
      Set.of(
          "InvalidSignatureException",
          "RequestExpired",
          "RequestInTheFuture",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch");
  private static final Set<String> TIME =
      Set.of("RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed");
  private static final Set<String> EXPIRED = Set.of("ExpiredToken", "ExpiredTokenException");
  private static final Set<String> KEY =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "OptInRequired",
          "RequestExpired",
          "RequestInTheFuture",
          "RequestTimeTooSkewed",
          "SignatureDoesNotMatch",
          "UnrecognizedClientException");
  private static final Set<String> RIGHT =
      Set.of("AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation");
  private static final Set<String> THROTTLED =
      Set.of(
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "SlowDown",
          "Throttling",
          "ThrottledException",
          "ThrottlingException",
          "TooManyRequestsException");

  private static final Pattern CODE = Pattern.compile("[A-Z][A-Za-z.]{2,63}");

  private final HttpAnswer answer;
  private final String service;
  private final String code;

  /**
   * Takes the answer over.
   *
   * @param service for errors: {@code Secrets Manager at https://…}
   * @param code what {@link #codeOf} let through; empty for none
   */
  AwsReply(HttpAnswer answer, String service, String code) {
    this.answer = answer;
    this.service = service;
    this.code = code;
  }

  /** A text when it looks like a code of AWS, else empty. */
  static String codeOf(String text) {
    return CODE.matcher(text).matches() ? text : "";
  }

  boolean isOk() {
    return answer.isOk();
  }

  String code() {
    return code;
  }

  boolean isThrottled() {
    return THROTTLED.contains(code);
  }

  /** Whether a wrong clock may be the reason. */
  boolean mayBeClock() {
    return CLOCK.contains(code);
  }

  boolean isExpired() {
    return EXPIRED.contains(code);
  }

  /** Whether the key lacks the right, for this thing at least. */
  boolean isDenied() {
    return RIGHT.contains(code) || (code.isEmpty() && answer.status() == 403);
  }

  /** Whether no other request with this key would fare better. */
  boolean concernsAll() {
    return KEY.contains(code) || answer.status() >= 500 || answer.status() == 429 || isThrottled();
  }

  String header(String name) {
    return answer.header(name);
  }

  byte[] body() {
    return answer.body();
  }

  /** The answer's JSON; error 607 when it is none. */
  JsonObject object() {
    return JsonAnswers.object(answer, service);
  }

  /** The error for an answer that lacks what it should have. */
  PaleException notUnderstood(String why) {
    return JsonAnswers.notUnderstood(service, why);
  }

  /**
   * The error for an answer that is none: 611 for key and right, 624 for the clock, else 614.
   *
   * @param asked what was asked for, in words
   */
  PaleException failure(String asked) {
    return failure(service, "status " + answer.status(), code, isDenied(), asked);
  }

  /** The error for one of several things in an answer that is fine as a whole. */
  PaleException partFailure(String partCode, String asked) {
    String shown = codeOf(partCode);
    return failure(service, "refused", shown, RIGHT.contains(shown), asked);
  }

  private static PaleException failure(
      String service, String status, String code, boolean denied, String asked) {
    String why = status + (code.isEmpty() ? "" : " (" + code + ")") + ", asked for " + asked;
    if (TIME.contains(code)) {
      return PaleException.of(
          624, service + " finds this machine's clock wrong", why, "set the clock");
    }
    if (EXPIRED.contains(code)) {
      return PaleException.of(
          611, "the AWS credentials have expired", why, "sign in again, or renew them");
    }
    if (KEY.contains(code)) {
      return PaleException.of(
          611,
          service + " does not accept the AWS credentials",
          why,
          "check access key, secret and session token: they belong together");
    }
    if (denied) {
      return PaleException.of(
          611, service + " refuses the right", why, "let the policy of this AWS identity allow it");
    }
    String mend =
        switch (code) {
          case "DecryptionFailure", "KMSAccessDeniedException" ->
              "allow kms:Decrypt on the key that protects it";
          case "DisabledException", "KMSInvalidStateException" -> "enable the key in AWS";
          case "InvalidRequestException" -> "it may be scheduled for deletion: restore it in AWS";
          case "InternalFailure", "InternalServiceError", "ServiceUnavailable" -> "try again";
          default -> "";
        };
    return PaleException.of(614, service + " answers with an error", why, mend);
  }

  @Override
  public void close() {
    answer.close();
  }

  @Override
  public String toString() {
    return "[" + service + ": " + answer.status() + "]";
  }
}
