package dev.pale.providers.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeAwsKms;
import dev.pale.providers.fake.FakeAwsSts;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.secrets.PaleException;
import dev.pale.sops.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KMS for SOPS files, against a server that verifies signature, key and context. */
class AwsKmsTest {
  private static final Map<String, String> CONTEXT = Map.of("Role", "reader", "App", "acme");

  @TempDir Path home;

  private final FakeAws aws = new FakeAws(FakeMachine.CLOCK);
  private final byte[] dataKey =
      "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private FakeServer server;
  private FakeMachine machine;
  private AwsKms kms;

  @BeforeEach
  void start() {
    server = FakeServer.http(aws);
    machine = new FakeMachine(home).longest(Duration.ofSeconds(2));
    kms = new AwsKms(AwsSetup.keyed("kms", server.address()), machine.surroundings());
  }

  @AfterEach
  void stop() {
    kms.close();
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {FakeAwsKms.KEY, FakeAwsKms.ALIAS})
  void what_is_wrapped_is_unwrapped_under_the_same_key_and_context(String arn) {
    MasterKey key = key(arn, CONTEXT, "");
    String wrapped = kms.wrap(key, dataKey);
    assertThat(kms.unwrap(key(arn, CONTEXT, wrapped))).isEqualTo(dataKey);
    assertThat(kms.serves(key)).isTrue();
    assertThat(kms.serves(new MasterKey("age", Map.of(), Map.of(), ""))).isFalse();
  }

  @Test
  void another_context_key_or_byte_is_refused() {
    String wrapped = kms.wrap(key(FakeAwsKms.KEY, CONTEXT, ""), dataKey);
    Map<String, String> other = new HashMap<>(CONTEXT);
    other.put("Role", "writer");
    assertFails(623, () -> kms.unwrap(key(FakeAwsKms.KEY, other, wrapped)));
    assertFails(623, () -> kms.unwrap(key(FakeAwsKms.KEY, Map.of(), wrapped)));
    assertFails(623, () -> kms.unwrap(key(FakeAwsKms.OTHER, CONTEXT, wrapped)));
    byte[] changed = Base64.getDecoder().decode(wrapped);
    changed[changed.length - 1] ^= 1;
    assertFails(
        623,
        () ->
            kms.unwrap(key(FakeAwsKms.KEY, CONTEXT, Base64.getEncoder().encodeToString(changed))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn:aws:kms:evil.example/:123456789012:key/x",
        "arn:aws:kms:eu-central-1.evil.example:123456789012:key/x",
        "arn:aws:kms:eu-central-1@evil:123456789012:key/x",
        "arn:aws-cn:kms:eu-central-1:123456789012:key/x",
        "arn:aws:s3:eu-central-1:123456789012:key/x",
        "arn:aws:kms:eu-central-1:123456789012:key/../x",
        "arn:aws:kms:eu-central-1:12345678901:key/x",
        "arn:aws:kms:eu-central-1:123456789012:grant/x",
        "https://evil.example/",
      })
  void an_arn_of_a_file_leads_to_no_host_but_a_regions_kms(String arn) {
    assertFails(623, () -> kms.unwrap(key(arn, CONTEXT, "AAAA")));
    assertFails(623, () -> kms.wrap(key(arn, CONTEXT, ""), dataKey));
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no base64!", "AAA"})
  void what_is_no_wrapped_key_is_not_sent(String wrapped) {
    assertFails(623, () -> kms.unwrap(key(FakeAwsKms.KEY, CONTEXT, wrapped)));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_answer_by_another_key_or_of_another_length_is_refused() {
    server.answerWith(request ->
        FakeAnswer.json(
            200,
            "{\"KeyId\":\"" + FakeAwsKms.OTHER + "\",\"Plaintext\":\"" + base64(dataKey) + "\"}"));
    assertFails(607, () -> kms.unwrap(key(FakeAwsKms.KEY, CONTEXT, "AAAA")));
    server.answerWith(request ->
        FakeAnswer.json(200, "{\"KeyId\":\"" + FakeAwsKms.KEY + "\",\"Plaintext\":\"AAAA\"}"));
    assertFails(607, () -> kms.unwrap(key(FakeAwsKms.KEY, CONTEXT, "AAAA")));
    server.answerWith(request -> FakeAnswer.json(200, "{\"KeyId\":\"" + FakeAwsKms.KEY + "\"}"));
    assertFails(607, () -> kms.wrap(key(FakeAwsKms.KEY, CONTEXT, ""), dataKey));
  }

  @Test
  void a_role_of_the_file_is_taken_on_and_a_false_one_refused() {
    Map<String, String> fields = Map.of("arn", FakeAwsKms.KEY, "role", FakeAwsSts.ROLE);
    MasterKey key = new MasterKey("kms", fields, CONTEXT, "");
    kms.wrap(key, dataKey);
    kms.wrap(key, dataKey);
    assertThat(aws.sts.taken()).containsExactly(FakeAws.KEY_ID + " " + FakeAwsSts.ROLE);
    Map<String, String> odd = Map.of("arn", FakeAwsKms.KEY, "role", "arn:aws:iam::1:user/x");
    assertFails(601, () -> kms.wrap(new MasterKey("kms", odd, CONTEXT, ""), dataKey));
  }

  @Test
  void a_profile_of_the_file_is_used_and_one_that_is_not_there_is_an_error() throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(
        home.resolve(".aws/credentials"),
        "[team]\naws_access_key_id="
            + FakeAws.KEY_ID
            + "\naws_secret_access_key="
            + FakeAws.SECRET
            + "\n");
    machine.set("AWS_ENDPOINT_URL_KMS", server.address());
    try (AwsKms plain =
        new AwsKms(dev.pale.providers.spi.ProviderSettings.none("kms"), machine.surroundings())) {
      Map<String, String> team = Map.of("arn", FakeAwsKms.KEY, "aws_profile", "team");
      String wrapped = plain.wrap(new MasterKey("kms", team, CONTEXT, ""), dataKey);
      assertThat(plain.unwrap(new MasterKey("kms", team, CONTEXT, wrapped))).isEqualTo(dataKey);
      Map<String, String> none = Map.of("arn", FakeAwsKms.KEY, "aws_profile", "none");
      assertFails(621, () -> plain.wrap(new MasterKey("kms", none, CONTEXT, ""), dataKey));
      Map<String, String> odd = Map.of("arn", FakeAwsKms.KEY, "aws_profile", "a\nb");
      assertFails(623, () -> plain.wrap(new MasterKey("kms", odd, CONTEXT, ""), dataKey));
    }
  }

  @Test
  void a_wrong_secret_key_is_refused() {
    try (AwsKms wrong =
        new AwsKms(
            new dev.pale.providers.spi.ProviderSettings(
                "kms",
                Map.of("endpoint", server.address()),
                AwsSetup.key(FakeAws.KEY_ID, "not the secret")),
            machine.surroundings())) {
      assertFails(611, () -> wrong.wrap(key(FakeAwsKms.KEY, CONTEXT, ""), dataKey));
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static MasterKey key(String arn, Map<String, String> context, String wrapped) {
    return new MasterKey("kms", Map.of("arn", arn), context, wrapped);
  }

  private static void assertFails(int code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> assertThat(e.code()).as(e.what() + " " + e.why()).isEqualTo(code));
  }
}
