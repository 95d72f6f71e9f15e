package dev.pale.providers.fake;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a fake answers. Immutable. */
public final class FakeAnswer {
  /** Writes an answer, or what goes for one, to the connection; then it is closed. */
  @FunctionalInterface
  public interface Raw {
    void write(Socket socket, OutputStream out) throws IOException;
  }

  private final int status;
  private final List<String> headers;
  private final byte[] body;
  private final Raw raw;

  private FakeAnswer(int status, List<String> headers, byte[] body, Raw raw) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.raw = raw;
  }

  /** JSON. */
  public static FakeAnswer json(int status, String json) {
    return bytes(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** Text. */
  public static FakeAnswer text(int status, String text) {
    return bytes(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  /** Any body. */
  public static FakeAnswer bytes(int status, String type, byte[] body) {
    return new FakeAnswer(status, List.of("Content-Type: " + type), body, null);
  }

  /** No body. */
  public static FakeAnswer empty(int status) {
    return new FakeAnswer(status, List.of(), new byte[0], null);
  }

  /** Whatever one likes to write. */
  public static FakeAnswer raw(Raw raw) {
    return new FakeAnswer(0, List.of(), new byte[0], raw);
  }

  /** With one more header. */
  public FakeAnswer with(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name + ": " + value);
    return new FakeAnswer(status, more, body, raw);
  }

  /** The status. */
  public int status() {
    return status;
  }

  /** The body's own array. */
  public byte[] body() {
    return body;
  }

  /** Writes it; whether the connection can be used again. */
  boolean write(Socket socket, OutputStream out, boolean headOnly) throws IOException {
    if (raw != null) {
      raw.write(socket, out);
      out.flush();
      return false;
    }
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Fake\r\n");
    headers.forEach(each -> head.append(each).append("\r\n"));
    if (status != 204 && status != 304) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!headOnly) {
      out.write(body);
    }
    out.flush();
    return true;
  }
}
