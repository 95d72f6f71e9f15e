package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.RowState;
import dev.pale.gateway.name.UpstreamProxy;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway behind a company's proxy, which wants a login and sees TLS alone. */
@Timeout(60)
class OverProxyTest {
  /** {@code work:pass word} in base64. */
  private static final String LOGIN = "Proxy-Authorization: Basic d29yazpwYXNzIHdvcmQ=\r\n";

  private static final String REQUEST =
      "GET /me HTTP/1.1\r\nHost: api.lab.test\r\nConnection: close\r\nAuthorization: Bearer "
          + Lab.FAKE
          + "\r\n\r\n";

  @TempDir Path folder;

  private final SecretValue login =
      SecretValue.copyOf("PROXY_LOGIN", "work:pass word".getBytes(StandardCharsets.US_ASCII));
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CompletableFuture<InetSocketAddress> target = new CompletableFuture<>();

  /** What the proxy saw of the tunnel, on its way up. */
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();

  private ServerSocket proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!proxy.isClosed()) {
            try {
              Socket client = proxy.accept();
              Thread.ofVirtual().start(() -> tunnel(client));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  @AfterEach
  void end() throws IOException {
    proxy.close();
    login.close();
  }

  /** As such a proxy does: no login, no tunnel. */
  private void tunnel(Socket client) {
    try (client;
        Socket server = new Socket()) {
      String head = Lab.head(client.getInputStream());
      asked.add(head);
      if (!head.contains(LOGIN)) {
        Lab.write(client, "HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      server.connect(target.join());
      Lab.write(client, "HTTP/1.1 200 OK\r\n\r\n");
      Thread back =
          Thread.ofVirtual().start(() -> copy(server, client, new ByteArrayOutputStream()));
      copy(client, server, seen);
      back.join();
    } catch (IOException | InterruptedException gone) {
      // As proxies do.
    }
  }

  private static void copy(Socket from, Socket to, ByteArrayOutputStream seen) {
    byte[] piece = new byte[4096];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        seen.write(piece, 0, n);
        out.write(piece, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      // The other way ends by itself.
    }
  }

  private Lab lab(int port, Optional<SecretValue> credentials) throws Exception {
    Lab lab =
        new Lab(
            folder,
            (head, in, out) -> Lab.ok(out, "hello"),
            List.of(),
            List.of(new Slot.Scheme("Bearer")),
            settings ->
                settings.upstreamProxy(
                    Optional.of(new UpstreamProxy("127.0.0.1", port, credentials))));
    target.complete(lab.api);
    return lab;
  }

  @Test
  void the_value_goes_through_a_tunnel_of_the_proxy() throws Exception {
    try (Lab lab = lab(proxy.getLocalPort(), Optional.of(login))) {
      assertThat(lab.ask(REQUEST)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hello");
      assertThat(lab.received).hasSize(1);
      assertThat(lab.received.getFirst()).contains("Authorization: Bearer " + Lab.REAL + "\r\n");
      assertThat(lab.received.getFirst()).doesNotContainIgnoringCase("proxy-authorization");
      assertThat(asked).hasSize(1);
      assertThat(asked.getFirst())
          .startsWith("CONNECT api.lab.test:443 HTTP/1.1\r\n")
          .contains("Host: api.lab.test:443\r\n");
      assertThat(seen.size()).isPositive();
      assertThat(seen.toString(StandardCharsets.ISO_8859_1)).doesNotContain(Lab.REAL, Lab.FAKE);
      assertThat(lab.row().state()).isEqualTo(RowState.DONE);
    }
  }

  @Test
  void a_proxy_that_wants_a_login_is_told_apart() throws Exception {
    try (Lab lab = lab(proxy.getLocalPort(), Optional.empty())) {
      assertThat(lab.ask(REQUEST))
          .startsWith("HTTP/1.1 502 upstream-proxy-refused\r\n")
          .contains("answered 407", "upstream_proxy_secret");
      assertThat(lab.received).isEmpty();
    }
  }

  @Test
  void a_proxy_that_is_not_there_is_told_apart() throws Exception {
    int port = proxy.getLocalPort();
    proxy.close();
    try (Lab lab = lab(port, Optional.of(login))) {
      assertThat(lab.ask(REQUEST)).startsWith("HTTP/1.1 502 upstream-proxy-unreachable\r\n");
      assertThat(lab.received).isEmpty();
    }
  }
}
