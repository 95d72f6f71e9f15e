package dev.pale.providers.fake;

import dev.pale.providers.fake.FakeAws.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** STS' part of {@link FakeAws}. Temporary keys need their token from then on. */
public final class FakeAwsSts {
  /** A role that anybody of the account may take on. */
  public static final String ROLE = "arn:aws:iam::" + FakeAws.ACCOUNT + ":role/reader";

  /** A role that asks for an external id. */
  public static final String PARTNER = "arn:aws:iam::" + FakeAws.ACCOUNT + ":role/partner";

  /** That id. */
  public static final String EXTERNAL_ID = "agreed-upon-1";

  /** A token of an identity that {@link #ROLE} trusts. */
  public static final String WEB_TOKEN = "eyJhbGciOi.web-identity.token";

  private final FakeAws aws;
  private final AtomicInteger made = new AtomicInteger();
  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private Duration lifetime = Duration.ofHours(1);

  FakeAwsSts(FakeAws aws) {
    this.aws = aws;
  }

  /** How long temporary keys live. */
  public void lifetime(Duration time) {
    lifetime = time;
  }

  /** The roles that were taken on, in order, with who did: {@code KEYID ROLE}. */
  public List<String> taken() {
    return taken;
  }

  /** The id of the n-th temporary key. */
  public static String keyId(int n) {
    return "ASIAFAKE" + n;
  }

  FakeAnswer answer(FakeRequest request, String action, String keyId) {
    Map<String, String> form = request.form();
    if (!form.getOrDefault("Version", "").equals("2011-06-15")) {
      throw new Refusal(400, "InvalidAction");
    }
    return switch (action) {
      case "GetCallerIdentity" ->
          xml(
              action,
              "<Arn>"
                  + aws.principal(keyId)
                  + "</Arn><UserId>AIDA</UserId><Account>"
                  + FakeAws.ACCOUNT
                  + "</Account>");
      case "AssumeRole" -> {
        String role = form.getOrDefault("RoleArn", "");
        boolean right =
            role.equals(ROLE)
                || (role.equals(PARTNER) && EXTERNAL_ID.equals(form.get("ExternalId")));
        yield temporary(action, right, role, keyId, form);
      }
      case "AssumeRoleWithWebIdentity" -> {
        String role = form.getOrDefault("RoleArn", "");
        boolean right = role.equals(ROLE) && WEB_TOKEN.equals(form.get("WebIdentityToken"));
        yield temporary(action, right, role, "web", form);
      }
      default -> throw new Refusal(400, "InvalidAction");
    };
  }

  private FakeAnswer temporary(
      String action, boolean right, String role, String keyId, Map<String, String> form) {
    String session = form.getOrDefault("RoleSessionName", "");
    if (!right || !session.matches("[\\w+=,.@-]{2,64}")) {
      throw new Refusal(403, "AccessDenied");
    }
    taken.add(keyId + " " + role);
    int n = made.incrementAndGet();
    String secret = "temporary/secret+" + n;
    String token = "FwoGZXIvYXdzE/temporary//token==" + n;
    aws.addKey(
        keyId(n),
        secret,
        token,
        "arn:aws:sts::"
            + FakeAws.ACCOUNT
            + ":assumed-role/"
            + role.substring(role.lastIndexOf('/') + 1)
            + "/"
            + session);
    secrets.put(keyId(n), secret);
    return xml(
        action,
        "<Credentials><AccessKeyId>"
            + keyId(n)
            + "</AccessKeyId><SecretAccessKey>"
            + secret
            + "</SecretAccessKey><SessionToken>"
            + token
            + "</SessionToken><Expiration>"
            + aws.clock().instant().plus(lifetime)
            + "</Expiration></Credentials><AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId>"
            + "<Arn>arn:aws:sts::"
            + FakeAws.ACCOUNT
            + ":assumed-role/x/y</Arn></AssumedRoleUser>");
  }

  private static FakeAnswer xml(String action, String result) {
    String text =
        "<"
            + action
            + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><"
            + action
            + "Result>"
            + result
            + "</"
            + action
            + "Result><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId>"
            + "</ResponseMetadata></"
            + action
            + "Response>";
    return FakeAnswer.bytes(200, "text/xml", text.getBytes(StandardCharsets.UTF_8));
  }
}
