package dev.pale.gateway.trust;

import dev.pale.gateway.tls.SessionAuthority;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A small gateway for tests of trust: CONNECT and absolute form, credentials asked for on one
 * listener, TLS ended with the session's authority, every answer made up on the spot. It tells what
 * it saw.
 */
final class TestGateway implements AutoCloseable, Sightings {
  static final String TOKEN = "t0ken-0123456789abcdef";
  private static final String EXPECTED =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(("pale:" + TOKEN).getBytes(StandardCharsets.ISO_8859_1));

  /** What came, with its way: {@code https}, {@code http} (absolute form), {@code tunnel-http}. */
  record Seen(String way, String authority, String method, String target, String body) {}

  private final SessionAuthority authority;
  private final Function<Seen, String> answers;
  private final ServerSocket authenticated = new ServerSocket();
  private final ServerSocket plain = new ServerSocket();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  final List<String> connects = new CopyOnWriteArrayList<>();
  final List<Seen> requests = new CopyOnWriteArrayList<>();
  final List<String> challenged = new CopyOnWriteArrayList<>();
  final List<String> failures = new CopyOnWriteArrayList<>();

  TestGateway(SessionAuthority authority) throws IOException {
    this(authority, seen -> "text/plain\npale answers " + seen.target() + "\n");
  }

  /** Answers are a media type, a line feed, and the body. */
  TestGateway(SessionAuthority authority, Function<Seen, String> answers) throws IOException {
    this.authority = authority;
    this.answers = answers;
    listen(authenticated, true);
    listen(plain, false);
  }

  private void listen(ServerSocket server, boolean asks) throws IOException {
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    Thread.startVirtualThread(() -> {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          open.add(socket);
          Thread.startVirtualThread(() -> serve(socket, asks));
        } catch (IOException closed) {
          return;
        }
      }
    });
  }

  ProxyAddress authenticatedAddress() {
    return new ProxyAddress("127.0.0.1", authenticated.getLocalPort(), TOKEN);
  }

  ProxyAddress plainAddress() {
    return new ProxyAddress("127.0.0.1", plain.getLocalPort(), "");
  }

  @Override
  public boolean connected(String host) {
    return connects.stream().anyMatch(each -> each.startsWith(host + ":"));
  }

  @Override
  public boolean requested(String host) {
    return requests.stream().anyMatch(each -> each.authority().startsWith(host + ":"));
  }

  private void serve(Socket socket, boolean asks) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        List<String> head = head(in);
        if (head.isEmpty()) {
          return;
        }
        String[] line = head.getFirst().split(" ");
        if (asks && !EXPECTED.equals(field(head, "proxy-authorization"))) {
          challenged.add(line[1]);
          say(out, "407 Proxy Authentication Required", "text/plain\nwho is there?\n");
          continue;
        }
        if (line[0].equals("CONNECT")) {
          connects.add(line[1]);
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          inside(socket, in, line[1]);
          return;
        }
        String rest = line[1].replaceFirst("^http://", "");
        int slash = rest.indexOf('/');
        answer(
            in,
            out,
            head,
            "http",
            slash < 0 ? rest : rest.substring(0, slash),
            slash < 0 ? "/" : rest.substring(slash));
      }
    } catch (IOException e) {
      failures.add(e.toString());
    }
  }

  private void inside(Socket socket, InputStream in, String target) throws IOException {
    in.mark(1);
    int first = in.read();
    in.reset();
    if (first != 0x16) {
      exchange(in, socket.getOutputStream(), "tunnel-http", target);
      return;
    }
    String host = target.substring(0, target.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    SSLSocketFactory factory = authority.contextFor(host).getSocketFactory();
    try (SSLSocket secure = (SSLSocket) factory.createSocket(socket, in, true)) {
      exchange(
          new BufferedInputStream(secure.getInputStream()),
          secure.getOutputStream(),
          "https",
          target);
    }
  }

  private void exchange(InputStream in, OutputStream out, String way, String target)
      throws IOException {
    while (true) {
      List<String> head = head(in);
      if (head.isEmpty()) {
        return;
      }
      answer(in, out, head, way, target, head.getFirst().split(" ")[1]);
    }
  }

  private void answer(
      InputStream in, OutputStream out, List<String> head, String way, String to, String target)
      throws IOException {
    if ("100-continue".equals(field(head, "expect"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    String length = field(head, "content-length");
    String body =
        new String(
            in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length)),
            StandardCharsets.ISO_8859_1);
    Seen seen = new Seen(way, to, head.getFirst().split(" ")[0], target, body);
    requests.add(seen);
    say(out, "200 OK", seen.method().equals("HEAD") ? "text/plain\n" : answers.apply(seen));
  }

  private static void say(OutputStream out, String status, String typeAndBody) throws IOException {
    int end = typeAndBody.indexOf('\n');
    byte[] body = typeAndBody.substring(end + 1).getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + typeAndBody.substring(0, end)
            + "\r\nContent-Length: "
            + body.length
            + (status.startsWith("407") ? "\r\nProxy-Authenticate: Basic realm=\"pale\"" : "")
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  /** The lines of a head; none at the end of the connection. */
  private static List<String> head(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) >= 0) {
      if (c == '\n') {
        if (line.isEmpty()) {
          return lines;
        }
        lines.add(line.toString());
        line.setLength(0);
      } else if (c != '\r') {
        line.append((char) c);
      }
    }
    return List.of();
  }

  private static String field(List<String> head, String name) {
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      if (line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    authenticated.close();
    plain.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
