package dev.pale.providers.fake;

import dev.pale.providers.http.Origin;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A small HTTP/1.1 server on 127.0.0.1 with a port of its own, over sockets, so that it can do
 * anything wrong that a server can. A handler answers each request; {@link #requests} keeps what
 * was asked.
 */
public final class FakeServer implements AutoCloseable {
  /** Answers requests; may be called by several threads at once. */
  @FunctionalInterface
  public interface Handler {
    FakeAnswer answer(FakeRequest request) throws IOException;
  }

  private final ServerSocket socket;
  private final String scheme;
  private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private volatile Handler handler;
  private volatile boolean closed;

  private FakeServer(ServerSocket socket, String scheme, Handler handler) {
    this.socket = socket;
    this.scheme = scheme;
    this.handler = handler;
    Thread.ofVirtual().name("fake server").start(this::accept);
  }

  /** A server without encryption. */
  public static FakeServer http(Handler handler) {
    try {
      return new FakeServer(
          new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), "http", handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server with the certificate of {@link FakeCertificates}, for localhost and 127.0.0.1. */
  public static FakeServer https(Handler handler) {
    return https(FakeCertificates.server(), false, handler);
  }

  /** A server with a given key store, that may ask clients for their certificate. */
  public static FakeServer https(
      FakeCertificates.Own own, boolean clientsMustPresent, Handler handler) {
    try {
      ServerSocket socket = own.serverSocket(clientsMustPresent);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      return new FakeServer(socket, "https", handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another handler from now on. */
  public void answerWith(Handler other) {
    handler = other;
  }

  /** The present handler. */
  public Handler handler() {
    return handler;
  }

  /** Where it is. */
  public Origin origin() {
    return new Origin(scheme, scheme.equals("https") ? "localhost" : "127.0.0.1", port());
  }

  /** Its address as text. */
  public String address() {
    return origin().text();
  }

  /** Its port. */
  public int port() {
    return socket.getLocalPort();
  }

  /** What was asked so far, in order of arrival. */
  public List<FakeRequest> requests() {
    return List.copyOf(requests);
  }

  /** Forgets what was asked. */
  public void forgetRequests() {
    requests.clear();
  }

  /** What handlers threw: failed assertions inside them end up here. */
  public List<Throwable> failures() {
    return List.copyOf(failures);
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = socket.accept();
        connections.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = new BufferedOutputStream(client.getOutputStream(), 1 << 16);
      while (one(client, in, out)) {
        // The next request of the same connection.
      }
    } catch (IOException e) {
      // The client went away, or was sent away.
    } catch (RuntimeException | Error e) {
      failures.add(e);
    } finally {
      connections.remove(client);
    }
  }

  private boolean one(Socket client, InputStream in, OutputStream out) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return false;
    }
    String[] parts = line.split(" ", 3);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    if (headers.containsKey("expect")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    FakeRequest request = new FakeRequest(parts[0], parts[1], headers, body(in, headers));
    requests.add(request);
    FakeAnswer answer;
    try {
      answer = handler.answer(request);
    } catch (RuntimeException | Error e) {
      failures.add(e);
      answer = FakeAnswer.text(599, "the fake failed");
    }
    return answer.write(client, out, parts[0].equals("HEAD"));
  }

  private static byte[] body(InputStream in, Map<String, List<String>> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
        all.writeBytes(in.readNBytes(size));
        if (size == 0) {
          while (!line(in).isEmpty()) {
            // Trailers.
          }
          return all.toByteArray();
        }
        line(in);
      }
    }
    String length = headers.getOrDefault("content-length", List.of("0")).getFirst();
    return in.readNBytes(Integer.parseInt(length));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    closed = true;
    try {
      socket.close();
      for (Socket each : connections) {
        each.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
