package dev.pale.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TunnelTest {
  /**
   * The client need not wait for the answer to CONNECT: its ClientHello may come with the request.
   */
  @Test
  void tlsCanBeginInWhatWasReadAhead(@TempDir Path folder) throws Exception {
    SSLContext context = selfSigned(folder);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket server = listener.accept();
        ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      OutputStream raw = client.getOutputStream();
      CountDownLatch helloSent = new CountDownLatch(1);
      // Collects the CONNECT and the ClientHello, so that they leave together.
      OutputStream early =
          new OutputStream() {
            private final ByteArrayOutputStream first = new ByteArrayOutputStream();

            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
              if (helloSent.getCount() == 0) {
                raw.write(b, off, len);
                return;
              }
              first.writeBytes(Wire.bytes("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"));
              first.write(b, off, len);
              raw.write(first.toByteArray());
              helloSent.countDown();
            }
          };
      Socket dressed =
          new Socket() {
            @Override
            public boolean isConnected() {
              return true;
            }

            @Override
            public InputStream getInputStream() throws IOException {
              return client.getInputStream();
            }

            @Override
            public OutputStream getOutputStream() {
              return early;
            }
          };
      Future<byte[]> got =
          thread.submit(() -> {
            SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(dressed, "a", 443, false);
            tls.getOutputStream().write(Wire.bytes("ping"));
            return tls.getInputStream().readNBytes(4);
          });
      helloSent.await();
      HttpInput input = new HttpInput(server.getInputStream(), 16_384);
      assertThat(Objects.requireNonNull(input.readRequest(Limits.DEFAULT)).form())
          .isEqualTo(RequestHead.Form.AUTHORITY);
      assertThat(input.buffered()).isPositive();
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(server, input.rest(), false);
      assertThat(tls.getInputStream().readNBytes(4)).isEqualTo(Wire.bytes("ping"));
      tls.getOutputStream().write(Wire.bytes("pong"));
      assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo(Wire.bytes("pong"));
    }
  }

  private static SSLContext selfSigned(Path folder) throws Exception {
    Path store = folder.resolve("store");
    String[] words =
        ("-genkeypair -alias a -keyalg EC -dname CN=a -storepass changeit -keystore " + store)
            .split(" ");
    List<String> command = new ArrayList<>(List.of(words));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
