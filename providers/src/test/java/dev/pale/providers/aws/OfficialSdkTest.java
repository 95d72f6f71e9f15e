package dev.pale.providers.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeAwsKms;
import dev.pale.providers.fake.FakeAwsSecrets;
import dev.pale.providers.fake.FakeAwsSts;
import dev.pale.providers.fake.FakeServer;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * The fake, proven by AWS' own SDK for Java: what the SDK takes from it is what AWS would say, and
 * what the SDK signs with a wrong key is refused.
 */
class OfficialSdkTest {
  private final FakeAws aws = new FakeAws(Clock.systemUTC());
  private FakeServer server;

  @BeforeEach
  void start() {
    server = FakeServer.http(aws);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void secrets_manager_answers_the_sdk_and_refuses_a_wrong_key() {
    aws.secrets.put("prod/a", "old");
    aws.secrets.put("prod/a", "välue");
    try (SecretsManagerClient client = secrets(right())) {
      assertThat(client.getSecretValue(r -> r.secretId("prod/a")).secretString())
          .isEqualTo("välue");
      assertThat(
              client
                  .getSecretValue(
                      r -> r.secretId(FakeAwsSecrets.arn("prod/a")).versionStage("AWSPREVIOUS"))
                  .secretString())
          .isEqualTo("old");
      BatchGetSecretValueResponse batch =
          client.batchGetSecretValue(r -> r.secretIdList("prod/a", "prod/none"));
      assertThat(batch.secretValues().getFirst().secretString()).isEqualTo("välue");
      assertThat(batch.errors().getFirst().errorCode()).isEqualTo("ResourceNotFoundException");
      client.createSecret(r -> r.name("prod/b").secretBinary(SdkBytes.fromUtf8String("bytes")));
      client.putSecretValue(r -> r.secretId("prod/b").secretString("text"));
      assertThat(client.listSecrets(r -> r.maxResults(10)).secretList())
          .extracting(s -> s.name())
          .containsExactly("prod/a", "prod/b");
      assertCode("ResourceNotFoundException", () -> client.getSecretValue(r -> r.secretId("none")));
    }
    try (SecretsManagerClient client = secrets(wrong())) {
      assertCode(
          "InvalidSignatureException", () -> client.getSecretValue(r -> r.secretId("prod/a")));
    }
    try (SecretsManagerClient client =
        at(SecretsManagerClient.builder(), right()).region(Region.US_EAST_1).build()) {
      assertCode(
          "InvalidSignatureException", () -> client.getSecretValue(r -> r.secretId("prod/a")));
    }
  }

  @Test
  void the_parameter_store_answers_the_sdk_and_refuses_a_wrong_key() {
    aws.parameters.put("/a", "1");
    aws.parameters.put("/a", "2");
    try (SsmClient client = at(SsmClient.builder(), right()).build()) {
      GetParametersResponse some =
          client.getParameters(r -> r.names("/a:1", "/none").withDecryption(true));
      assertThat(some.parameters().getFirst().value()).isEqualTo("1");
      assertThat(some.parameters().getFirst().selector()).isEqualTo(":1");
      assertThat(some.invalidParameters()).containsExactly("/none");
      assertThat(
              client
                  .putParameter(r ->
                      r.name("/b").value("v").type(ParameterType.SECURE_STRING).overwrite(true))
                  .version())
          .isEqualTo(1);
      assertThat(client.describeParameters(r -> r.maxResults(10)).parameters()).hasSize(2);
    }
    try (SsmClient client = at(SsmClient.builder(), wrong()).build()) {
      assertCode("InvalidSignatureException", () -> client.getParameter(r -> r.name("/a")));
    }
  }

  @Test
  void kms_answers_the_sdk_and_holds_the_context_against_what_was_wrapped() {
    Map<String, String> context = Map.of("App", "acme");
    try (KmsClient client = at(KmsClient.builder(), right()).build()) {
      SdkBytes wrapped =
          client
              .encrypt(r ->
                  r.keyId(FakeAwsKms.ALIAS)
                      .plaintext(SdkBytes.fromUtf8String("data key"))
                      .encryptionContext(context))
              .ciphertextBlob();
      assertThat(
              client
                  .decrypt(r -> r.ciphertextBlob(wrapped).encryptionContext(context))
                  .plaintext()
                  .asUtf8String())
          .isEqualTo("data key");
      assertCode(
          "InvalidCiphertextException", () -> client.decrypt(r -> r.ciphertextBlob(wrapped)));
      assertCode(
          "IncorrectKeyException",
          () ->
              client.decrypt(r ->
                  r.keyId(FakeAwsKms.OTHER).ciphertextBlob(wrapped).encryptionContext(context)));
    }
    try (KmsClient client = at(KmsClient.builder(), wrong()).build()) {
      assertCode(
          "InvalidSignatureException",
          () ->
              client.encrypt(r -> r.keyId(FakeAwsKms.KEY).plaintext(SdkBytes.fromUtf8String("x"))));
    }
  }

  @Test
  void sts_answers_the_sdk_and_its_temporary_keys_need_their_token() {
    Credentials temporary;
    try (StsClient client = at(StsClient.builder(), right()).build()) {
      assertThat(client.getCallerIdentity().arn()).isEqualTo("arn:aws:iam::123456789012:user/pale");
      temporary =
          client.assumeRole(r -> r.roleArn(FakeAwsSts.ROLE).roleSessionName("sdk")).credentials();
      assertThat(
              client
                  .assumeRoleWithWebIdentity(r ->
                      r.roleArn(FakeAwsSts.ROLE)
                          .roleSessionName("sdk")
                          .webIdentityToken(FakeAwsSts.WEB_TOKEN))
                  .credentials()
                  .accessKeyId())
          .isEqualTo(FakeAwsSts.keyId(2));
      assertCode(
          "AccessDenied",
          () -> client.assumeRole(r -> r.roleArn(FakeAwsSts.PARTNER).roleSessionName("sdk")));
    }
    AwsCredentials whole =
        AwsSessionCredentials.create(
            temporary.accessKeyId(), temporary.secretAccessKey(), temporary.sessionToken());
    try (StsClient client = at(StsClient.builder(), whole).build()) {
      assertThat(client.getCallerIdentity().arn()).contains("assumed-role/reader/sdk");
    }
    AwsCredentials half =
        AwsBasicCredentials.create(temporary.accessKeyId(), temporary.secretAccessKey());
    for (AwsCredentials each : List.of(half)) {
      try (StsClient client = at(StsClient.builder(), each).build()) {
        assertCode("InvalidClientTokenId", client::getCallerIdentity);
      }
    }
    try (StsClient client = at(StsClient.builder(), wrong()).build()) {
      assertCode("SignatureDoesNotMatch", client::getCallerIdentity);
    }
  }

  private SecretsManagerClient secrets(AwsCredentials credentials) {
    return at(SecretsManagerClient.builder(), credentials).build();
  }

  private <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B at(
      B builder, AwsCredentials credentials) {
    return builder
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .endpointOverride(URI.create(server.address()))
        .region(Region.of(FakeAws.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(credentials));
  }

  private static AwsCredentials right() {
    return AwsBasicCredentials.create(FakeAws.KEY_ID, FakeAws.SECRET);
  }

  private static AwsCredentials wrong() {
    return AwsBasicCredentials.create(FakeAws.KEY_ID, FakeAws.SECRET.replace('w', 'v'));
  }

  private static void assertCode(String code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
  }
}
