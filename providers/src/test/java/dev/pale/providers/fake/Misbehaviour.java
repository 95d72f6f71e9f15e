package dev.pale.providers.fake;

import dev.pale.providers.fake.FakeServer.Handler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** What servers do wrong, for any provider. */
public final class Misbehaviour {
  private Misbehaviour() {}

  /** A redirect to another host. */
  public static Handler redirect(String location) {
    return request -> FakeAnswer.text(302, "look there").with("Location", location);
  }

  /** A body of this many bytes of JSON space, with its true length. */
  public static Handler largeBody(long bytes) {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          out.write(head(200, "Content-Length: " + bytes));
          byte[] piece = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
          for (long sent = 0; sent < bytes; sent += piece.length) {
            out.write(piece, 0, (int) Math.min(piece.length, bytes - sent));
          }
        });
  }

  /** A body without a length that never ends. */
  public static Handler endlessBody() {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          out.write(head(200, "Connection: close"));
          byte[] piece = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
          while (true) {
            out.write(piece);
          }
        });
  }

  /** A byte of the body now and then, for ever. */
  public static Handler slowBody() {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          out.write(head(200, "Content-Length: 1000000"));
          while (true) {
            out.write(' ');
            out.flush();
            nap(50);
          }
        });
  }

  /** A byte of the header now and then, for ever. */
  public static Handler slowHeader() {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write('x');
            out.flush();
            nap(50);
          }
        });
  }

  /** No answer at all, the connection stays open. */
  public static Handler silence() {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          nap(60_000);
        });
  }

  /** The connection is reset within the body. */
  public static Handler reset() {
    return request ->
        FakeAnswer.raw((socket, out) -> {
          out.write(head(200, "Content-Length: 1000"));
          out.write("{\"half\":".getBytes(StandardCharsets.US_ASCII));
          out.flush();
          socket.setSoLinger(true, 0);
        });
  }

  /** A status this many times, then the other handler. */
  public static Handler first(int times, FakeAnswer answer, Handler then) {
    AtomicInteger left = new AtomicInteger(times);
    return request -> left.getAndDecrement() > 0 ? answer : then.answer(request);
  }

  /** 429 with {@code Retry-After} once, then the other handler. */
  public static Handler busyOnce(int seconds, Handler then) {
    return first(
        1, FakeAnswer.json(429, "{}").with("Retry-After", Integer.toString(seconds)), then);
  }

  /** An error whose text quotes something it should not, in the places services use for text. */
  public static Handler error(int status, String secret) {
    String json =
        """
        {"message":"no: %1$s","error":"%1$s !","errors":["denied for %1$s"],"messages":["%1$s !"],\
        "error_description":"%1$s !","__type":"com.example#Odd %1$s","code":"? %1$s",\
        "Message":"%1$s","status":"! %1$s"}
        """
            .formatted(secret);
    return request ->
        FakeAnswer.json(status, json)
            .with("X-Message", secret)
            .with("WWW-Authenticate", "Bearer realm=\"" + secret + "\"");
  }

  /** Not JSON, and it quotes something it should not. */
  public static Handler noJson(String secret) {
    return request -> FakeAnswer.json(200, "<html>" + secret + "</html>");
  }

  /** JSON, but much deeper than any answer. */
  public static Handler deepJson() {
    return request -> FakeAnswer.json(200, "{\"a\":" + "[".repeat(100_000));
  }

  private static byte[] head(int status, String header) {
    return ("HTTP/1.1 "
            + status
            + " Fake\r\nContent-Type: application/json\r\n"
            + header
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void nap(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
