package dev.pale.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pale.providers.fake.FakeAnswer;
import dev.pale.providers.fake.FakeCertificates;
import dev.pale.providers.fake.FakeMachine;
import dev.pale.providers.fake.FakeRequest;
import dev.pale.providers.fake.FakeServer;
import dev.pale.providers.fake.Misbehaviour;
import dev.pale.providers.fake.ProviderContract;
import dev.pale.secrets.PaleException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkHttpTest {
  private static final String SECRET = "tok-9f8e7d6c";

  @TempDir Path home;
  private FakeServer server;
  private FakeMachine machine;

  @BeforeEach
  void start() {
    server = FakeServer.http(request -> FakeAnswer.text(200, "fine"));
    machine = new FakeMachine(home);
  }

  @AfterEach
  void stop() {
    machine.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  private HttpCall get(String target) {
    return HttpCall.of(server.origin(), "GET", target);
  }

  private PaleException fails(HttpCall call) {
    PaleException failure =
        catchThrowableOfType(PaleException.class, () -> machine.http().send(call).close());
    assertThat(failure).isNotNull();
    assertThat(ProviderContract.everything(failure)).doesNotContain(SECRET);
    assertThat(failure.getCause()).isNull();
    return failure;
  }

  @Test
  void a_request_arrives_as_it_was_written() {
    HttpCall call =
        HttpCall.of(server.origin(), "POST", "/a%2Fb//c?x=%20&y=+")
            .header("X-Token", SECRET)
            .header("Host", "elsewhere")
            .body("application/json", "{\"ä\":1}".getBytes(StandardCharsets.UTF_8));
    try (HttpAnswer answer = machine.http().send(call)) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("fine");
      assertThat(answer.header("content-TYPE")).isEqualTo("text/plain");
    }
    FakeRequest request = server.requests().getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/a%2Fb//c?x=%20&y=+");
    assertThat(request.header("x-token")).isEqualTo(SECRET);
    assertThat(request.header("host")).isEqualTo("127.0.0.1:" + server.port());
    assertThat(request.text()).isEqualTo("{\"ä\":1}");
    assertThat(call.toString()).doesNotContain(SECRET).doesNotContain("x=");
  }

  @Test
  void methods_of_services_are_sent_as_they_are() {
    machine.http().send(HttpCall.of(server.origin(), "LIST", "/v1/kv")).close();
    assertThat(server.requests().getFirst().method()).isEqualTo("LIST");
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 307, 308})
  void a_redirect_is_an_error_even_to_the_same_host(int status) {
    server.answerWith(
        request -> FakeAnswer.text(status, SECRET).with("Location", "/there?" + SECRET));
    assertThat(fails(get("/here").header("X-Token", SECRET)).code()).isEqualTo(605);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void a_redirect_with_an_endless_body_is_refused_at_once() {
    server.answerWith(request ->
        FakeAnswer.raw((socket, out) -> {
          out.write("HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write(new byte[1000]);
          }
        }));
    assertThat(fails(get("/here")).code()).isEqualTo(605);
  }

  @Test
  void an_answer_ends_at_its_bound() {
    server.answerWith(request -> FakeAnswer.text(200, "x".repeat(1000)));
    try (HttpAnswer answer = machine.http().send(get("/").maxAnswer(1000))) {
      assertThat(answer.body()).hasSize(1000);
    }
    assertThat(fails(get("/").maxAnswer(999)).code()).isEqualTo(604);
    server.answerWith(Misbehaviour.largeBody(1L << 30));
    assertThat(fails(get("/")).code()).isEqualTo(604);
    server.answerWith(Misbehaviour.endlessBody());
    assertThat(fails(get("/")).code()).isEqualTo(604);
  }

  @Test
  void a_length_that_is_a_lie_is_no_answer() {
    server.answerWith(request ->
        FakeAnswer.raw(
            (socket, out) -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort")));
    PaleException failure = fails(get("/"));
    assertThat(failure.code()).isEqualTo(602);
    assertThat(failure.why()).endsWith("the connection ended early");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void what_is_no_http_is_not_repeated() {
    server.answerWith(
        request -> FakeAnswer.raw((socket, out) -> write(out, SECRET + " is no HTTP\r\n\r\n")));
    assertThat(fails(get("/")).code()).isEqualTo(602);
  }

  @ParameterizedTest
  @ValueSource(strings = {"body", "header", "silence"})
  void slow_bytes_end_with_the_deadline(String part) {
    server.answerWith(
        switch (part) {
          case "body" -> Misbehaviour.slowBody();
          case "header" -> Misbehaviour.slowHeader();
          default -> Misbehaviour.silence();
        });
    long start = System.nanoTime();
    assertThat(fails(get("/").within(Duration.ofMillis(300))).code()).isEqualTo(603);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void a_compressed_body_stays_compressed() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[10_000_000]);
    }
    server.answerWith(request ->
        FakeAnswer.bytes(200, "application/json", bomb.toByteArray())
            .with("Content-Encoding", "gzip"));
    try (HttpAnswer answer = machine.http().send(get("/"))) {
      assertThat(answer.body()).isEqualTo(bomb.toByteArray());
    }
    assertThat(server.requests().getFirst().header("accept-encoding")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void what_passes_is_tried_again_with_jitter(int status) {
    server.answerWith(
        Misbehaviour.first(
            3, FakeAnswer.text(status, ""), request -> FakeAnswer.text(200, "at last")));
    try (HttpAnswer answer = machine.http().send(get("/"))) {
      assertThat(answer.status()).isEqualTo(200);
    }
    assertThat(machine.naps())
        .containsExactly(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(400));
  }

  @Test
  void the_fourth_answer_is_the_last() {
    server.answerWith(request -> FakeAnswer.text(503, ""));
    try (HttpAnswer answer = machine.http().send(get("/"))) {
      assertThat(answer.status()).isEqualTo(503);
    }
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void what_changes_something_is_sent_once() {
    server.answerWith(request -> FakeAnswer.text(503, ""));
    machine.http().send(HttpCall.of(server.origin(), "POST", "/")).close();
    assertThat(server.requests()).hasSize(1);
    machine.http().send(HttpCall.of(server.origin(), "POST", "/").repeatable()).close();
    assertThat(server.requests()).hasSize(5);
  }

  @Test
  void retry_after_is_waited_for_only_within_the_deadline() {
    server.answerWith(Misbehaviour.busyOnce(7, request -> FakeAnswer.text(200, "")));
    machine.http().send(get("/")).close();
    assertThat(machine.naps()).containsExactly(Duration.ofMillis(7100));
    server.answerWith(Misbehaviour.busyOnce(7, request -> FakeAnswer.text(200, "")));
    try (HttpAnswer answer = machine.http().send(get("/").within(Duration.ofSeconds(5)))) {
      assertThat(answer.status()).isEqualTo(429);
    }
  }

  @Test
  void retry_after_may_be_a_date() {
    server.answerWith(
        Misbehaviour.first(
            1,
            FakeAnswer.text(429, "").with("Retry-After", "Fri, 20 Nov 2026 12:00:04 GMT"),
            request -> FakeAnswer.text(200, "")));
    machine.http().send(get("/")).close();
    assertThat(machine.naps()).containsExactly(Duration.ofMillis(4100));
  }

  @Test
  void nobody_there_is_tried_again_and_then_an_error() {
    server.close();
    assertThat(fails(get("/secret-path?token=" + SECRET)).code()).isEqualTo(602);
    assertThat(machine.naps()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "line end\n", "nul\0", "ünïcode", "del\u007f"})
  void a_header_that_could_start_another_is_refused_and_not_shown(String value) {
    assertThatThrownBy(() -> get("/").header("X-Token", SECRET + value))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(601);
              assertThat(ProviderContract.everything(failure)).doesNotContain(SECRET);
            });
    assertThatThrownBy(() -> get("/").header("X-A\r\nX-B", "v"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_target_that_is_no_url_is_refused_and_not_shown() {
    assertThat(fails(get("/a b?" + SECRET)).code()).isEqualTo(613);
    assertThat(fails(get("/a\r\nX-Evil: 1" + SECRET)).code()).isEqualTo(613);
    assertThatThrownBy(() -> get("//evil.example@x#f"))
        .isInstanceOf(IllegalArgumentException.class);
    machine.http().send(get("//evil.example/x")).close();
    assertThat(server.requests().getFirst().target()).isEqualTo("//evil.example/x");
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused() {
    try (FakeServer secure = FakeServer.https(request -> FakeAnswer.text(200, "fine"))) {
      HttpCall call = HttpCall.of(secure.origin(), "GET", "/").header("X-Token", SECRET);
      assertThat(fails(call).code()).isEqualTo(606);
      assertThat(secure.requests()).isEmpty();
      byte[] ca = FakeCertificates.server().certificatePem();
      for (Tls tls : List.of(Tls.alsoTrusting(ca, "ca_file"), Tls.trustingOnly(ca, "ca_file"))) {
        machine.http().send(HttpCall.of(secure.origin(), "GET", "/").over(tls)).close();
      }
      assertThat(secure.requests()).hasSize(2);
      assertThat(fails(call).code()).isEqualTo(606);
    }
  }

  @Test
  void a_certificate_for_another_host_is_refused() {
    try (FakeServer secure =
        FakeServer.https(
            FakeCertificates.otherHost(), false, request -> FakeAnswer.text(200, "fine"))) {
      Tls tls = Tls.trustingOnly(FakeCertificates.otherHost().certificatePem(), "ca_file");
      assertThat(fails(HttpCall.of(secure.origin(), "GET", "/").over(tls)).code()).isEqualTo(606);
      assertThat(secure.requests()).isEmpty();
    }
  }

  @Test
  void a_client_presents_its_certificate() {
    try (FakeServer secure =
        FakeServer.https(
            FakeCertificates.server(), true, request -> FakeAnswer.text(200, "fine"))) {
      byte[] ca = FakeCertificates.server().certificatePem();
      FakeCertificates.Own own = FakeCertificates.client();
      Tls tls = Tls.presenting(ca, own.certificatePem(), own.keyPem(), "kubeconfig");
      machine.http().send(HttpCall.of(secure.origin(), "GET", "/").over(tls)).close();
      assertThat(secure.requests()).hasSize(1);
      Tls without = Tls.trustingOnly(ca, "ca_file");
      assertThat(fails(HttpCall.of(secure.origin(), "GET", "/").over(without)).code())
          .isEqualTo(602);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"genrsa -traditional 2048", "ecparam -name prime256v1 -genkey"})
  void older_forms_of_private_keys_are_read(String how) throws Exception {
    Path openssl = Path.of("/usr/bin/openssl");
    org.assertj.core.api.Assumptions.assumeThat(openssl).exists();
    byte[] key = openssl(how);
    assertThat(new String(key, StandardCharsets.US_ASCII))
        .containsPattern("BEGIN (RSA|EC) PRIVATE");
    java.nio.file.Files.write(home.resolve("key.pem"), key);
    byte[] certificate =
        openssl("req -x509 -new -key " + home.resolve("key.pem") + " -subj /CN=client -days 2");
    assertThat(Tls.presenting(new byte[0], certificate, key, "kubeconfig").context()).isNotNull();
    byte[] other = FakeCertificates.client().certificatePem();
    if (how.startsWith("genrsa")) {
      assertThatThrownBy(() -> Tls.presenting(new byte[0], other, key, "kubeconfig"))
          .isInstanceOf(PaleException.class);
    }
  }

  private static byte[] openssl(String arguments) throws Exception {
    Process process =
        new ProcessBuilder(List.of(("/usr/bin/openssl " + arguments).split(" "))).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void what_is_no_certificate_is_named_by_its_setting() {
    assertThatThrownBy(() -> Tls.alsoTrusting(SECRET.getBytes(StandardCharsets.UTF_8), "ca_file"))
        .isInstanceOfSatisfying(
            PaleException.class,
            failure ->
                assertThat(ProviderContract.everything(failure))
                    .contains("ca_file")
                    .doesNotContain(SECRET));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
