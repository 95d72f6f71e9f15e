package dev.pale.providers.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.providers.fake.FakeAws;
import dev.pale.providers.fake.FakeAwsKms;
import dev.pale.providers.fake.FakeServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The fake, proven by Debian's {@code aws} command. */
@EnabledIf(value = "installed", disabledReason = "skipped: /usr/bin/aws is not installed")
class AwsCommandTest {
  private static final Path AWS = Path.of("/usr/bin/aws");

  @TempDir Path home;

  private final FakeAws aws = new FakeAws(Clock.systemUTC());
  private FakeServer server;

  static boolean installed() {
    return Files.isExecutable(AWS);
  }

  @BeforeEach
  void start() {
    server = FakeServer.http(aws);
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  private record Ran(int status, String output) {}

  @Test
  void the_command_reads_what_is_there_and_is_refused_with_a_wrong_key() throws Exception {
    aws.secrets.put("prod/a", "from-secrets-manager");
    aws.parameters.put("/prod/a", "from-parameter-store");
    String wrong = FakeAws.SECRET.replace('w', 'v');

    // Each takes two seconds to start.
    Future<Ran> secret =
        start(FakeAws.SECRET, "secretsmanager", "get-secret-value", "--secret-id", "prod/a");
    Future<Ran> refused =
        start(wrong, "secretsmanager", "get-secret-value", "--secret-id", "prod/a");
    Future<Ran> parameter =
        start(FakeAws.SECRET, "ssm", "get-parameters", "--names", "/prod/a", "--with-decryption");
    Future<Ran> stranger = start(wrong, "sts", "get-caller-identity");

    assertThat(secret.get().status()).isZero();
    assertThat(secret.get().output()).contains("from-secrets-manager");
    assertThat(refused.get().status()).isNotZero();
    assertThat(refused.get().output()).contains("InvalidSignatureException");
    assertThat(parameter.get().output()).contains("from-parameter-store");
    assertThat(stranger.get().output()).contains("SignatureDoesNotMatch");
  }

  @Test
  void what_pale_wraps_the_command_unwraps_under_the_same_context() throws Exception {
    byte[] dataKey = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    String wrapped;
    try (var machine = new dev.pale.providers.fake.FakeMachine(home).clock(Clock.systemUTC());
        AwsKms kms = new AwsKms(AwsSetup.keyed("kms", server.address()), machine.surroundings())) {
      wrapped =
          kms.wrap(
              new dev.pale.sops.MasterKey(
                  "kms",
                  java.util.Map.of("arn", FakeAwsKms.KEY),
                  java.util.Map.of("App", "acme"),
                  ""),
              dataKey);
    }
    List<String> decrypt =
        List.of("kms", "decrypt", "--key-id", FakeAwsKms.KEY, "--ciphertext-blob", wrapped);
    Future<Ran> right = start(FakeAws.SECRET, with(decrypt, "--encryption-context", "App=acme"));
    Future<Ran> other = start(FakeAws.SECRET, with(decrypt, "--encryption-context", "App=other"));
    assertThat(right.get().output()).contains(Base64.getEncoder().encodeToString(dataKey));
    assertThat(other.get().output()).contains("InvalidCiphertextException");
  }

  private static String[] with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Future<Ran> start(String secret, String... arguments) {
    FutureTask<Ran> task = new FutureTask<>(() -> run(secret, arguments));
    Thread.ofVirtual().start(task);
    return task;
  }

  private Ran run(String secret, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(AWS.toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("--endpoint-url", server.address(), "--output", "json", "--no-cli-pager"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(home.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            java.util.Map.of(
                "PATH",
                "/usr/bin:/bin",
                "HOME",
                home.toString(),
                "LC_ALL",
                "C.UTF-8",
                "AWS_REGION",
                FakeAws.REGION,
                "AWS_DEFAULT_REGION",
                FakeAws.REGION,
                "AWS_MAX_ATTEMPTS",
                "1",
                "AWS_ACCESS_KEY_ID",
                FakeAws.KEY_ID,
                "AWS_SECRET_ACCESS_KEY",
                secret,
                "AWS_EC2_METADATA_DISABLED",
                "true"));
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ran(process.exitValue(), new String(output, StandardCharsets.UTF_8));
  }
}
