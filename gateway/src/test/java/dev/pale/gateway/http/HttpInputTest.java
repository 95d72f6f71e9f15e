package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class HttpInputTest {
  private static final String GET = "GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nX-Empty:\r\n\r\n";

  @Test
  void aHeadIsReadAsItIs() throws IOException {
    HttpInput input =
        Wire.input(
            "POST /v1/x?y=%7e&z=[1] HTTP/1.1\r\nhost: a.example\r\nX-Odd:\t caf\u00e9 \t\r\n"
                + "Content-Length: 9223372036854775807\r\n\r\n");
    RequestHead head = request(input);
    assertThat(head.method()).isEqualTo("POST");
    assertThat(head.form()).isEqualTo(RequestHead.Form.ORIGIN);
    assertThat(head.target()).isEqualTo("/v1/x?y=%7e&z=[1]");
    assertThat(head.minorVersion()).isEqualTo(1);
    assertThat(Wire.fields(head.headers()))
        .containsExactly("host=a.example", "X-Odd=caf\u00e9", "Content-Length=9223372036854775807");
    assertThat(head.framing()).isEqualTo(new Framing.Length(Long.MAX_VALUE));
    assertThat(head.headers().first("HOST")).isEqualTo("a.example");
  }

  @Test
  void theFourFormsOfATarget() throws IOException {
    assertThat(formOf("GET /a HTTP/1.1")).isEqualTo(RequestHead.Form.ORIGIN);
    assertThat(formOf("GET HTTP://a.example:80/a HTTP/1.1")).isEqualTo(RequestHead.Form.ABSOLUTE);
    assertThat(formOf("GET https://a.example HTTP/1.0")).isEqualTo(RequestHead.Form.ABSOLUTE);
    assertThat(formOf("CONNECT [::1]:443 HTTP/1.1")).isEqualTo(RequestHead.Form.AUTHORITY);
    assertThat(formOf("OPTIONS * HTTP/1.1")).isEqualTo(RequestHead.Form.ASTERISK);
  }

  private static RequestHead.Form formOf(String line) throws IOException {
    return request(Wire.input(line + "\r\nHost: a\r\n\r\n")).form();
  }

  @Test
  void theEndBeforeARequestIsNoError() throws IOException {
    assertThat(Wire.input("").readRequest(Limits.DEFAULT)).isNull();
    assertThat(Wire.input("\r\n").readRequest(Limits.DEFAULT)).isNull();
  }

  @Test
  void theEndInAHeadIsAnError() {
    for (int length = 1; length < GET.length(); length++) {
      HttpInput input = Wire.input(GET.substring(0, length));
      assertThatThrownBy(() -> input.readRequest(Limits.DEFAULT)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void headsMayBeAsLargeAsTheLimitsSayAndNotAByteLarger() throws IOException {
    int[] sizes = {300, 301};
    String head = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
    for (int size : sizes) {
      String filled = head.replace("X: ", "X: " + "y".repeat(size - head.length()));
      HttpInput input = Wire.input(filled);
      Limits limits = new Limits(300, 2, 16_384);
      if (size == 300) {
        assertThat(request(input, limits).headers().size()).isEqualTo(2);
      } else {
        assertThatThrownBy(() -> input.readRequest(limits)).hasMessageContaining("head is larger");
      }
    }
  }

  @Test
  void linesMayBeAsLongAsTheLimitSaysAndNotAByteLonger() throws IOException {
    Limits limits = new Limits(4096, 16, 100);
    String exact = "GET /" + "a".repeat(86) + " HTTP/1.1";
    assertThat(exact).hasSize(100);
    String field = "X: " + "y".repeat(97);
    assertThat(request(Wire.input(exact + "\r\nHost: a\r\n" + field + "\r\n\r\n"), limits).target())
        .hasSize(87);
    assertThatThrownBy(
            () -> request(Wire.input(exact.replace("/", "/a") + "\r\nHost: a\r\n\r\n"), limits))
        .hasMessageContaining("request line is longer");
    assertThatThrownBy(
            () -> request(Wire.input(exact + "\r\nHost: a\r\n" + field + "y\r\n\r\n"), limits))
        .hasMessageContaining("header line is longer");
  }

  @Test
  void theBufferGrowsForALongLineAndBodiesAreReadThroughIt() throws IOException {
    String target = "/" + "p".repeat(5000);
    String raw =
        "POST "
            + target
            + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n"
            + "b".repeat(3000);
    HttpInput input = new HttpInput(Wire.dripping(Wire.bytes(raw + GET), 700), 64);
    RequestHead head = request(input);
    assertThat(head.target()).isEqualTo(target);
    assertThat(Wire.readAll(input.body(head.framing()), 999)).hasSize(3000).containsOnly('b');
    assertThat(request(input).target()).isEqualTo("/a?b=c");
  }

  @Test
  void pipelinedRequestsAreReadOneByOneAndNoneBeforeItIsAskedFor() throws IOException {
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    String chunks =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    HttpInput input = Wire.input(GET + post + chunks + GET + "oops");
    for (String each : new String[] {GET, post, chunks, GET}) {
      int before = input.buffered();
      RequestHead head = request(input);
      byte[] body = Wire.readAll(input.body(head.framing()), 100);
      assertThat(new String(body, ISO_8859_1)).isEqualTo(each.startsWith("POST") ? "abc" : "");
      if (before > 0) {
        assertThat(before - input.buffered()).isEqualTo(each.length());
      }
    }
    assertThat(input.buffered()).isEqualTo(4);
    assertThat(Wire.rest(input)).isEqualTo("oops");
  }

  @Test
  void theNextHeadWaitsForTheEndOfTheBody() throws IOException {
    HttpInput input =
        Wire.input("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + GET);
    BodyReader body = input.body(request(input).framing());
    assertThat(body.available()).isEqualTo(3);
    assertThatThrownBy(() -> input.readRequest(Limits.DEFAULT))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> input.body(Framing.NONE)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(input::rest).isInstanceOf(IllegalStateException.class);
    assertThat(body.read(new byte[0], 0, 0)).isZero();
    assertThat(body.read(new byte[9], 0, 9)).isEqualTo(3);
    assertThat(body.ended()).isTrue();
    assertThat(body.read(new byte[9], 0, 9)).isEqualTo(-1);
    assertThat(request(input).method()).isEqualTo("GET");
  }

  @Test
  void aBodyCutShortIsAnErrorAfterWhatCame() throws IOException {
    HttpInput input = Wire.input("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc");
    BodyReader body = input.body(request(input).framing());
    assertThat(body.read(new byte[9], 0, 9)).isEqualTo(3);
    assertThatThrownBy(() -> body.read(new byte[9], 0, 9)).isInstanceOf(EOFException.class);
    assertThat(body.ended()).isFalse();
  }

  @Test
  void theRestIsWhatWasReadAheadAndThenTheStream() throws IOException {
    InputStream stream = Wire.split(Wire.bytes(GET + "\u0016\u0003early late"), GET.length() + 7);
    HttpInput input = new HttpInput(stream, 1024);
    request(input);
    assertThat(input.buffered()).isEqualTo(7);
    InputStream rest = input.rest();
    assertThat(rest.read()).isEqualTo(0x16);
    assertThat(rest.available()).isEqualTo(11);
    assertThat(rest.read(new byte[0], 0, 0)).isZero();
    assertThat(new String(rest.readNBytes(6), ISO_8859_1)).isEqualTo("\u0003early");
    assertThat(new String(rest.readAllBytes(), ISO_8859_1)).isEqualTo(" late");
    assertThat(rest.read()).isEqualTo(-1);
    assertThatThrownBy(() -> input.readRequest(Limits.DEFAULT))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasReadAheadCanBeOverwritten() throws IOException {
    HttpInput input = Wire.input(GET + "sk_live_1");
    request(input);
    input.wipe();
    assertThat(input.buffered()).isZero();
  }

  @Test
  void aLargeBodyIsReadStraightIntoTheCallersBuffer() throws IOException {
    int[] most = {0};
    InputStream stream =
        new ByteArrayInputStream(
            Wire.bytes(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n" + "b".repeat(9000))) {
          @Override
          public synchronized int read(byte[] b, int off, int len) {
            most[0] = Math.max(most[0], len);
            return super.read(b, off, len);
          }
        };
    HttpInput input = new HttpInput(stream, 1024);
    assertThat(Wire.readAll(input.body(request(input).framing()), 100_000)).hasSize(9000);
    assertThat(most[0]).isGreaterThan(7000);
  }

  private static RequestHead request(HttpInput input) throws IOException {
    return request(input, Limits.DEFAULT);
  }

  private static RequestHead request(HttpInput input, Limits limits) throws IOException {
    return Objects.requireNonNull(input.readRequest(limits));
  }
}
