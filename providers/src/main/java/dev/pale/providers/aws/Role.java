package dev.pale.providers.aws;

import dev.pale.providers.http.JsonAnswers;
import dev.pale.providers.spi.Surroundings;
import dev.pale.secrets.PaleException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A role to be taken on through STS.
 *
 * @param externalId what the role's owner agreed on; empty for none
 * @param sessionName as which CloudTrail shows it; empty for Pale's own
 * @param durationSeconds 900 to 43200; empty for the service's default, one hour
 */
record Role(String arn, String externalId, String sessionName, String durationSeconds) {
  private static final Pattern ARN =
      Pattern.compile("arn:(aws[a-z-]{0,16}):iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}");
  private static final Pattern EXTERNAL_ID = Pattern.compile("[A-Za-z0-9+=,.@:/_-]{2,1224}");
  private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9+=,.@_-]{2,64}");

  Role {
    if (!ARN.matcher(arn).matches()) {
      throw refused("role_arn", "arn:aws:iam::ACCOUNT:role/NAME is expected");
    }
    if (!externalId.isEmpty() && !EXTERNAL_ID.matcher(externalId).matches()) {
      throw refused("external_id", "2 to 1224 letters, digits and +=,.@:/_- are expected");
    }
    if (!sessionName.isEmpty() && !SESSION.matcher(sessionName).matches()) {
      throw refused("role_session_name", "2 to 64 letters, digits and +=,.@_- are expected");
    }
    if (!durationSeconds.isEmpty() && !durationSeconds.matches("[0-9]{3,5}")) {
      throw refused("duration_seconds", "900 to 43200 is expected");
    }
  }

  private static PaleException refused(String setting, String why) {
    return PaleException.of(601, "the AWS role's " + setting + " cannot be used", why, "");
  }

  /** Takes it on with other credentials. */
  AwsKeys assume(AwsCaller caller, AwsRegion region, KeyCache with, Surroundings machine) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", "AssumeRole");
    form.put("RoleArn", arn);
    form.put("RoleSessionName", session(machine));
    if (!externalId.isEmpty()) {
      form.put("ExternalId", externalId);
    }
    if (!durationSeconds.isEmpty()) {
      form.put("DurationSeconds", durationSeconds);
    }
    try (AwsReply reply = caller.sts(region, with, form)) {
      return keys(reply, "AssumeRole");
    }
  }

  /** Takes it on with a token of an identity that the role trusts, unsigned. */
  AwsKeys assumeWithToken(AwsCaller caller, AwsRegion region, String token, Surroundings machine) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("Action", "AssumeRoleWithWebIdentity");
    form.put("RoleArn", arn);
    form.put("RoleSessionName", session(machine));
    form.put("WebIdentityToken", token);
    try (AwsReply reply = caller.stsUnsigned(region, form)) {
      return keys(reply, "AssumeRoleWithWebIdentity");
    }
  }

  private String session(Surroundings machine) {
    return sessionName.isEmpty()
        ? "pale-" + machine.uid() + "-" + machine.clock().instant().getEpochSecond()
        : sessionName;
  }

  private AwsKeys keys(AwsReply reply, String action) {
    if (!reply.isOk()) {
      throw reply.failure("the role " + arn);
    }
    Map<String, String> all = StsXml.parse(reply.body());
    String at = action + "Response/" + action + "Result/Credentials/";
    String id = all.get(at + "AccessKeyId");
    String secret = all.get(at + "SecretAccessKey");
    String token = all.get(at + "SessionToken");
    String expires = all.get(at + "Expiration");
    if (id == null || secret == null || token == null || expires == null) {
      throw JsonAnswers.notUnderstood("STS", "it holds no credentials");
    }
    Instant end = AwsKeys.instant(expires, "STS");
    return AwsKeys.of(id, secret, token, Optional.of(end), "STS");
  }
}
