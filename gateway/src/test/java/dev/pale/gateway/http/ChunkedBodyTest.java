package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ChunkedBodyTest {
  private static final String HEAD =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

  @Test
  void chunksAreJoinedAndWhatFollowsIsLeft() throws IOException {
    HttpInput input =
        Wire.input(HEAD + "3\r\nabc\r\n1A\r\n" + "d".repeat(26) + "\r\n0\r\n\r\nnext");
    BodyReader body = body(input);
    byte[] buffer = new byte[100];
    assertThat(body.read(buffer, 0, 100)).isEqualTo(29);
    assertThat(body.ended()).isTrue();
    assertThat(body.read(buffer, 0, 100)).isEqualTo(-1);
    assertThat(Wire.rest(input)).isEqualTo("next");
  }

  @Test
  void extensionsAreDropped() throws IOException {
    String chunks = "3;a=b;c=\"d e\"\r\nabc\r\n0;last\r\n\r\n";
    assertThat(decoded(chunks)).isEqualTo("abc");
    assertThat(decoded("3;" + "x".repeat(255) + "\r\nabc\r\n0\r\n\r\n")).isEqualTo("abc");
  }

  @Test
  void extensionsThatAreTooLong() {
    String code = "chunk-extension-too-long";
    refuses("3;" + "x".repeat(256) + "\r\nabc\r\n0\r\n\r\n", code);
    refuses("3;" + "x".repeat(100_000), code);
    refuses("0000000000000003;" + "x".repeat(300) + "\r\n", code);
  }

  @Test
  void extensionsThatAreTooMany() {
    refuses(
        ("1;" + "x".repeat(255) + "\r\na\r\n").repeat(257) + "0\r\n\r\n",
        "chunk-extensions-too-large");
  }

  @Test
  void extensionsWithBareCrOrLfOrControls() {
    refuses("3;a\rb\r\nabc\r\n0\r\n\r\n", "bare-cr");
    refuses("3;a\nabc\r\n0\r\n\r\n", "bare-lf");
    refuses("3;a\0\r\nabc\r\n0\r\n\r\n", "nul-byte");
    refuses("3;a\u0001\r\nabc\r\n0\r\n\r\n", "control-character");
  }

  @Test
  void sizesThatAreNoHexadecimalNumbers() {
    for (String size :
        new String[] {"+3", "-3", "0x3", " 3", "3 ", "3 ;a", "g", "3,3", "", "\t3"}) {
      refuses(size + "\r\nabc\r\n0\r\n\r\n", "bad-chunk-size");
    }
    refuses("3\r\r\nabc\r\n0\r\n\r\n", "bare-cr");
    refuses("3\nabc\r\n0\r\n\r\n", "bare-lf");
    refuses("\n", "bare-lf");
  }

  @Test
  void sizesBeyond63Bits() {
    refuses("8000000000000000\r\n", "chunk-too-large");
    refuses("FFFFFFFFFFFFFFFF\r\n", "chunk-too-large");
    refuses("00000000000000003\r\nabc", "chunk-too-large");
    refuses("1" + "0".repeat(16) + "3\r\nabc", "chunk-too-large");
    refuses("3".repeat(400), "chunk-too-large");
  }

  @Test
  void theLargestSizeIsWaitedFor() {
    assertThatThrownBy(() -> decoded("7fffffffffffffff\r\nabc")).isInstanceOf(EOFException.class);
  }

  @Test
  void dataThatIsNotFollowedByCrLf() {
    refuses("3\r\nabcd\r\n0\r\n\r\n", "missing-chunk-end");
    refuses("3\r\nabc\n0\r\n\r\n", "missing-chunk-end");
    refuses("3\r\nabc\r0\r\n\r\n", "missing-chunk-end");
  }

  @Test
  void trailersAreReadAndKept() throws IOException {
    HttpInput input = Wire.input(HEAD + "1\r\na\r\n0\r\nX-Sum: 1\r\nX-More:\r\n\r\nnext");
    BodyReader body = body(input);
    assertThat(Wire.readAll(body, 9)).hasSize(1);
    assertThat(Wire.fields(body.trailers())).containsExactly("X-Sum=1", "X-More=");
    assertThat(Wire.rest(input)).isEqualTo("next");
  }

  @Test
  void trailersAreAsStrictAsHeaders() {
    refuses("0\r\nX : 1\r\n\r\n", "space-before-colon");
    refuses("0\r\nX: 1\n\r\n", "bare-lf");
    refuses("0\r\n X: 1\r\n\r\n", "space-before-first-header");
    refuses("0\r\nX\r\n\r\n", "no-colon");
    refuses("0\r\nX: 1\0\r\n\r\n", "nul-byte");
    refuses("0\r\n\n", "bare-lf");
  }

  @Test
  void trailersAreLimited() {
    refuses("0\r\n" + "X: 1\r\n".repeat(129) + "\r\n", "too-many-headers");
    refuses("0\r\n" + ("X: " + "y".repeat(9000) + "\r\n").repeat(8) + "\r\n", "head-too-large");
    refuses("0\r\nX: " + "y".repeat(20_000) + "\r\n\r\n", "header-line-too-long");
  }

  @Test
  void trailersThatWouldChangeTheMessage() {
    refuses("0\r\nContent-Length: 5\r\n\r\n", "forbidden-trailer");
    refuses("0\r\ntransfer-encoding: chunked\r\n\r\n", "forbidden-trailer");
    refuses("0\r\nHost: b\r\n\r\n", "forbidden-trailer");
  }

  @Test
  void theEndOfTheConnectionInABodyIsAnError() {
    String chunks = "3;x\r\nabc\r\n0\r\nX: 1\r\n\r\n";
    for (int length = 0; length < chunks.length(); length++) {
      String cut = chunks.substring(0, length);
      assertThatThrownBy(() -> decoded(cut)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whatCameBeforeAMalformedChunkIsGivenFirst() throws IOException {
    HttpInput input = Wire.input(HEAD + "3\r\nabc\r\n1\r\nd\r\nzap\r\n");
    BodyReader body = body(input);
    byte[] buffer = new byte[100];
    assertThat(body.read(buffer, 0, 100)).isEqualTo(4);
    assertThat(body.ended()).isFalse();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> body.read(buffer, 0, 100)).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void aServersMalformedChunksAreABadGateway() throws IOException {
    HttpInput input = Wire.input("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n");
    BodyReader body = input.body(input.readResponse("GET", Limits.DEFAULT).framing());
    assertThatThrownBy(() -> body.read(new byte[9], 0, 9))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(502);
              assertThat(refusal.code()).isEqualTo("bad-response-bad-chunk-size");
            });
  }

  /** Server-sent events: each chunk is given on although the next one is not there. */
  @Test
  void whatIsThereIsGivenWithoutWaitingForMore() throws IOException {
    String[] parts = {
      HEAD + "3\r\nabc\r\n2\r\n", "de\r\n1", ";x\r\nf\r\n0\r\n", "X: 1\r\n\r\nnext"
    };
    int[] part = {0};
    InputStream stream =
        new InputStream() {
          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] b, int off, int len) {
            if (part[0] == parts.length) {
              return -1;
            }
            byte[] bytes = Wire.bytes(parts[part[0]++]);
            System.arraycopy(bytes, 0, b, off, bytes.length);
            return bytes.length;
          }
        };
    HttpInput input = new HttpInput(stream, 1024);
    BodyReader body = body(input);
    byte[] buffer = new byte[100];
    assertThat(body.available()).isZero();
    assertThat(text(buffer, body.read(buffer, 0, 100))).isEqualTo("abc");
    assertThat(part[0]).isEqualTo(1);
    assertThat(text(buffer, body.read(buffer, 0, 1))).isEqualTo("d");
    assertThat(body.available()).isEqualTo(1);
    assertThat(text(buffer, body.read(buffer, 0, 100))).isEqualTo("e");
    assertThat(part[0]).isEqualTo(2);
    assertThat(text(buffer, body.read(buffer, 0, 100))).isEqualTo("f");
    assertThat(part[0]).isEqualTo(3);
    assertThat(body.ended()).isFalse();
    assertThat(body.read(buffer, 0, 0)).isZero();
    assertThat(body.read(buffer, 0, 100)).isEqualTo(-1);
    assertThat(body.read(buffer, 0, 0)).isEqualTo(-1);
    assertThat(Wire.rest(input)).isEqualTo("next");
  }

  @Test
  void aLargeChunkIsReadStraightIntoTheCallersBuffer() throws IOException {
    int[] most = {0};
    InputStream stream =
        new ByteArrayInputStream(
            Wire.bytes(HEAD + "2328\r\n" + "b".repeat(9000) + "\r\n0\r\n\r\n")) {
          @Override
          public synchronized int read(byte[] b, int off, int len) {
            most[0] = Math.max(most[0], len);
            return super.read(b, off, len);
          }
        };
    assertThat(Wire.readAll(body(new HttpInput(stream, 1024)), 100_000)).hasSize(9000);
    assertThat(most[0]).isGreaterThan(7000);
  }

  private static String text(byte[] buffer, int length) {
    return new String(buffer, 0, length, ISO_8859_1);
  }

  private static void refuses(String chunks, String code) {
    byte[] raw = Wire.bytes(HEAD + chunks);
    for (int drip : new int[] {1, 7, raw.length}) {
      assertThat(Wire.requests(Wire.dripping(raw, drip), 1024, 50).end()).isEqualTo(code);
    }
  }

  private static String decoded(String chunks) throws IOException {
    return new String(Wire.readAll(body(Wire.input(HEAD + chunks)), 10), ISO_8859_1);
  }

  private static BodyReader body(HttpInput input) throws IOException {
    return input.body(Objects.requireNonNull(input.readRequest(Limits.DEFAULT)).framing());
  }
}
