package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Raw bytes in, what was understood out, for the tests of this package. */
final class Wire {
  /** Stands behind a message; whoever took a byte of it read too far. */
  static final String NEXT = "<next>";

  private Wire() {}

  static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }

  static HttpInput input(String latin1) {
    return new HttpInput(new ByteArrayInputStream(bytes(latin1)), 1024);
  }

  /** A stream that gives at most so many bytes a read. */
  static InputStream dripping(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] b, int off, int len) {
        return super.read(b, off, Math.min(len, most));
      }
    };
  }

  /** A stream whose first read ends at the split. */
  static InputStream split(byte[] bytes, int at) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] b, int off, int len) {
        return super.read(b, off, pos < at ? Math.min(len, at - pos) : len);
      }
    };
  }

  /** The request must be refused with this, wherever it is cut, and nothing behind it be taken. */
  static void refuses(String head, int status, String code) {
    byte[] raw = bytes(head + NEXT);
    refuses(new HttpInput(new ByteArrayInputStream(raw), 1024), status, code);
    refuses(new HttpInput(dripping(raw, 1), 64), status, code);
  }

  private static void refuses(HttpInput input, int status, String code) {
    try {
      RequestHead head = input.readRequest(Limits.DEFAULT);
      throw new AssertionError("accepted: " + head);
    } catch (Refusal refusal) {
      assertThat(refusal.code()).isEqualTo(code);
      assertThat(refusal.status()).isEqualTo(status);
      assertThat(refusal.isAlarm()).isFalse();
      assertThat(refusal.reason()).startsWith("the request cannot be read: ");
      assertThat(rest(input)).endsWith(NEXT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The response must be refused with this, wherever it is cut, and nothing behind it be taken. */
  static void refusesResponse(String head, String code) {
    byte[] raw = bytes(head + NEXT);
    for (HttpInput input :
        List.of(
            new HttpInput(new ByteArrayInputStream(raw), 1024),
            new HttpInput(dripping(raw, 1), 64))) {
      try {
        throw new AssertionError("accepted: " + input.readResponse("GET", Limits.DEFAULT));
      } catch (Refusal refusal) {
        assertThat(refusal.code()).isEqualTo("bad-response-" + code);
        assertThat(refusal.status()).isEqualTo(502);
        assertThat(rest(input)).endsWith(NEXT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static String rest(HttpInput input) {
    try {
      return new String(input.rest().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] readAll(BodyReader body, int bufferBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[bufferBytes];
    for (int count; (count = body.read(buffer, 0, buffer.length)) >= 0; ) {
      assertThat(count).isPositive();
      out.write(buffer, 0, count);
    }
    assertThat(body.ended()).isTrue();
    return out.toByteArray();
  }

  /** One message as it was understood. */
  record Message(String start, List<String> fields, String framing, String body) {}

  /** All requests of a connection and how it ended: {@code end}, {@code eof} or a code. */
  record Conversation(List<Message> messages, String end) {}

  static Conversation requests(InputStream in, int bufferBytes, int readBytes) {
    List<Message> messages = new ArrayList<>();
    HttpInput input = new HttpInput(in, bufferBytes);
    try {
      for (RequestHead head; (head = input.readRequest(Limits.DEFAULT)) != null; ) {
        byte[] body = readAll(input.body(head.framing()), readBytes);
        messages.add(message(head, body));
      }
      return new Conversation(messages, "end");
    } catch (Refusal refusal) {
      return new Conversation(messages, refusal.code());
    } catch (EOFException e) {
      return new Conversation(messages, "eof");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Message message(RequestHead head, byte[] body) {
    return new Message(
        head.method() + " " + head.form() + " " + head.target() + " 1." + head.minorVersion(),
        fields(head.headers()),
        head.framing().toString(),
        new String(body, ISO_8859_1));
  }

  static Message message(ResponseHead head, byte[] body) {
    return new Message(
        "1." + head.minorVersion() + " " + head.status() + " " + head.reason(),
        fields(head.headers()),
        head.framing().toString(),
        new String(body, ISO_8859_1));
  }

  static List<String> fields(Headers headers) {
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < headers.size(); i++) {
      fields.add(headers.name(i) + "=" + headers.value(i));
    }
    return fields;
  }

  /** Writes a message as the gateway does. */
  static void write(HttpOutput out, RequestHead head, byte[] body) throws IOException {
    out.ascii(head.method())
        .ascii(" ")
        .ascii(head.target())
        .ascii(" HTTP/1." + head.minorVersion() + "\r\n");
    writeRest(out, head.headers(), head.framing(), body);
  }

  static void write(HttpOutput out, ResponseHead head, byte[] body) throws IOException {
    out.ascii("HTTP/1." + head.minorVersion() + " " + head.status() + " ")
        .ascii(head.reason())
        .ascii("\r\n");
    writeRest(out, head.headers(), head.framing(), body);
  }

  private static void writeRest(HttpOutput out, Headers headers, Framing framing, byte[] body)
      throws IOException {
    for (int i = 0; i < headers.size(); i++) {
      out.field(headers.name(i), headers.value(i));
    }
    out.endHead().beginBody(framing);
    out.body(body, 0, body.length);
    out.endBody();
    out.flush();
  }
}
