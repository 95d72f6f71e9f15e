package dev.pale.gateway.http;

import static dev.pale.gateway.http.Wire.refusesResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class StrictResponseTest {
  private static String with(String... lines) {
    return "HTTP/1.1 200 OK\r\nDate: x\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
  }

  @Test
  void aHeadIsReadAsItIs() throws IOException {
    ResponseHead head = read("GET", "HTTP/1.0 404 Not \u00e4 Found\r\nContent-Length: 3\r\n\r\n");
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.reason()).isEqualTo("Not \u00e4 Found");
    assertThat(head.minorVersion()).isZero();
    assertThat(head.framing()).isEqualTo(new Framing.Length(3));
    assertThat(read("GET", "HTTP/1.1 200 \r\n\r\n").reason()).isEmpty();
    assertThat(read("GET", "HTTP/1.1 599\r\n\r\n").reason()).isEmpty();
  }

  @Test
  void whatEndsWhere() throws IOException {
    String length = "Content-Length: 5\r\n";
    String chunked = "Transfer-Encoding: chunked\r\n";
    assertThat(framing("GET", 200, length)).isEqualTo(new Framing.Length(5));
    assertThat(framing("GET", 200, "Content-Length: 0\r\n")).isEqualTo(new Framing.Length(0));
    assertThat(framing("GET", 200, chunked)).isEqualTo(Framing.CHUNKED);
    assertThat(framing("GET", 200, "Transfer-Encoding: Chunked\r\n")).isEqualTo(Framing.CHUNKED);
    assertThat(framing("GET", 200, "")).isEqualTo(Framing.UNTIL_CLOSE);
    assertThat(framing("HEAD", 200, length)).isEqualTo(Framing.NONE);
    assertThat(framing("HEAD", 200, chunked)).isEqualTo(Framing.NONE);
    assertThat(framing("GET", 204, "")).isEqualTo(Framing.NONE);
    assertThat(framing("GET", 304, length)).isEqualTo(Framing.NONE);
    assertThat(framing("GET", 100, "")).isEqualTo(Framing.NONE);
    assertThat(framing("GET", 101, "")).isEqualTo(Framing.NONE);
    assertThat(framing("CONNECT", 200, length)).isEqualTo(Framing.NONE);
    assertThat(framing("CONNECT", 407, length)).isEqualTo(new Framing.Length(5));
  }

  private static Framing framing(String method, int status, String fields) throws IOException {
    return read(method, "HTTP/1.1 " + status + " X\r\n" + fields + "\r\n").framing();
  }

  @Test
  void interimResponsesAreReadOneByOne() throws IOException {
    HttpInput input =
        Wire.input(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    assertThat(input.readResponse("POST", Limits.DEFAULT).status()).isEqualTo(100);
    assertThat(input.readResponse("POST", Limits.DEFAULT).status()).isEqualTo(103);
    ResponseHead head = input.readResponse("POST", Limits.DEFAULT);
    assertThat(Wire.readAll(input.body(head.framing()), 10)).hasSize(2);
    assertThat(input.buffered()).isZero();
  }

  @Test
  void theEndBeforeOrInAHeadIsAnError() {
    String head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    for (int length = 0; length < head.length(); length++) {
      HttpInput input = Wire.input(head.substring(0, length));
      assertThatThrownBy(() -> input.readResponse("GET", Limits.DEFAULT))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aBodyUpToTheEndOfTheConnection() throws IOException {
    HttpInput input = Wire.input("HTTP/1.1 200 OK\r\n\r\nall of\r\n this");
    BodyReader body = input.body(input.readResponse("GET", Limits.DEFAULT).framing());
    assertThat(body.available()).isEqualTo(13);
    assertThat(body.read(new byte[0], 0, 0)).isZero();
    assertThat(Wire.readAll(body, 4)).hasSize(13);
    assertThat(body.read(new byte[1], 0, 1)).isEqualTo(-1);
    assertThat(body.trailers().size()).isZero();
  }

  @Test
  void lengths() {
    refusesResponse(with("Content-Length: 5", "Content-Length: 5"), "duplicate-content-length");
    refusesResponse(with("Content-Length: 5, 5"), "list-content-length");
    refusesResponse(with("Content-Length: +5"), "bad-content-length");
    refusesResponse(with("Content-Length: 9223372036854775808"), "content-length-too-large");
  }

  @Test
  void transferEncodings() {
    refusesResponse(
        with("Content-Length: 5", "Transfer-Encoding: chunked"), "length-and-transfer-encoding");
    refusesResponse(with("Transfer-Encoding: gzip, chunked"), "unknown-transfer-encoding");
    refusesResponse(
        with("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        "duplicate-transfer-encoding");
    refusesResponse(
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "transfer-encoding-in-http10");
  }

  @Test
  void oddFramingIsRefusedAlsoWhereNoBodyFollows() {
    assertThatThrownBy(() -> read("HEAD", with("Content-Length: 5", "Transfer-Encoding: chunked")))
        .hasMessageContaining("both Content-Length and Transfer-Encoding");
  }

  @Test
  void linesAndFields() {
    refusesResponse(with("A: b", " c"), "obs-fold");
    refusesResponse("HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "space-before-first-header");
    refusesResponse("HTTP/1.1 200 OK\nA: b\r\n\r\n", "bare-lf");
    refusesResponse(with("A: b\n"), "bare-lf");
    refusesResponse(with("A: b\rc"), "bare-cr");
    refusesResponse("HTTP/1.1 200 O\rK\r\n\r\n", "bare-cr");
    refusesResponse(with("A: \0"), "nul-byte");
    refusesResponse("HTTP/1.1 200 O\u0001K\r\n\r\n", "control-character");
    refusesResponse(with("A : b"), "space-before-colon");
    refusesResponse(with("A"), "no-colon");
    refusesResponse(with(": b"), "empty-header-name");
    refusesResponse(with("A(: b"), "bad-header-name");
  }

  @Test
  void statusLines() {
    refusesResponse("HTTP/2 200 OK\r\n\r\n", "unsupported-version");
    refusesResponse("HTTP/1.2 200 OK\r\n\r\n", "unsupported-version");
    refusesResponse("ICY 200 OK\r\n\r\n", "status-line");
    refusesResponse("\r\nHTTP/1.1 200 OK\r\n\r\n", "status-line");
    refusesResponse("hello\r\n\r\n", "status-line");
    for (String status : new String[] {"", "20", "2000", "099", "600", "2x0", " 200", "200OK"}) {
      refusesResponse("HTTP/1.1 " + status + "\r\n\r\n", "status");
    }
    refusesResponse("HTTP/1.1\r\n\r\n", "status");
  }

  @Test
  void sizes() {
    refusesResponse("HTTP/1.1 200 " + "x".repeat(16_384) + "\r\n\r\n", "status-line-too-long");
    refusesResponse(with("A: " + "x".repeat(16_384)), "header-line-too-long");
    refusesResponse(
        with(("A: " + "x".repeat(16_000) + "\r\n").repeat(5) + "B: c"), "head-too-large");
    refusesResponse(with("A: b\r\n".repeat(128) + "B: c"), "too-many-headers");
  }

  @Test
  void aConnectionIsNotUsedAgainBehindA204ThatAnnouncesABody() throws IOException {
    assertThat(read("GET", "HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n").keepsAlive()).isTrue();
    assertThat(read("GET", "HTTP/1.1 204 X\r\nContent-Length: 4\r\n\r\n").keepsAlive()).isFalse();
    assertThat(read("GET", "HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n").keepsAlive())
        .isFalse();
    assertThat(read("GET", "HTTP/1.1 304 X\r\nContent-Length: 4\r\n\r\n").keepsAlive()).isTrue();
    assertThat(read("GET", "HTTP/1.1 200 X\r\n\r\n").keepsAlive()).isFalse();
  }

  private static ResponseHead read(String method, String raw) throws IOException {
    return Wire.input(raw).readResponse(method, Limits.DEFAULT);
  }
}
