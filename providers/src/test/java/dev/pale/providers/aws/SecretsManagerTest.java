package dev.pale.providers.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeAwsSecrets;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer.Handler;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.Surroundings;
import dev.pale.providers.spi.Writer.Present;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AWS Secrets Manager against a server that checks every signature. */
class SecretsManagerTest extends ProviderContract {
  private static final String ARN = FakeAwsSecrets.arn("prod/db");

  private final FakeAws aws = new FakeAws(FakeMachine.CLOCK);

  @Override
  protected Handler honest() {
    aws.secrets.put("prod/stripe", "old");
    aws.secrets.put("prod/stripe", "sk_live_1");
    aws.secrets.put(
        "prod/db",
        "{\"password\":\"p\\u00e4ss\",\"port\":5432,\"tls\":true,\"no\":null,\"x\":{\"a\":[1, 2]}}");
    return aws;
  }

  @Override
  protected Provider open(Surroundings surroundings) {
    return new SecretsManager().open(AwsSetup.keyed("aws-sm", server.address()), surroundings);
  }

  @Override
  protected Map<Reference, String> present() {
    Map<Reference, String> all = new LinkedHashMap<>();
    all.put(Reference.parse("aws-sm://prod/stripe"), "sk_live_1");
    all.put(Reference.parse("aws-sm://prod/stripe?stage=AWSPREVIOUS"), "old");
    all.put(Reference.parse("aws-sm://prod/db#password"), "päss");
    all.put(Reference.parse("aws-sm://prod/db?stage=AWSCURRENT#port"), "5432");
    all.put(Reference.parse("aws-sm://" + ARN + "#port"), "5432");
    all.put(Reference.parse("aws-sm://" + ARN.substring(0, ARN.length() - 7) + "#tls"), "true");
    all.put(Reference.parse("aws-sm://prod/db#x"), "{\"a\":[1,2]}");
    return all;
  }

  @Override
  protected Reference absent() {
    return Reference.parse("aws-sm://prod/nothing");
  }

  @Override
  protected List<String> credentials() {
    return List.of(FakeAws.SECRET);
  }

  @Test
  void many_are_read_twenty_at_a_time() {
    List<Reference> asked = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      aws.secrets.put("many/" + i, "value " + i);
      asked.add(Reference.parse("aws-sm://many/" + i));
    }
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(asked);
      for (int i = 0; i < 45; i++) {
        assertThat(text(outcomes.get(asked.get(i)))).isEqualTo("value " + i);
      }
    }
    assertThat(aws.operations()).containsOnly("BatchGetSecretValue").hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AccessDeniedException", "UnknownOperationException"})
  void where_many_at_once_are_refused_each_is_read_for_itself(String code) {
    aws.deny("BatchGetSecretValue", code);
    assertReadsAll();
    assertThat(aws.operations()).contains("BatchGetSecretValue", "GetSecretValue");
  }

  @Test
  void one_that_is_refused_does_not_spoil_the_others() {
    aws.deny("GetSecretValue", "AccessDeniedException");
    try (Provider provider = open(machine.surroundings())) {
      Reference old = Reference.parse("aws-sm://prod/stripe?stage=AWSPREVIOUS");
      Reference stripe = Reference.parse("aws-sm://prod/stripe");
      Reference db = Reference.parse("aws-sm://prod/db");
      Map<Reference, Outcome> outcomes = provider.read(List.of(old, stripe, db));
      assertThat(text(outcomes.get(stripe))).isEqualTo("sk_live_1");
      assertThat(failure(outcomes.get(old)).code()).isEqualTo(611);
      assertSilent(failure(outcomes.get(old)));
    }
  }

  @Test
  void a_binary_secret_is_bytes_and_a_version_is_found_by_its_id() {
    byte[] bytes = {0, (byte) 0xff, 10};
    aws.secrets.putBinary("bin", Base64.getEncoder().encodeToString(bytes));
    Reference bin = Reference.parse("aws-sm://bin");
    Reference first =
        Reference.parse("aws-sm://prod/stripe?version=" + aws.secrets.versionId("prod/stripe", 0));
    Reference none =
        Reference.parse("aws-sm://prod/stripe?version=00000000-0000-0000-0000-000000000000");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(bin, first, none));
      assertThat(((Outcome.Found) outcomes.get(bin)).value().bytes(Reveal.COMPARE))
          .isEqualTo(bytes);
      assertThat(text(outcomes.get(first))).isEqualTo("old");
      assertThat(outcomes.get(none)).isInstanceOf(Outcome.Missing.class);
    }
  }

  @Test
  void a_member_that_is_not_there_and_a_value_without_members_are_told_apart() {
    Reference missing = Reference.parse("aws-sm://prod/db#user");
    Reference nothing = Reference.parse("aws-sm://prod/db#no");
    Reference plain = Reference.parse("aws-sm://prod/stripe#key");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(missing, nothing, plain));
      assertThat(outcomes.get(missing)).isInstanceOf(Outcome.Missing.class);
      assertThat(outcomes.get(nothing)).isInstanceOf(Outcome.Missing.class);
      assertThat(failure(outcomes.get(plain)).code()).isEqualTo(613);
      assertThat(everything(failure(outcomes.get(plain)))).doesNotContain("sk_live_1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws-sm://prod/db?versoin=1",
        "aws-sm://prod/db?version=",
        "aws-sm://prod/db?stage=A&stage=B",
        "aws-sm://prod db",
        "aws-sm://arn:aws:secretsmanager:eu-central-1.evil.example:123456789012:secret:x",
        "aws-sm://arn:aws-cn:secretsmanager:eu-central-1:123456789012:secret:x",
        "aws-sm://arn:aws:kms:eu-central-1:123456789012:key/x",
      })
  void a_reference_of_another_form_is_refused_and_nobody_is_asked(String text) {
    Reference odd = Reference.parse(text);
    try (Provider provider = open(machine.surroundings())) {
      assertThat(failure(provider.read(List.of(odd)).get(odd)).code()).isEqualTo(613);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_arn_of_another_region_is_not_sent_to_an_endpoint_that_was_set() {
    Reference far =
        Reference.parse("aws-sm://arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf");
    try (Provider provider = open(machine.surroundings())) {
      assertThat(failure(provider.read(List.of(far)).get(far)).code()).isEqualTo(622);
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void an_answer_about_another_secret_is_no_answer() {
    server.answerWith(request ->
        FakeAnswer.json(200, "{\"ARN\":\"arn:x\",\"Name\":\"prod/other\",\"SecretString\":\"v\"}"));
    assertFails(607);
  }

  @Test
  void values_that_nobody_asked_for_are_left_alone() {
    AtomicReference<String> seen = new AtomicReference<>("");
    server.answerWith(request -> {
      seen.set(seen.get() + request.header("x-amz-target") + " ");
      return request.header("x-amz-target").endsWith("BatchGetSecretValue")
          ? FakeAnswer.json(
              200,
              "{\"SecretValues\":[{\"ARN\":\"a\",\"Name\":\"prod/extra\",\"SecretString\":\"v\"},"
                  + "{\"ARN\":\"b\",\"Name\":\"prod/a\",\"SecretString\":\"va\"}],\"Errors\":[]}")
          : FakeAnswer.json(400, "{\"__type\":\"ResourceNotFoundException\"}");
    });
    Reference a = Reference.parse("aws-sm://prod/a");
    Reference b = Reference.parse("aws-sm://prod/b");
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.of(a, b));
      assertThat(outcomes).containsOnlyKeys(a, b);
      assertThat(text(outcomes.get(a))).isEqualTo("va");
      assertThat(outcomes.get(b)).isInstanceOf(Outcome.Missing.class);
    }
  }

  @Test
  void a_wrong_secret_key_fails_for_all_and_is_not_quoted() {
    var settings =
        new dev.pale.providers.spi.ProviderSettings(
            "aws-sm",
            Map.of(
                "region",
                FakeAws.REGION,
                "endpoint",
                server.address(),
                "sts_endpoint",
                server.address()),
            AwsSetup.key(FakeAws.KEY_ID, "wrong-" + SENTINEL));
    try (Provider provider = new SecretsManager().open(settings, machine.surroundings())) {
      assertThatThrownBy(() -> provider.read(List.copyOf(present().keySet())))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(611);
                assertSilent(e);
              });
      assertThat(provider.health()).isInstanceOf(Health.Unusable.class);
    }
  }

  @Test
  void what_stands_where_a_code_should_be_is_not_shown_unless_it_is_one() {
    server.answerWith(request ->
        request.header("x-amz-target").endsWith("BatchGetSecretValue")
            ? FakeAnswer.json(
                200,
                "{\"Errors\":[{\"SecretId\":\"prod/stripe\",\"ErrorCode\":\"" + SENTINEL + "\"}]}")
            : FakeAnswer.json(400, "{}").with("x-amzn-errortype", SENTINEL + ":http://x/"));
    assertFails(614);
  }

  @ParameterizedTest
  @CsvSource({
    "ExpiredTokenException, 611",
    "UnrecognizedClientException, 611",
    "RequestTimeTooSkewed, 624",
    "RequestExpired, 624",
    "InternalServiceError, 614"
  })
  void what_is_wrong_with_key_or_clock_is_said_as_such(String code, int expected) {
    aws.deny("BatchGetSecretValue", code);
    aws.deny("GetSecretValue", code);
    assertFails(expected);
  }

  @Test
  void throttling_is_waited_out_but_not_for_ever() {
    aws.throttle(2);
    assertReadsAll();
    aws.throttle(1000);
    assertFails(614);
  }

  @Test
  void the_list_goes_over_pages_and_comes_to_an_end() {
    for (int i = 0; i < 7; i++) {
      aws.secrets.put("list/" + i, "v");
    }
    aws.secrets.pageSize(3);
    try (Provider provider = open(machine.surroundings())) {
      assertThat(provider.list("list/").orElseThrow())
          .hasSize(7)
          .contains(Reference.parse("aws-sm://list/6"));
      aws.secrets.endless();
      assertThatThrownBy(() -> provider.list(""))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(604));
    }
    assertThat(aws.operations()).hasSizeLessThan(110);
  }

  @Test
  void each_value_becomes_a_secret_of_its_own() {
    aws.secrets.put("app/SAME", "same");
    aws.secrets.put("app/OTHER", "other");
    var values = AwsSetup.values("SAME", "same", "OTHER", "new", "FRESH", "fräsh");
    values.put(SecretName.of("BYTES"), SecretValue.owning("BYTES", new byte[] {(byte) 0xff, 0}));
    try (Provider provider = open(machine.surroundings())) {
      var writer = provider.writer().orElseThrow();
      assertThat(writer.compare("app", values))
          .containsEntry(SecretName.of("SAME"), Present.SAME)
          .containsEntry(SecretName.of("OTHER"), Present.DIFFERENT)
          .containsEntry(SecretName.of("FRESH"), Present.ABSENT);
      writer.write("app", values);
      assertThat(writer.compare("app/", values).values()).containsOnly(Present.SAME);
    }
    assertThat(aws.secrets.text("app/FRESH")).isEqualTo("fräsh");
    assertThat(aws.secrets.versions("app/OTHER")).isEqualTo(2);
  }

  @Test
  void a_repeated_request_makes_no_second_version() {
    AtomicReference<Boolean> first = new AtomicReference<>(true);
    server.answerWith(request -> {
      FakeAnswer answer = aws.answer(request);
      boolean write = request.header("x-amz-target").endsWith("PutSecretValue");
      return write && first.getAndSet(false) ? FakeAnswer.empty(503) : answer;
    });
    try (Provider provider = open(machine.surroundings())) {
      provider.writer().orElseThrow().write("prod", AwsSetup.values("stripe", "new"));
    }
    assertThat(aws.secrets.versions("prod/stripe")).isEqualTo(3);
    assertThat(aws.secrets.text("prod/stripe")).isEqualTo("new");
  }

  @Test
  void with_a_hash_they_become_members_of_one_secret_whose_others_stay() {
    try (Provider provider = open(machine.surroundings())) {
      var writer = provider.writer().orElseThrow();
      var values = AwsSetup.values("password", "neu", "USER", "u");
      assertThat(writer.compare("prod/db#", values))
          .containsEntry(SecretName.of("password"), Present.DIFFERENT)
          .containsEntry(SecretName.of("USER"), Present.ABSENT);
      writer.write("prod/db#", values);
      assertThat(aws.secrets.text("prod/db"))
          .isEqualTo(
              "{\"password\":\"neu\",\"port\":5432,\"tls\":true,\"no\":null,\"x\":{\"a\":[1,2]},"
                  + "\"USER\":\"u\"}");
      writer.write("nothing#", AwsSetup.values());
      assertThat(aws.secrets.versions("nothing")).isZero();
      writer.write("fresh#", values);
      assertThat(aws.secrets.text("fresh")).isEqualTo("{\"USER\":\"u\",\"password\":\"neu\"}");
      assertThatThrownBy(() -> writer.write("prod/stripe#", values))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(616));
      assertThat(aws.secrets.text("prod/stripe")).isEqualTo("sk_live_1");
    }
  }

  @Test
  void a_write_that_breaks_off_names_what_was_written() {
    Map<String, Integer> writes = new HashMap<>();
    server.answerWith(request -> {
      boolean create = request.header("x-amz-target").endsWith("CreateSecret");
      return create && writes.merge("n", 1, Integer::sum) == 2
          ? FakeAnswer.json(
              400, "{\"__type\":\"LimitExceededException\",\"message\":\"" + SENTINEL + "\"}")
          : aws.answer(request);
    });
    try (Provider provider = open(machine.surroundings())) {
      assertThatThrownBy(() ->
              provider
                  .writer()
                  .orElseThrow()
                  .write("w", AwsSetup.values("A", "1", "B", "2", "C", "3")))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(612);
                assertThat(e.what()).contains("B");
                assertThat(e.why()).contains("written before: A").doesNotContain("C");
                assertSilent(e);
              });
    }
  }

  @Test
  void what_the_store_cannot_take_is_refused_before_anything_is_written() {
    SortedMap<SecretName, SecretValue> large = new TreeMap<>(AwsSetup.values("A", "1"));
    large.put(SecretName.of("B"), SecretValue.owning("B", "x".repeat(65_537).getBytes(UTF_8)));
    try (Provider provider = open(machine.surroundings())) {
      var writer = provider.writer().orElseThrow();
      assertThatThrownBy(() -> writer.write("w", large)).isInstanceOf(PaleException.class);
      assertThatThrownBy(() -> writer.write("w", AwsSetup.values("A", "1", "B", "")))
          .isInstanceOf(PaleException.class);
      assertThatThrownBy(() -> writer.write("a b", AwsSetup.values("A", "1")))
          .isInstanceOf(PaleException.class);
    }
    assertThat(aws.operations()).isEmpty();
  }

  private void assertReadsAll() {
    try (Provider provider = open(machine.surroundings())) {
      Map<Reference, Outcome> outcomes = provider.read(List.copyOf(present().keySet()));
      present()
          .forEach(
              (reference, value) -> assertThat(text(outcomes.get(reference))).isEqualTo(value));
    }
  }

  private static PaleException failure(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }
}
