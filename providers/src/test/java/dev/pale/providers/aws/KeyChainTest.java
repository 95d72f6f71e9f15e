package dev.pale.providers.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeAwsSts;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.providers.spi.Health;
import dev.pale.providers.spi.Outcome;
import dev.pale.providers.spi.Provider;
import dev.pale.providers.spi.ProviderSettings;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reference;
import dev.pale.secrets.Reveal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where credentials come from, each proven by a request that a server verifies. */
class KeyChainTest {
  /** Stands for a secret in a place where it does not belong. */
  private static final String SENTINEL = "s3ntinel-Zq8vK2";

  private static final Reference REFERENCE = Reference.parse("aws-sm://a");

  @TempDir Path home;

  private final FakeAws aws = new FakeAws(FakeMachine.CLOCK);
  private FakeServer server;
  private FakeMachine machine;

  @BeforeEach
  void start() {
    aws.secrets.put("a", "value");
    server = FakeServer.http(aws);
    machine =
        new FakeMachine(home)
            .longest(Duration.ofSeconds(2))
            .set("AWS_EC2_METADATA_DISABLED", "true");
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void the_environment_is_enough() {
    machine
        .set("AWS_ACCESS_KEY_ID", FakeAws.KEY_ID)
        .set("AWS_SECRET_ACCESS_KEY", FakeAws.SECRET)
        .set("AWS_REGION", FakeAws.REGION)
        .set("AWS_ENDPOINT_URL", server.address());
    assertReads(ProviderSettings.none("aws-sm"));
    try (Provider provider = open(ProviderSettings.none("aws-sm"))) {
      assertThat(provider.health())
          .isInstanceOfSatisfying(
              Health.Usable.class,
              usable ->
                  assertThat(usable.identity()).isEqualTo("arn:aws:iam::123456789012:user/pale"));
    }
  }

  @Test
  void an_address_of_the_environment_gets_no_request_signed_with_a_key_of_pales_keeping() {
    try (FakeServer other = FakeServer.http(request -> FakeAnswer.json(200, "{}"))) {
      machine.set("AWS_ENDPOINT_URL", other.address()).set("AWS_REGION", FakeAws.REGION);
      assertReads(AwsSetup.keyed("aws-sm", server.address()));
      assertThat(other.requests()).isEmpty();
      AwsEndpoints endpoints =
          new AwsEndpoints(
              new ProviderSettings(
                  "aws-sm",
                  java.util.Map.of("region", FakeAws.REGION),
                  AwsSetup.key(FakeAws.KEY_ID, FakeAws.SECRET)),
              machine.surroundings().variables());
      assertThat(endpoints.own(AwsEndpoints.Service.SECRETS_MANAGER)).isEmpty();
    }
  }

  @Test
  void half_a_key_is_an_error_and_the_next_source_is_not_tried() throws IOException {
    write("credentials", "[default]\n" + key());
    machine.set("AWS_ACCESS_KEY_ID", FakeAws.KEY_ID);
    assertFails(settings(), 621);
    machine.set("AWS_ACCESS_KEY_ID", "");
    assertReads(settings());
  }

  @Test
  void a_temporary_key_needs_its_token() {
    aws.addKey("ASIAX", "secret", "session//token==", "arn:aws:iam::123456789012:user/t");
    machine.set("AWS_ACCESS_KEY_ID", "ASIAX").set("AWS_SECRET_ACCESS_KEY", "secret");
    assertFails(settings(), 611);
    machine.set("AWS_SESSION_TOKEN", "session//token==");
    assertReads(settings());
  }

  @Test
  void profiles_come_from_both_files_and_the_credentials_file_wins() throws IOException {
    write(
        "config",
        """
        # a comment
        [default]
        region = us-east-1
        s3 =
          max_concurrent_requests = 20
        [profile "with space"]
        region = eu-central-1
        aws_access_key_id = WRONG
        aws_secret_access_key = wrong
        [sso-session x]
        sso_start_url = https://example.invalid
        """);
    write("credentials", "[with space] ; comment\n" + key() + "\n");
    assertReads(settings("profile", "with space"));
    machine.set("AWS_PROFILE", "with space");
    assertReads(settings());
    machine.set("AWS_PROFILE", "nobody");
    assertFails(settings(), 621);
    machine.set("AWS_PROFILE", "");
    assertFails(settings(), 620);
  }

  @Test
  void files_can_be_elsewhere() throws IOException {
    Path file = Files.writeString(home.resolve("elsewhere"), "[default]\n" + key());
    machine.set("AWS_SHARED_CREDENTIALS_FILE", file.toString());
    assertReads(settings());
    Files.writeString(file, "[default]\nthis is " + SENTINEL + "\n");
    assertFails(settings(), 621);
  }

  @Test
  void a_role_of_the_settings_is_taken_on_with_its_external_id() {
    ProviderSettings partner =
        AwsSetup.keyed(
            "aws-sm",
            server.address(),
            "role_arn",
            FakeAwsSts.PARTNER,
            "external_id",
            FakeAwsSts.EXTERNAL_ID);
    assertReads(partner);
    assertThat(aws.sts.taken()).containsExactly(FakeAws.KEY_ID + " " + FakeAwsSts.PARTNER);
    assertFails(AwsSetup.keyed("aws-sm", server.address(), "role_arn", FakeAwsSts.PARTNER), 611);
    assertFails(AwsSetup.keyed("aws-sm", server.address(), "role_arn", "arn:aws:iam::1:role"), 601);
  }

  @Test
  void a_profile_takes_on_its_role_with_the_key_of_another() throws IOException {
    write(
        "config",
        """
        [profile base]
        role_arn = %s
        source_profile = keys
        [profile top]
        role_arn = %s
        external_id = %s
        source_profile = base
        [profile turning]
        role_arn = %1$s
        source_profile = turning-back
        [profile turning-back]
        role_arn = %1$s
        source_profile = turning
        [profile coded]
        role_arn = %1$s
        source_profile = keys
        mfa_serial = arn:aws:iam::123456789012:mfa/x
        [profile signed-on]
        sso_session = x
        """
            .formatted(FakeAwsSts.ROLE, FakeAwsSts.PARTNER, FakeAwsSts.EXTERNAL_ID));
    write("credentials", "[keys]\n" + key());
    assertReads(settings("profile", "top"));
    assertThat(aws.sts.taken())
        .containsExactly(
            FakeAws.KEY_ID + " " + FakeAwsSts.ROLE, FakeAwsSts.keyId(1) + " " + FakeAwsSts.PARTNER);
    for (String odd : List.of("turning", "coded", "signed-on")) {
      assertFails(settings("profile", odd), 621);
    }
  }

  @Test
  void a_role_is_taken_on_again_when_it_ends_and_not_before() throws IOException {
    AtomicReference<Clock> now = new AtomicReference<>(FakeMachine.CLOCK);
    Clock clock = clock(now);
    FakeAws timed = new FakeAws(clock);
    timed.secrets.put("a", "value");
    server.answerWith(timed);
    machine.clock(clock);
    try (Provider provider =
        open(AwsSetup.keyed("aws-sm", server.address(), "role_arn", FakeAwsSts.ROLE))) {
      read(provider);
      read(provider);
      assertThat(timed.sts.taken()).hasSize(1);
      now.set(Clock.offset(FakeMachine.CLOCK, Duration.ofMinutes(56)));
      read(provider);
      assertThat(timed.sts.taken()).hasSize(2);
      timed.expire(FakeAwsSts.keyId(2));
      read(provider);
      assertThat(timed.sts.taken()).hasSize(3);
    }
  }

  @Test
  void a_wrong_clock_is_mended_once_with_the_time_of_the_service() {
    AtomicReference<Clock> now =
        new AtomicReference<>(Clock.offset(FakeMachine.CLOCK, Duration.ofMinutes(42)));
    FakeAws ahead = new FakeAws(clock(now));
    ahead.secrets.put("a", "value");
    server.answerWith(ahead);
    try (Provider provider = open(AwsSetup.keyed("aws-sm", server.address()))) {
      read(provider);
      int asked = server.requests().size();
      assertThat(asked).isEqualTo(2);
      read(provider);
      assertThat(server.requests()).hasSize(asked + 1);
    }
    now.set(Clock.offset(FakeMachine.CLOCK, Duration.ofDays(400)));
    server.forgetRequests();
    assertFails(AwsSetup.keyed("aws-sm", server.address()), 611);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void a_credential_process_of_the_users_own_file_is_run() throws IOException {
    Path script =
        script(
            "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\"}"
                .formatted(FakeAws.KEY_ID, FakeAws.SECRET),
            0);
    Path config =
        write("config", "[default]\ncredential_process = " + script + " \"two words\" x\n");
    assertReads(settings());
    assertThat(Files.readString(home.resolve("arguments"))).isEqualTo("two words|x|");

    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-r--"));
    Files.delete(home.resolve("arguments"));
    assertFails(settings(), 621);
    assertThat(home.resolve("arguments")).doesNotExist();
  }

  @Test
  void a_credential_process_that_the_current_folder_chooses_is_not_run() throws IOException {
    Path script = script("{}", 0);
    Path file = home.resolve("repo-config");
    Files.writeString(file, "[default]\ncredential_process = " + script + "\n");
    machine.set("AWS_CONFIG_FILE", "repo-config");
    assertFails(settings(), 621);
    machine.set("AWS_CONFIG_FILE", "");
    write("config", "[default]\ncredential_process = ./process.sh\n");
    assertFails(settings(), 621);
    assertThat(home.resolve("arguments")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json s3ntinel-Zq8vK2", "[]", "{\"AccessKeyId\":\"A\"}"})
  void what_a_credential_process_prints_is_never_repeated(String output) throws IOException {
    write("config", "[default]\ncredential_process = " + script(output, 0) + "\n");
    assertFails(settings(), 621);
    write("config", "[default]\ncredential_process = " + script(output, 3) + "\n");
    assertFails(settings(), 621);
  }

  @Test
  void words_are_split_as_a_shell_does_and_nothing_is_expanded() {
    assertThat(KeyChain.words("/a/b \"c d\" 'e\\f' g\\ h \"i\\\"j\" $HOME `id` \"\""))
        .containsExactly("/a/b", "c d", "e\\f", "g h", "i\"j", "$HOME", "`id`", "");
    assertThat(KeyChain.words("/a \"open")).isEmpty();
  }

  @Test
  void a_web_identity_takes_on_its_role_without_a_signature() throws IOException {
    Path token = Files.writeString(home.resolve("token"), FakeAwsSts.WEB_TOKEN + "\n");
    machine
        .set("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString())
        .set("AWS_ROLE_ARN", FakeAwsSts.ROLE);
    assertReads(settings());
    assertThat(aws.sts.taken()).containsExactly("web " + FakeAwsSts.ROLE);
    Files.writeString(token, "forged");
    assertFails(settings(), 611);
  }

  @Test
  void a_container_hands_out_credentials_for_its_token() throws IOException {
    Path token = Files.writeString(home.resolve("token"), "Basic container-token\n");
    try (FakeServer agent =
        FakeServer.http(request ->
            request.header("authorization").equals("Basic container-token")
                    && request.target().equals("/creds?id=1")
                ? FakeAnswer.json(200, temporary())
                : FakeAnswer.text(403, "no"))) {
      aws.addKey("ASIAC", "cs", "ct", "arn:aws:sts::123456789012:assumed-role/c/s");
      machine.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.address() + "/creds?id=1");
      assertFails(settings(), 620);
      machine.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString());
      assertReads(settings());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.170.3/x",
        "http://metadata.example/x",
        "http://localhost.evil.example/x",
        "http://user@127.0.0.1/x",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x"
      })
  void a_container_address_on_another_machine_is_refused_unless_it_is_encrypted(String address) {
    machine.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", address);
    assertFails(settings(), 601);
  }

  @ParameterizedTest
  @ValueSource(strings = {".evil.example/x", "@evil.example/x", ":80@evil.example/", "#@x/"})
  void a_relative_container_address_leads_to_no_other_host(String relative) {
    machine.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", relative);
    assertFails(settings(), 601);
  }

  @Test
  void an_instance_hands_out_credentials_only_for_a_token_of_its_own() {
    aws.addKey("ASIAC", "cs", "ct", "arn:aws:sts::123456789012:assumed-role/c/s");
    try (FakeServer metadata = FakeServer.http(KeyChainTest::metadata)) {
      machine
          .set("AWS_EC2_METADATA_DISABLED", "")
          .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.address());
      assertReads(settings());
      assertReads(settings("region", ""));
      machine.set("AWS_EC2_METADATA_DISABLED", "TRUE");
      metadata.forgetRequests();
      assertFails(settings(), 620);
      assertThat(metadata.requests()).isEmpty();
    }
  }

  @Test
  void a_service_of_metadata_that_never_answers_is_given_up_soon() {
    try (FakeServer silent = FakeServer.http(dev.pale.providers.fake.Misbehaviour.silence())) {
      machine
          .set("AWS_EC2_METADATA_DISABLED", "")
          .set("AWS_EC2_METADATA_SERVICE_ENDPOINT", silent.address());
      long start = System.nanoTime();
      assertFails(settings(), 620);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void no_region_and_a_false_one_are_errors_before_anything_is_sent() {
    assertFails(AwsSetup.keyed("aws-sm", server.address(), "region", ""), 622);
    machine.set("AWS_REGION", "eu-central-1.evil.example/");
    assertFails(AwsSetup.keyed("aws-sm", server.address(), "region", ""), 622);
    assertThatThrownBy(() -> open(AwsSetup.keyed("aws-sm", server.address(), "region", "evil")))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(622));
    assertThatThrownBy(() -> open(AwsSetup.keyed("aws-sm", "http://sm.example.invalid")))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(601));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void hosts_are_those_of_the_partition() {
    assertThat(host("eu-central-1", false, false))
        .isEqualTo("https://kms.eu-central-1.amazonaws.com");
    assertThat(host("us-gov-west-1", true, false))
        .isEqualTo("https://kms-fips.us-gov-west-1.amazonaws.com");
    assertThat(host("cn-north-1", false, false))
        .isEqualTo("https://kms.cn-north-1.amazonaws.com.cn");
    assertThat(host("eu-central-1", false, true)).isEqualTo("https://kms.eu-central-1.api.aws");
    assertThat(host("us-iso-east-1", false, false))
        .isEqualTo("https://kms.us-iso-east-1.c2s.ic.gov");
    for (String odd :
        List.of("", "eu", "EU-CENTRAL-1", "eu-central-1.x", "eu-central-1\n", "x/y-1-1")) {
      assertThat(AwsRegion.find(odd)).isEmpty();
    }
  }

  private static String host(String region, boolean fips, boolean dualstack) {
    return AwsRegion.find(region).orElseThrow().host("kms", fips, dualstack).text();
  }

  @Test
  void xml_with_a_document_type_an_entity_or_two_answers_is_none() {
    String good = "<A><B>x</B><C> y </C></A>";
    assertThat(StsXml.parse(good.getBytes(UTF_8)))
        .containsEntry("A/B", "x")
        .containsEntry("A/C", "y");
    for (String bad :
        List.of(
            "<!DOCTYPE A [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><A><B>&e;</B></A>",
            "<!DOCTYPE A><A><B>x</B></A>",
            "<A><B>&undefined;</B></A>",
            "<A><B>x</B><B>y</B></A>",
            "<A><B>x</B>",
            "<a>".repeat(100) + "</a>".repeat(100),
            "<A><B>" + "x".repeat(300_000) + "</B></A>",
            "{}",
            "")) {
      assertThat(StsXml.parse(bad.getBytes(UTF_8)))
          .as(bad.substring(0, Math.min(40, bad.length())))
          .isEmpty();
    }
  }

  private static FakeAnswer metadata(dev.pale.providers.fake.FakeRequest request) {
    String token = request.header("x-aws-ec2-metadata-token");
    if (request.method().equals("PUT") && request.target().equals("/latest/api/token")) {
      return request.header("x-aws-ec2-metadata-token-ttl-seconds").isEmpty()
          ? FakeAnswer.empty(400)
          : FakeAnswer.text(200, "imds-token==");
    }
    if (!token.equals("imds-token==")) {
      return FakeAnswer.empty(401);
    }
    return switch (request.target()) {
      case "/latest/meta-data/iam/security-credentials/" -> FakeAnswer.text(200, "web-role\n");
      case "/latest/meta-data/iam/security-credentials/web-role" ->
          FakeAnswer.json(200, temporary());
      case "/latest/meta-data/placement/region" -> FakeAnswer.text(200, FakeAws.REGION);
      default -> FakeAnswer.empty(404);
    };
  }

  private static String temporary() {
    return "{\"Code\":\"Success\",\"AccessKeyId\":\"ASIAC\",\"SecretAccessKey\":\"cs\",\"Token\":\"ct\","
        + "\"Expiration\":\"2026-11-20T18:00:00Z\"}";
  }

  private static String key() {
    return "aws_access_key_id = "
        + FakeAws.KEY_ID
        + "  # mine\naws_secret_access_key="
        + FakeAws.SECRET
        + "\n";
  }

  private Path write(String name, String text) throws IOException {
    Path folder = Files.createDirectories(home.resolve(".aws"));
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private Path script(String output, int status) throws IOException {
    Path script = home.resolve("process.sh");
    Files.writeString(
        script,
        "#!/bin/sh\nprintf '%s|' \"$@\" > '"
            + home.resolve("arguments")
            + "'\ncat <<'END'\n"
            + output
            + "\nEND\nexit "
            + status
            + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script;
  }

  private ProviderSettings settings(String... more) {
    return AwsSetup.keyless("aws-sm", server.address(), more);
  }

  private Provider open(ProviderSettings settings) {
    return new SecretsManager().open(settings, machine.surroundings());
  }

  private void assertReads(ProviderSettings settings) {
    try (Provider provider = open(settings)) {
      read(provider);
    }
  }

  private static void read(Provider provider) {
    Outcome outcome = provider.read(List.of(REFERENCE)).get(REFERENCE);
    assertThat(outcome).isInstanceOf(Outcome.Found.class);
    assertThat(((Outcome.Found) outcome).value().bytes(Reveal.COMPARE))
        .isEqualTo("value".getBytes(UTF_8));
  }

  private void assertFails(ProviderSettings settings, int code) {
    assertThatThrownBy(
            () -> {
              try (Provider provider = open(settings)) {
                provider.read(List.of(REFERENCE));
              }
            })
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).as(ProviderContract.everything(e)).isEqualTo(code);
              assertThat(ProviderContract.everything(e)).doesNotContain(FakeAws.SECRET, SENTINEL);
            });
  }

  private static Clock clock(AtomicReference<Clock> now) {
    return new Clock() {
      @Override
      public java.time.ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }

      @Override
      public java.time.Instant instant() {
        return now.get().instant();
      }
    };
  }
}
