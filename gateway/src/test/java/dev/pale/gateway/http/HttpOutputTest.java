package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HttpOutputTest {
  private static final String SECRET = "sk_live_51HxQz8LmN3pRt7v";

  /** Keeps each write, and the array that it came in: to see whether that is wiped later. */
  private static final class Recorder extends OutputStream {
    final List<String> writes = new ArrayList<>();
    final List<byte[]> arrays = new ArrayList<>();
    int flushes;

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      writes.add(new String(b, off, len, ISO_8859_1));
      arrays.add(b);
    }

    @Override
    public void flush() {
      flushes++;
    }

    String all() {
      return String.join("", writes);
    }
  }

  private final Recorder wire = new Recorder();
  private final HttpOutput out = new HttpOutput(wire, 256);

  @Test
  void aSmallMessageIsOneWrite() throws IOException {
    out.ascii("POST /x HTTP/1.1\r\n").field("Host", "a.example");
    out.beginField("Authorization").ascii("Bearer ").bytes(Wire.bytes(SECRET), 0, 24).endField();
    out.field("Content-Length", "5").endHead();
    out.beginBody(new Framing.Length(5));
    body("hel");
    body("lo");
    out.endBody();
    assertThat(wire.writes).isEmpty();
    out.flush();
    assertThat(wire.writes)
        .containsExactly(
            "POST /x HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer "
                + SECRET
                + "\r\nContent-Length: 5\r\n\r\nhello");
    assertThat(wire.flushes).isEqualTo(1);
    assertThat(out.bodyComplete()).isTrue();
  }

  @Test
  void theBufferIsWipedByAFlush() throws IOException {
    head();
    out.flush();
    assertThat(wire.arrays.getFirst()).containsOnly(0);
  }

  @Test
  void theBufferIsWipedByAFlushThatFails() {
    byte[][] seen = {{}};
    HttpOutput failing =
        new HttpOutput(
            new OutputStream() {
              @Override
              public void write(int b) {}

              @Override
              public void write(byte[] b, int off, int len) throws IOException {
                seen[0] = b;
                throw new IOException("gone");
              }
            },
            256);
    failing.beginField("X").bytes(Wire.bytes(SECRET), 0, 24).endField();
    assertThatThrownBy(failing::flush).hasMessage("gone");
    assertThat(seen[0]).hasSize(256).containsOnly(0);
  }

  @Test
  void theBufferIsWipedWhenItIsDiscarded() throws IOException {
    head();
    out.discard();
    out.ascii("clean").flush();
    assertThat(wire.all()).isEqualTo("clean");
    assertThat(wire.arrays.getFirst()).containsOnly(0);
  }

  @Test
  void theBufferGrowsForALargeHeadAndIsSmallAgainAfterIt() throws IOException {
    out.field("X", "y".repeat(5000)).endHead().flush();
    assertThat(wire.writes).hasSize(1);
    assertThat(wire.all()).hasSize(5007);
    assertThat(wire.arrays.getFirst()).containsOnly(0);
    out.ascii("small").flush();
    assertThat(wire.arrays.getLast()).hasSize(256);
  }

  @Test
  void aBufferThatGrewIsWipedWhereItWas() {
    head();
    byte[] before = out.buf;
    out.field("X", "y".repeat(300));
    assertThat(out.buf).isNotSameAs(before);
    assertThat(before).containsOnly(0);
  }

  @Test
  void aChunkThatIsShorterThanThoughtLeavesNothingBehind() throws IOException {
    HttpOutput large = new HttpOutput(wire, 65_536);
    large.beginBody(Framing.CHUNKED);
    large.body(Wire.bytes("secret"), 0, 6);
    large.flush();
    assertThat(wire.all()).isEqualTo("6\r\nsecret\r\n");
    assertThat(wire.arrays.getFirst()).containsOnly(0);
  }

  private void head() {
    out.beginField("Authorization").bytes(Wire.bytes(SECRET), 0, 24).endField();
  }

  @Test
  void aFieldWithALineEndOrNulIsTakenBackAndTheMessageDoesNotTellIt() throws IOException {
    for (String odd : new String[] {"\r", "\n", "\0", "\r\n X: y"}) {
      String value = SECRET + odd;
      byte[] bytes = Wire.bytes(value);
      assertThatThrownBy(() -> out.field("X", value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(SECRET);
      assertThatThrownBy(
              () -> out.beginField("X").ascii("a").bytes(bytes, 0, bytes.length).endField())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining(SECRET);
    }
    out.field("Y", "z").endHead().flush();
    assertThat(wire.all()).isEqualTo("Y: z\r\n\r\n");
  }

  /** U+010A cut to a byte would be a line feed. */
  @Test
  void charactersThatAreNoBytesAreRefused() throws IOException {
    assertThatThrownBy(() -> out.ascii("a\u010ab")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.field("X", "a\u010ab"))
        .isInstanceOf(IllegalArgumentException.class);
    out.field("X", "caf\u00e9").flush();
    assertThat(wire.all()).isEqualTo("X: caf\u00e9\r\n");
  }

  @Test
  void namesThatAreNoTokensAreRefused() {
    for (String name : new String[] {"", "X:", "X Y", "X\r\n", "\u00e4", "\u0158"}) {
      assertThatThrownBy(() -> out.field(name, "y")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anOpenFieldCannotBeLeft() {
    out.beginField("X");
    assertThatThrownBy(() -> out.beginField("Y")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(out::endHead).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(out::flush).isInstanceOf(IllegalStateException.class);
    out.endField();
    assertThatThrownBy(out::endField).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBodyIsAsLongAsAnnounced() throws IOException {
    out.beginBody(new Framing.Length(5));
    body("abc");
    assertThatThrownBy(() -> body("def")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(out::endBody).isInstanceOf(IllegalStateException.class);
    assertThat(out.bodyComplete()).isFalse();
    assertThatThrownBy(() -> out.ascii("GET ")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> out.bytes(new byte[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> out.beginBody(Framing.NONE)).isInstanceOf(IllegalStateException.class);
    body("de");
    out.endBody();
    assertThatThrownBy(() -> body("f")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(out::endBody).isInstanceOf(IllegalStateException.class);
    out.flush();
    assertThat(wire.all()).isEqualTo("abcde");
  }

  @Test
  void noBodyIsNoBody() throws IOException {
    out.beginBody(Framing.NONE);
    body("");
    assertThatThrownBy(() -> body("a")).isInstanceOf(IllegalStateException.class);
    out.endBody();
    out.flush();
    assertThat(wire.all()).isEmpty();
  }

  @Test
  void smallChunksAreJoinedAndLeaveAtAFlush() throws IOException {
    out.ascii("head\r\n\r\n");
    out.beginBody(Framing.CHUNKED);
    body("data: 1\n");
    body("data: 2\n");
    body("");
    out.flush();
    out.flush();
    body("x");
    out.flush();
    out.endBody();
    out.flush();
    assertThat(wire.writes)
        .containsExactly("head\r\n\r\n10\r\ndata: 1\ndata: 2\n\r\n", "1\r\nx\r\n", "0\r\n\r\n");
    assertThat(wire.arrays).allSatisfy(array -> assertThat(array).containsOnly(0));
  }

  @Test
  void aChunkedBodyThatIsEmptyIsTheLastChunkAlone() throws IOException {
    out.beginBody(Framing.CHUNKED);
    out.endBody();
    out.flush();
    assertThat(wire.all()).isEqualTo("0\r\n\r\n");
  }

  @Test
  void aLargeBodyOfKnownLengthIsNotCopied() throws IOException {
    byte[] large = Wire.bytes("b".repeat(5000));
    out.ascii("head");
    out.beginBody(new Framing.Length(5000));
    out.body(large, 0, 5000);
    out.endBody();
    out.flush();
    assertThat(wire.all()).isEqualTo("head" + "b".repeat(5000));
    assertThat(wire.writes).hasSize(2);
    assertThat(wire.writes.getFirst()).hasSize(256);
    assertThat(wire.arrays.getLast()).isSameAs(large);
    assertThat(large).containsOnly('b');
  }

  @Test
  void chunksOfAllSizesAreReadBack() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      HttpOutput chunks = new HttpOutput(sent, 64 + random.nextInt(400));
      chunks.ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n");
      if (random.nextBoolean()) {
        chunks.field("X", "x".repeat(random.nextInt(600)));
      }
      chunks.endHead();
      chunks.beginBody(Framing.CHUNKED);
      ByteArrayOutputStream meant = new ByteArrayOutputStream();
      for (int i = random.nextInt(12); i > 0; i--) {
        byte[] part = new byte[random.nextInt(random.nextBoolean() ? 20 : 1200)];
        random.nextBytes(part);
        meant.write(part);
        chunks.body(part, 0, part.length);
        if (random.nextInt(4) == 0) {
          chunks.flush();
        }
      }
      chunks.endBody();
      chunks.flush();
      HttpInput input = new HttpInput(Wire.dripping(sent.toByteArray(), 100), 128);
      ResponseHead head = input.readResponse("GET", Limits.DEFAULT);
      assertThat(Wire.readAll(input.body(head.framing()), 300)).isEqualTo(meant.toByteArray());
      assertThat(Wire.rest(input)).isEmpty();
    }
  }

  private void body(String text) throws IOException {
    out.body(Wire.bytes(text), 0, text.length());
  }
}
