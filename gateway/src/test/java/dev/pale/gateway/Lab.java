package dev.pale.gateway;

import dev.pale.gateway.inject.Binding;
import dev.pale.gateway.log.LogFilter;
import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RequestLogReader;
import dev.pale.gateway.log.RowState;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A gateway, a TLS server that writes down every byte it gets, and raw clients. The server is
 * api.lab.test, which the value is for, and open.lab.test, which may be reached without.
 */
final class Lab implements AutoCloseable {
  static final String REAL = "rk-live-7Qm2ZtX9vK4bN1pLwE8sR6";
  static final String FAKE = "rk-live-placeholder-AbCdEfGhIj";

  /** Asks for a web socket, with the key of RFC 6455, section 1.3. */
  static final String UPGRADE =
      "GET /socket HTTP/1.1\r\nHost: api.lab.test\r\nConnection: Upgrade, close\r\n"
          + "Upgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  /** What a server answers to {@link #UPGRADE}. */
  static final String SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  final List<String> received = new CopyOnWriteArrayList<>();
  final List<Alarm> alarms = new CopyOnWriteArrayList<>();
  final Gateway gateway;
  final Client client;
  final Path folder;

  /** Where api.lab.test really listens. */
  final InetSocketAddress api;

  private final SecretValue real =
      SecretValue.copyOf("LAB_KEY", REAL.getBytes(StandardCharsets.US_ASCII));
  private final List<ServerSocket> servers = new ArrayList<>();
  private final SSLContext clientTls;
  private volatile Runnable dialled = () -> {};

  /** What the server does with a connection, after the head of a request has come. */
  interface Script {
    void answer(String head, InputStream in, OutputStream out) throws IOException;
  }

  Lab(Path folder, Script script, List<Rule> rules) throws Exception {
    this(folder, script, rules, List.of(new Slot.Scheme("Bearer")));
  }

  Lab(Path folder, Script script, List<Rule> rules, List<Slot> slots) throws Exception {
    this(folder, script, rules, slots, settings -> settings);
  }

  /**
   * @param more further settings of the gateway
   */
  Lab(
      Path folder,
      Script script,
      List<Rule> rules,
      List<Slot> slots,
      UnaryOperator<GatewaySettings> more)
      throws Exception {
    this.folder = folder;
    SessionAuthority own =
        SessionAuthority.create(InstantSource.system(), new SecureRandom(), Duration.ofDays(1));
    Path ca = folder.resolve("lab-ca.pem");
    Files.write(ca, own.certificatePem());
    api = serve(own.contextFor("api.lab.test"), script);
    GatewaySettings settings =
        new GatewaySettings(
                Files.createDirectory(folder.resolve("log")), folder.resolve("run"), "lab")
            .upstreamCa(List.of(ca))
            .connectTo(
                Map.of(
                    authority("api.lab.test"),
                    api,
                    authority("open.lab.test"),
                    serve(own.contextFor("open.lab.test"), script)))
            .approvalWait(Duration.ofMillis(300))
            .alarms(alarms::add);
    Files.setPosixFilePermissions(
        folder.resolve("log"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    gateway = Gateway.start(more.apply(settings));
    List<HostPattern> bound = List.of(HostPattern.parse("api.lab.test"));
    Binding binding = new Binding(SecretName.of("LAB_KEY"), FAKE, real, bound, slots, false, false);
    List<HostPattern> hosts = List.of(bound.getFirst(), HostPattern.parse("open.lab.test"));
    Policy policy = new Policy(Mode.ENFORCE, hosts, rules, -1);
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

  private InetSocketAddress serve(SSLContext tls, Script script) throws IOException {
    ServerSocket server = new ServerSocket();
    servers.add(server);
    server.bind(new InetSocketAddress("127.0.0.1", 0), 500);
    Thread.ofPlatform().daemon().start(() -> serve(server, tls, script));
    return new InetSocketAddress("127.0.0.1", server.getLocalPort());
  }

  private void serve(ServerSocket server, SSLContext tls, Script script) {
    while (!server.isClosed()) {
      try {
        Socket plain = server.accept();
        dialled.run();
        Thread.ofVirtual().start(() -> serve(plain, tls, script));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket plain, SSLContext tls, Script script) {
    try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true)) {
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

  static byte[] bytes(String isoLatin1) {
    return isoLatin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  static void ok(OutputStream out, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n"));
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
    return ask("api.lab.test", request);
  }

  String ask(String host, String request) throws IOException {
    try (SSLSocket socket = tunnel(host)) {
      write(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** Makes every use of the value a fault from now on. */
  void loseTheValue() {
    real.close();
  }

  /** Makes every use of the value a fault once a request is about to be sent. */
  void loseTheValueLate() {
    onDial(real::close);
  }

  /** Runs this at each connection to the server. */
  void onDial(Runnable action) {
    dialled = action;
  }

  /** Ends the gateway, so that all is written, once no row is open; the rows of the request log. */
  List<LogRow> rows() {
    for (int i = 0; i < 100 && written().stream().anyMatch(Lab::isOpen); i++) {
      LockSupport.parkNanos(10_000_000);
    }
    gateway.close();
    return written();
  }

  private static boolean isOpen(LogRow row) {
    return row.state() == RowState.OPEN || row.state() == RowState.SENT;
  }

  private List<LogRow> written() {
    List<LogRow> rows = new ArrayList<>();
    long damaged =
        RequestLogReader.open(folder.resolve("log"), "lab").each(LogFilter.ALL, rows::add);
    if (damaged > 0) {
      throw new IllegalStateException(damaged + " damaged rows");
    }
    return rows;
  }

  /** The row of the one request there was. */
  LogRow row() {
    List<LogRow> rows = rows();
    if (rows.size() != 1) {
      throw new IllegalStateException("not one row: " + rows);
    }
    return rows.getFirst();
  }

  @Override
  public void close() throws IOException {
    gateway.close();
    for (ServerSocket server : servers) {
      server.close();
    }
  }
}
