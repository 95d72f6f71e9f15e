package dev.pale.gateway.approve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pale.formats.json.Json;
import dev.pale.formats.json.JsonValue;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ControlTest {
  private Duration patience = Duration.ofSeconds(20);

  @TempDir Path temporary;
  private Path folder = Path.of("/");
  private long uid;
  private final List<AutoCloseable> open = new ArrayList<>();

  private final Approvals approvals =
      new Approvals(Duration.ofSeconds(30), Duration.ofMinutes(5), 4, System::nanoTime);

  @BeforeEach
  void begin() throws IOException {
    folder = temporary.resolve("run");
    uid = ((Integer) Files.getAttribute(temporary, "unix:uid")).longValue();
  }

  @AfterEach
  void end() throws Exception {
    approvals.close();
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private ControlServer server(boolean takesAnswers) {
    ControlServer server =
        ControlServer.open(
            folder,
            "s.sock",
            uid,
            approvals,
            path -> takesAnswers,
            () -> json("{\"requests\":14}"),
            (method, url) -> {
              if (url.contains("evil")) {
                throw Refusal.of(403, "host-not-allowed", "not in the policy", "add it");
              }
              if (url.contains("bug")) {
                throw new IllegalStateException("a detail of the inside");
              }
              return json("{\"method\":\"" + method + "\"}");
            },
            patience);
    open.add(server);
    return server;
  }

  private static JsonValue json(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  private ControlClient client(ControlServer server) {
    ControlClient client = ControlClient.connect(server.path());
    open.add(client);
    return client;
  }

  private SocketChannel raw(ControlServer server) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.bind(UnixDomainSocketAddress.of(folder.resolve("asker-" + open.size())));
    channel.connect(UnixDomainSocketAddress.of(server.path()));
    open.add(channel);
    return channel;
  }

  private static void send(SocketChannel channel, byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException hungUp) {
      // The server may have had enough.
    }
  }

  /** Up to the end of a line or of the stream. */
  private static String receive(SocketChannel channel) {
    StringBuilder text = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    try {
      while (channel.read(one.clear()) == 1 && one.get(0) != '\n') {
        text.append((char) one.get(0));
      }
    } catch (IOException reset) {
      // As good as the end.
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CompletableFuture<String> ask(CanonicalRequest request) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            approvals.require(request);
            outcome.complete("ok");
          } catch (Refusal refusal) {
            outcome.complete(refusal.code());
          }
        });
    return outcome;
  }

  @Test
  void a_question_travels_to_the_human_and_the_answer_back() throws Exception {
    ControlClient client = client(server(true));
    Approvals.Snapshot none = client.pending(-1, Duration.ZERO);
    assertThat(none.pending()).isEmpty();
    CompletableFuture<String> outcome = ask(CanonicalRequestTest.payment());
    Approvals.Snapshot one = client.pending(none.version(), Duration.ofSeconds(20));
    assertThat(one.pending()).hasSize(1);
    Pending pending = one.pending().getFirst();
    assertThat(pending.request()).isEqualTo(CanonicalRequestTest.payment());
    assertThat(client.answer("nonsense", true, "anna")).isFalse();
    assertThat(client.answer(pending.id(), true, "anna")).isTrue();
    assertThat(client.answer(pending.id(), true, "anna")).isFalse();
    assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo("ok");
  }

  @Test
  void no_is_an_answer() throws Exception {
    ControlClient client = client(server(true));
    CompletableFuture<String> outcome = ask(CanonicalRequestTest.payment());
    await().until(() -> !approvals.pending().isEmpty());
    assertThat(client.answer(approvals.pending().getFirst().id(), false, "anna")).isTrue();
    assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
  }

  @Test
  void answers_are_not_taken_where_the_agent_could_give_them() {
    ControlClient client = client(server(false));
    ask(CanonicalRequestTest.payment());
    await().until(() -> !approvals.pending().isEmpty());
    String id = approvals.pending().getFirst().id();
    assertThatThrownBy(() -> client.answer(id, true, "agent"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(764);
              assertThat(e.why()).contains("below the gateway is not taken");
            });
    assertThat(approvals.pending()).hasSize(1);
    assertThat(client.pending(-1, Duration.ZERO).pending()).hasSize(1);
  }

  @Test
  void an_answer_over_a_socket_without_a_name_is_not_taken() throws Exception {
    ControlServer server = server(true);
    CompletableFuture<String> outcome = ask(CanonicalRequestTest.payment());
    await().until(() -> !approvals.pending().isEmpty());
    String id = approvals.pending().getFirst().id();
    try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(server.path()))) {
      send(peer, bytes("{\"op\":\"answer\",\"id\":\"" + id + "\",\"allow\":true}\n"));
      assertThat(receive(peer)).contains("\"ok\":false");
    }
    assertThat(approvals.pending()).hasSize(1);
    approvals.close();
    assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
  }

  @Test
  void an_answer_without_a_truth_value_is_a_no() throws Exception {
    SocketChannel peer = raw(server(true));
    CompletableFuture<String> outcome = ask(CanonicalRequestTest.payment());
    await().until(() -> !approvals.pending().isEmpty());
    String id = approvals.pending().getFirst().id();
    send(peer, bytes("{\"op\":\"answer\",\"id\":\"" + id + "\",\"allow\":\"true\"}\n"));
    assertThat(receive(peer)).contains("\"answered\":true");
    assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo("approval-denied");
  }

  @Test
  void status_and_explain() {
    ControlClient client = client(server(true));
    assertThat(client.status()).isEqualTo(json("{\"requests\":14}"));
    assertThat(client.explain("GET", "https://api.example.com/"))
        .isEqualTo(json("{\"method\":\"GET\"}"));
    assertThatThrownBy(() -> client.explain("GET", "https://evil.example"))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.why()).isEqualTo("host-not-allowed: not in the policy");
              assertThat(e.mend()).isEqualTo("add it");
            });
    assertThatThrownBy(() -> client.explain("GET", "https://bug.example"))
        .isInstanceOfSatisfying(
            PaleException.class, e -> assertThat(e.why()).doesNotContain("inside"));
    assertThat(client.status()).isNotNull();
  }

  @Test
  void the_socket_and_its_folder_are_the_owners_alone() throws IOException {
    ControlServer server = server(true);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    server.close();
    assertThat(server.path()).doesNotExist();
    assertThatThrownBy(() -> ControlClient.connect(server.path()))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(762));
  }

  @Test
  void a_folder_that_others_can_enter_is_not_used() throws IOException {
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> server(true))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(760));
  }

  @Test
  void another_user_is_hung_up_on() throws Exception {
    Assumptions.assumeTrue(uid == 0, "needs root, to become somebody else");
    ControlServer server = server(true);
    // Not even with the doors open.
    for (Path each = folder;
        each.startsWith("/tmp") && each.getNameCount() > 1;
        each = each.getParent()) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Files.setPosixFilePermissions(server.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(python(server.path(), "0")).contains("\"ok\":true");
    assertThat(python(server.path(), "65534")).isEqualTo("closed");
  }

  /** Asks for the status as another user. */
  private static String python(Path socket, String uid) throws Exception {
    String program =
        """
        import os, socket, sys
        os.setuid(int(sys.argv[2]))
        s = socket.socket(socket.AF_UNIX)
        s.connect(sys.argv[1])
        try:
            s.sendall(b'{"op":"status"}\\n')
            answer = s.recv(1000).decode()
        except OSError:
            answer = ''
        print(answer or 'closed')
        """;
    Process process =
        new ProcessBuilder("python3", "-c", program, socket.toString(), uid)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return out.strip();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "garbage\n",
        "{\n",
        "[]\n",
        "\"status\"\n",
        "null\n",
        "{}\n",
        "{\"op\":1}\n",
        "{\"op\":\"status\",\"op\":\"answer\"}\n",
        "{\"op\":\"pending\",\"seen\":1e99,\"waitMillis\":-5}\n",
        "{\"op\":\"pending\",\"waitMillis\":99999999999999999999}\n",
        "{\"op\":\"nosuch\"}\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\u0000\u0001\u0002\n",
        "half a line",
        "",
      })
  void garbage_harms_nobody(String garbage) throws IOException {
    ControlServer server = server(true);
    SocketChannel peer = raw(server);
    send(peer, bytes(garbage));
    peer.shutdownOutput();
    String answer = receive(peer);
    if (!answer.isEmpty()) {
      assertThat(json(answer)).isInstanceOf(JsonValue.JsonObject.class);
      assertThat(answer).doesNotContain("garbage").doesNotContain("nosuch");
    }
    assertThat(client(server).status()).isNotNull();
  }

  @Test
  void random_bytes_harm_nobody() throws IOException {
    ControlServer server = server(true);
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[random.nextInt(3000)];
      random.nextBytes(noise);
      try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(server.path()))) {
        send(peer, noise);
      }
    }
    await().until(() -> client(server).status() != null);
  }

  @Test
  void a_line_that_never_ends_and_one_that_never_comes_are_cut_off() throws IOException {
    patience = Duration.ofMillis(600);
    ControlServer server = server(true);
    SocketChannel endless = raw(server);
    send(endless, new byte[ControlServer.LONGEST_REQUEST + 1]);
    assertThat(receive(endless)).isEmpty();
    SocketChannel silent = raw(server);
    long start = System.nanoTime();
    assertThat(receive(silent)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    SocketChannel slow = raw(server);
    send(slow, bytes("{\"op\":"));
    assertThat(receive(slow)).isEmpty();
    await().ignoreExceptions().until(() -> client(server).status() != null);
  }

  @Test
  void a_line_that_is_too_long_is_cut_off_at_once() throws IOException {
    SocketChannel endless = raw(server(true));
    long start = System.nanoTime();
    send(endless, new byte[ControlServer.LONGEST_REQUEST + 1]);
    assertThat(receive(endless)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(patience.dividedBy(2));
  }

  @Test
  void who_sends_a_byte_now_and_then_does_not_get_more_time() throws Exception {
    patience = Duration.ofMillis(600);
    ControlServer server = server(true);
    SocketChannel drip = raw(server);
    CompletableFuture<String> ended = CompletableFuture.supplyAsync(() -> receive(drip));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          send(drip, bytes(" "));
          return ended.isDone();
        });
  }

  @Test
  void the_longest_line_is_taken() throws IOException {
    ControlServer server = server(true);
    SocketChannel peer = raw(server);
    String start = "{\"op\":\"status\",\"x\":\"";
    String end = "\"}\n";
    int fill = ControlServer.LONGEST_REQUEST - start.length() - end.length();
    send(peer, bytes(start + "x".repeat(fill) + end));
    assertThat(receive(peer)).contains("\"ok\":true");
    // Several lines that come at once are answered one by one.
    send(peer, bytes("{\"op\":\"status\"}\n{\"op\":\"status\"}\n"));
    assertThat(receive(peer)).contains("\"ok\":true");
    assertThat(receive(peer)).contains("\"ok\":true");
  }

  @Test
  void connections_are_bounded_and_places_come_back() throws IOException {
    ControlServer server = server(true);
    List<SocketChannel> crowd = new ArrayList<>();
    for (int i = 0; i < ControlServer.MOST_CONNECTIONS; i++) {
      SocketChannel peer = raw(server);
      send(peer, bytes("{\"op\":\"status\"}\n"));
      assertThat(receive(peer)).contains("\"ok\":true");
      crowd.add(peer);
    }
    SocketChannel late = raw(server);
    send(late, bytes("{\"op\":\"status\"}\n"));
    assertThat(receive(late)).isEmpty();
    for (SocketChannel peer : crowd) {
      peer.close();
    }
    await().ignoreExceptions().until(() -> client(server).status() != null);
  }

  @Test
  void a_stale_socket_is_replaced_and_a_living_one_is_not() throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path path = folder.resolve("s.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
    ControlServer living = server(true);
    assertThatThrownBy(() -> server(true))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(761));
    assertThat(client(living).status()).isNotNull();
  }

  @Test
  void what_is_no_socket_is_left_alone() throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path path = Files.writeString(folder.resolve("s.sock"), "precious");
    assertThatThrownBy(() -> server(true))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(760));
    assertThat(path).hasContent("precious");
    Files.delete(path);
    Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "precious");
    Files.createSymbolicLink(path, elsewhere);
    assertThatThrownBy(() -> server(true)).isInstanceOf(PaleException.class);
    assertThat(elsewhere).hasContent("precious");
  }

  @Test
  void closing_does_not_remove_the_socket_of_a_successor() throws IOException {
    ControlServer first = server(true);
    Files.delete(first.path());
    ControlServer second = server(true);
    first.close();
    assertThat(client(second).status()).isNotNull();
  }

  @Test
  void of_many_that_start_at_once_one_listens() throws Exception {
    AtomicInteger started = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        threads.submit(() -> {
          ControlServer server =
              ControlServer.open(
                  folder, "s.sock", uid, approvals, path -> true, () -> json("1"), (m, u) -> json("1"));
          started.incrementAndGet();
          synchronized (open) {
            open.add(server);
          }
        });
      }
    }
    assertThat(started).hasValue(1);
  }

  @Test
  void a_path_that_is_too_long_is_told() {
    folder = temporary.resolve("x".repeat(120));
    assertThatThrownBy(() -> server(true))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(760));
  }

  @Test
  void a_gateway_that_ends_ends_its_clients() {
    ControlServer server = server(true);
    ControlClient client = client(server);
    CompletableFuture<Throwable> failure =
        CompletableFuture.supplyAsync(() -> {
          try {
            long version = client.pending(-1, Duration.ZERO).version();
            client.pending(version, Duration.ofSeconds(25));
            return new AssertionError("no failure");
          } catch (PaleException e) {
            return e;
          }
        });
    await().pollDelay(Duration.ofMillis(100)).until(() -> true);
    server.close();
    assertThat(failure.join()).isInstanceOf(PaleException.class);
  }
}
