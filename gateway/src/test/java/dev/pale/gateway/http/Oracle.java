package dev.pale.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.http.Wire.Conversation;
import dev.pale.gateway.http.Wire.Message;
import dev.pale.gateway.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for any bytes whatever:
 *
 * <ul>
 *   <li>they are read as messages, or end in a Refusal or an EOFException, and in nothing else;
 *   <li>it makes no difference how they are cut into reads;
 *   <li>a message takes exactly its own bytes: with one byte less it is not whole, and without what
 *       follows it is the same;
 *   <li>written again by {@link HttpOutput} it is read as the same message, with nothing behind it:
 *       no server behind the gateway is shown another message than the one that was judged.
 * </ul>
 */
final class Oracle {
  private Oracle() {}

  static Conversation requests(byte[] raw) throws IOException {
    return check(raw, "");
  }

  static Conversation responses(byte[] raw, String requestMethod) throws IOException {
    return check(raw, requestMethod);
  }

  private static Conversation check(byte[] raw, String method) throws IOException {
    List<Message> messages = new ArrayList<>();
    String end = "end";
    HttpInput input = new HttpInput(new ByteArrayInputStream(raw), Math.max(raw.length, 64));
    int from = 0;
    try {
      while (true) {
        Read read = read(input, method, 4096);
        if (read == null) {
          break;
        }
        int to = raw.length - input.buffered();
        messages.add(read.message());
        checkOne(read, Arrays.copyOfRange(raw, from, to), method);
        from = to;
      }
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isIn(400, 414, 431, 501, 502, 505);
      end = refusal.code();
    } catch (EOFException e) {
      end = "eof";
    }
    assertThat(cut(raw, method, 1, 64, 7)).isEqualTo(new Conversation(messages, end));
    assertThat(cut(raw, method, 13, 100, 1000)).isEqualTo(new Conversation(messages, end));
    return new Conversation(messages, end);
  }

  private static void checkOne(Read read, byte[] own, String method) throws IOException {
    HttpInput alone = new HttpInput(new ByteArrayInputStream(own), 128);
    Read again = read(alone, method, 50);
    assertThat(again).isNotNull();
    assertThat(again.message()).isEqualTo(read.message());
    assertThat(alone.buffered()).isZero();

    if (!(read.framing() instanceof Framing.UntilClose)) {
      byte[] less = Arrays.copyOf(own, own.length - 1);
      try {
        throw new AssertionError(
            "whole without its last byte: "
                + read(new HttpInput(new ByteArrayInputStream(less), 128), method, 50));
      } catch (EOFException expected) {
        assertThat(expected).isNotNull();
      }
    }

    ByteArrayOutputStream written = new ByteArrayOutputStream();
    HttpOutput out = new HttpOutput(written, 256);
    read.write(out);
    HttpInput input = new HttpInput(new ByteArrayInputStream(written.toByteArray()), 64);
    Read other = read(input, method, 50);
    assertThat(other).isNotNull();
    assertThat(other.message()).isEqualTo(read.message());
    assertThat(input.buffered()).isZero();
    assertThat(Wire.rest(input)).isEmpty();
  }

  private static Conversation cut(byte[] raw, String method, int drip, int buffer, int reads)
      throws IOException {
    List<Message> messages = new ArrayList<>();
    HttpInput input = new HttpInput(Wire.dripping(raw, drip), buffer);
    try {
      for (Read read; (read = read(input, method, reads)) != null; ) {
        messages.add(read.message());
      }
      return new Conversation(messages, "end");
    } catch (Refusal refusal) {
      return new Conversation(messages, refusal.code());
    } catch (EOFException e) {
      return new Conversation(messages, "eof");
    }
  }

  private static @Nullable Read read(HttpInput input, String method, int readBytes)
      throws IOException {
    if (method.isEmpty()) {
      RequestHead head = input.readRequest(Limits.DEFAULT);
      return head == null
          ? null
          : new ReadRequest(head, Wire.readAll(input.body(head.framing()), readBytes));
    }
    ResponseHead head = input.readResponse(method, Limits.DEFAULT);
    return new ReadResponse(head, Wire.readAll(input.body(head.framing()), readBytes));
  }

  private sealed interface Read {
    Framing framing();

    Message message();

    void write(HttpOutput out) throws IOException;
  }

  private record ReadRequest(RequestHead head, byte[] body) implements Read {
    @Override
    public Framing framing() {
      return head.framing();
    }

    @Override
    public Message message() {
      return Wire.message(head, body);
    }

    @Override
    public void write(HttpOutput out) throws IOException {
      Wire.write(out, head, body);
    }
  }

  private record ReadResponse(ResponseHead head, byte[] body) implements Read {
    @Override
    public Framing framing() {
      return head.framing();
    }

    @Override
    public Message message() {
      return Wire.message(head, body);
    }

    @Override
    public void write(HttpOutput out) throws IOException {
      Wire.write(out, head, body);
    }
  }
}
