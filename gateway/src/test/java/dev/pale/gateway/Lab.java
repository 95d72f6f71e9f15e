package dev.pale.gateway;

import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.name.HostName;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Mode;
import dev.pale.gateway.policy.Policy;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.service.Slot;
import dev.pale.gateway.tls.SessionAuthority;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A gateway, a TLS server that writes down every byte it gets, and raw clients. */
final class Lab implements AutoCloseable {
  static final String REAL = "rk-live-7Qm2ZtX9vK4bN1pLwE8sR6";
  static final String FAKE = "rk-live-placeholder-AbCdEfGhIj";

  final List<String> received = new CopyOnWriteArrayList<>();
  final List<Alarm> alarms = new CopyOnWriteArrayList<>();
  final Gateway gateway;
  final Client client;
  private final ServerSocket server;
  private final SSLContext serverTls;
  private final SSLContext clientTls;

  /** What the server does with a connection, after the head of a request has come. */
  interface Script {
    void answer(String head, InputStream in, OutputStream out) throws IOException;
  }

  Lab(Path folder, Script script, List<Rule> rules) throws Exception {
    SessionAuthority own =
        SessionAuthority.create(InstantSource.system(), new SecureRandom(), Duration.ofDays(1));
    Path ca = folder.resolve("lab-ca.pem");
    Files.write(ca, own.certificatePem());
    serverTls = own.contextFor("api.lab.test");
    server = new ServerSocket();
    server.bind(new InetSocketAddress("127.0.0.1", 0), 500);
    Thread.ofPlatform().daemon().start(() -> serve(script));
    InetSocketAddress at = new InetSocketAddress("127.0.0.1", server.getLocalPort());
    GatewaySettings settings =
        new GatewaySettings(
                Files.createDirectory(folder.resolve("log")), folder.resolve("run"), "lab")
            .upstreamCa(List.of(ca))
            .connectTo(Map.of(authority("api.lab.test"), at))
            .approvalWait(Duration.ofMillis(300))
            .alarms(alarms::add);
    Files.setPosixFilePermissions(
        folder.resolve("log"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    gateway = Gateway.start(settings);
    Binding binding =
        new Binding(
            SecretName.of("LAB_KEY"),
            FAKE,
            SecretValue.copyOf("LAB_KEY", REAL.getBytes(StandardCharsets.US_ASCII)),
            List.of(HostPattern.parse("api.lab.test")),
            List.of(new Slot.Scheme("Bearer")),
            false,
            false);
    Policy policy = new Policy(Mode.ENFORCE, List.of(HostPattern.parse("api.lab.test")), rules, -1);
    client = gateway.addClient(new ClientSettings("lab", policy, List.of(binding)));
    clientTls = dev.pale.gateway.tls.UpstreamTrust.of(List.of(caOf(folder)));
  }

  private Path caOf(Path folder) throws IOException {
    Path file = folder.resolve("session-ca.pem");
    Files.write(file, gateway.certificatePem());
    return file;
  }

  static Authority authority(String host) {
    return new Authority(HostName.parse(host), 443);
  }

  private void serve(Script script) {
    while (!server.isClosed()) {
      try {
        Socket plain = server.accept();
        Thread.ofVirtual().start(() -> serve(plain, script));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket plain, Script script) {
    try (SSLSocket socket =
        (SSLSocket) serverTls.getSocketFactory().createSocket(plain, null, true)) {
      plain.setTcpNoDelay(true);
      socket.setUseClientMode(false);
      InputStream in = socket.getInputStream();
      String head;
      while (!(head = head(in)).isEmpty()) {
        received.add(head);
        script.answer(head, in, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException gone) {
      // As servers do.
    }
  }

  /** Everything up to an empty line. */
  static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0) {
      head.write(b);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      if (b == '\n' && text.endsWith("\r\n\r\n")) {
        return text;
      }
    }
    return "";
  }

  static void ok(OutputStream out, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    out.write(
        ("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes);
  }

  /** A tunnel to a host through the gateway, inside TLS. */
  SSLSocket tunnel(String host) throws IOException {
    Socket socket = connect();
    String login =
        Base64.getEncoder()
            .encodeToString(
                ("pale:" + client.authenticated().token()).getBytes(StandardCharsets.US_ASCII));
    write(
        socket,
        "CONNECT "
            + host
            + ":443 HTTP/1.1\r\nHost: "
            + host
            + ":443\r\nProxy-Authorization: Basic "
            + login
            + "\r\n\r\n");
    String answer = head(socket.getInputStream());
    if (!answer.startsWith("HTTP/1.1 200")) {
      throw new IOException(answer);
    }
    SSLSocket secure =
        (SSLSocket) clientTls.getSocketFactory().createSocket(socket, host, 443, true);
    secure.startHandshake();
    return secure;
  }

  Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", client.authenticated().port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    return socket;
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** A request over a tunnel of its own; everything that comes back until the end. */
  String ask(String request) throws IOException {
    try (SSLSocket socket = tunnel("api.lab.test")) {
      write(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    server.close();
  }
}
