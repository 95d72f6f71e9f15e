package dev.pale.providers.aws;

import dev.pale.crypto.sigv4.Header;
import dev.pale.crypto.sigv4.PayloadHash;
import dev.pale.crypto.sigv4.SigV4;
import dev.pale.crypto.sigv4.SigV4Credentials;
import dev.pale.crypto.sigv4.SignableRequest;
import dev.pale.crypto.sigv4.SigningRules;
import dev.pale.crypto.sigv4.SigningScope;
import dev.pale.providers.aws.AwsEndpoints.Service;
import dev.pale.providers.http.HttpAnswer;
import dev.pale.providers.http.HttpCall;
import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.http.Origin;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Signs requests to AWS and sends them: again when the service has too much to do, once more with
 * the service's time when this machine's clock is wrong, and once more with fresh credentials when
 * they have expired. Thread-safe.
 */
final class AwsCaller {
  /** So far a clock may be off and still be helped; further, a person should look at it. */
  private static final Duration MOST_OFF = Duration.ofDays(1);

  private static final Duration WORTH_MENDING = Duration.ofMinutes(1);
  private static final int MOST_THROTTLED = 4;

  private final Surroundings machine;
  private final AwsEndpoints endpoints;
  private volatile Duration offset = Duration.ZERO;

  AwsCaller(Surroundings machine, AwsEndpoints endpoints) {
    this.machine = machine;
    this.endpoints = endpoints;
  }

  /**
   * Asks one of the services that speak JSON.
   *
   * @param operation with its prefix: {@code secretsmanager.GetSecretValue}
   * @param body a JSON object
   */
  AwsReply json(Service service, AwsRegion region, KeyCache keys, String operation, String body) {
    Origin origin = endpoints.of(service, region);
    String name = title(service) + " at " + origin;
    List<Header> headers =
        List.of(
            new Header("Host", hostOf(origin)),
            new Header("Content-Type", "application/x-amz-json-1.1"),
            new Header("X-Amz-Target", operation));
    return signed(origin, name, headers, body, new SigningScope(region.name(), service.id()), keys);
  }

  /** Asks STS, signed. */
  AwsReply sts(AwsRegion region, KeyCache keys, Map<String, String> form) {
    Origin origin = endpoints.of(Service.STS, region);
    List<Header> headers = List.of(new Header("Host", hostOf(origin)), FORM);
    SigningScope scope = new SigningScope(region.name(), "sts");
    return signed(
        origin, title(Service.STS) + " at " + origin, headers, encoded(form), scope, keys);
  }

  /** Asks STS without a signature: the form holds a token that proves who asks. */
  AwsReply stsUnsigned(AwsRegion region, Map<String, String> form) {
    Origin origin = endpoints.of(Service.STS, region);
    byte[] body = encoded(form).getBytes(StandardCharsets.UTF_8);
    HttpCall call = HttpCall.of(origin, "POST", "/").body(FORM.value(), body).repeatable();
    return reply(machine.http().send(call), title(Service.STS) + " at " + origin);
  }

  private static final Header FORM =
      new Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");

  private AwsReply signed(
      Origin origin,
      String name,
      List<Header> headers,
      String text,
      SigningScope scope,
      KeyCache keys) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    boolean clockMended = false;
    boolean renewed = false;
    try {
      for (int attempt = 1; ; attempt++) {
        SigV4Credentials key = keys.current();
        AwsReply reply = reply(machine.http().send(call(origin, headers, body, scope, key)), name);
        if (reply.isOk()) {
          return reply;
        }
        if (reply.isThrottled() && attempt < MOST_THROTTLED) {
          reply.close();
          nap(attempt);
        } else if (!clockMended && reply.mayBeClock() && mendClock(reply.header("date"))) {
          reply.close();
          clockMended = true;
        } else if (!renewed && reply.isExpired() && keys.renew(key)) {
          reply.close();
          renewed = true;
        } else {
          return reply;
        }
      }
    } finally {
      java.util.Arrays.fill(body, (byte) 0);
    }
  }

  private HttpCall call(
      Origin origin, List<Header> headers, byte[] body, SigningScope scope, SigV4Credentials key) {
    SignableRequest request = new SignableRequest("POST", "/", headers);
    List<Header> all = new ArrayList<>(headers);
    all.addAll(
        SigV4.sign(
            request,
            PayloadHash.of(body),
            key,
            scope,
            SigningRules.STANDARD,
            machine.clock().instant().plus(offset)));
    // Every operation that is asked here does no more when it is asked twice.
    HttpCall call = HttpCall.of(origin, "POST", "/").repeatable();
    for (Header each : all) {
      if (each.name().equals("Content-Type")) {
        call.body(each.value(), body);
      } else if (!each.name().equals("Host")) {
        call.header(each.name(), each.value());
      }
    }
    return call;
  }

  private static AwsReply reply(HttpAnswer answer, String name) {
    return new AwsReply(answer, name, answer.isOk() ? "" : code(answer));
  }

  /** {@code x-amzn-errortype: Name:http://…}, {@code "__type": "ns#Name"}, or STS' XML. */
  private static String code(HttpAnswer answer) {
    String header = answer.header("x-amzn-errortype");
    String found = header.isEmpty() ? jsonType(answer) : header;
    if (found.isEmpty()) {
      found = StsXml.errorCode(answer.body());
    }
    int hash = found.indexOf('#');
    String name = hash < 0 ? found : found.substring(hash + 1);
    int colon = name.indexOf(':');
    name = colon < 0 ? name : name.substring(0, colon);
    return AwsReply.codeOf(name);
  }

  private static String jsonType(HttpAnswer answer) {
    if (answer.body().length == 0 || answer.body()[0] != '{') {
      return "";
    }
    try {
      return JsonAnswers.text(JsonAnswers.object(answer, ""), "__type").orElse("");
    } catch (PaleException e) {
      return "";
    }
  }

  /** Takes over the service's time when it differs enough to be the reason. */
  private boolean mendClock(String date) {
    Instant theirs;
    try {
      theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return false;
    }
    Duration off = Duration.between(machine.clock().instant(), theirs);
    if (off.minus(offset).abs().compareTo(WORTH_MENDING) < 0 || off.abs().compareTo(MOST_OFF) > 0) {
      return false;
    }
    offset = off;
    return true;
  }

  private static void nap(int attempt) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(20, 100L << attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PaleException.of(603, "the request to AWS was given up", "", "");
    }
  }

  private static String hostOf(Origin origin) {
    return origin.text().substring(origin.scheme().length() + 3);
  }

  private static String encoded(Map<String, String> form) {
    StringBuilder out = new StringBuilder("Version=2011-06-15");
    form.forEach((name, value) ->
        out.append('&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return out.toString();
  }

  private static String title(Service service) {
    return switch (service) {
      case SECRETS_MANAGER -> "Secrets Manager";
      case SSM -> "Parameter Store";
      case KMS -> "KMS";
      case STS -> "STS";
    };
  }
}
