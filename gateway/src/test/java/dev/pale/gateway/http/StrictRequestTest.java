package dev.pale.gateway.http;

import static dev.pale.gateway.http.Wire.refuses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.refusal.Refusal;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Each oddity of a request head has a code of its own, and costs nothing behind the head. */
final class StrictRequestTest {
  private static String with(String... lines) {
    return "POST /v1/x HTTP/1.1\r\nHost: a.example\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String line(String requestLine) {
    return requestLine + "\r\nHost: a.example\r\n\r\n";
  }

  @Test
  void twoContentLengthsAlsoWhenTheyAgree() {
    refuses(with("Content-Length: 5", "Content-Length: 6"), 400, "duplicate-content-length");
    refuses(with("Content-Length: 5", "content-length: 5"), 400, "duplicate-content-length");
  }

  @Test
  void contentLengthAsAList() {
    refuses(with("Content-Length: 5, 5"), 400, "list-content-length");
    refuses(with("Content-Length: 5,"), 400, "list-content-length");
  }

  @Test
  void contentLengthBesideTransferEncoding() {
    String code = "length-and-transfer-encoding";
    refuses(with("Content-Length: 5", "Transfer-Encoding: chunked"), 400, code);
    refuses(with("Transfer-Encoding: chunked", "Content-Length: 0"), 400, code);
    refuses(with("Transfer-Encoding: xchunked", "Content-Length: 5"), 400, code);
  }

  @Test
  void transferEncodingOtherThanExactlyChunked() {
    for (String coding :
        new String[] {
          "gzip, chunked",
          "chunked, chunked",
          "xchunked",
          "identity",
          "",
          "chunked;q=1",
          "Chunked",
          "\"chunked\"",
          "chunked,",
          "chunked\t,identity"
        }) {
      refuses(with("Transfer-Encoding: " + coding), 501, "unknown-transfer-encoding");
    }
  }

  @Test
  void twoTransferEncodings() {
    refuses(
        with("Transfer-Encoding: chunked", "Transfer-encoding: chunked"),
        400,
        "duplicate-transfer-encoding");
  }

  @Test
  void transferEncodingInHttp10() {
    refuses(
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
        "transfer-encoding-in-http10");
  }

  @Test
  void foldedHeader() {
    refuses(with("X-A: 1", " 2"), 400, "obs-fold");
    refuses(with("Transfer-Encoding:", "\tchunked"), 400, "obs-fold");
  }

  @Test
  void bareLineFeed() {
    refuses("GET / HTTP/1.1\nHost: a\r\n\r\n", 400, "bare-lf");
    refuses("GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "bare-lf");
    refuses("GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "bare-lf");
    refuses("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bare-lf");
  }

  @Test
  void bareCarriageReturn() {
    refuses(with("X-A: 1\rContent-Length: 5"), 400, "bare-cr");
    refuses(with("X-A: 1\r"), 400, "bare-cr");
    refuses(with("X\r-A: 1"), 400, "bare-cr");
    refuses(with("\rX-A: 1"), 400, "bare-cr");
    refuses(line("GET\r / HTTP/1.1"), 400, "bare-cr");
    refuses(line("GET /\r HTTP/1.1"), 400, "bare-cr");
    refuses(line("GET / HTTP/1.1\r"), 400, "bare-cr");
    refuses("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bare-cr");
  }

  @Test
  void nulAndOtherControls() {
    refuses(with("X-A: 1\0"), 400, "nul-byte");
    refuses(with("X\0-A: 1"), 400, "nul-byte");
    refuses(with("X-A: \u0001"), 400, "control-character");
    refuses(with("X-A: \u000b"), 400, "control-character");
    refuses(with("X-A: \u007f"), 400, "control-character");
    refuses(with("Transfer-Encoding: \u000bchunked"), 400, "control-character");
  }

  @Test
  void twoHosts() {
    refuses(with("Host: b.example"), 400, "duplicate-host");
    refuses(with("hOST: a.example"), 400, "duplicate-host");
    refuses("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "duplicate-host");
  }

  @Test
  void noHostInHttp11() {
    refuses("GET / HTTP/1.1\r\n\r\n", 400, "missing-host");
    refuses("GET http://a.example/ HTTP/1.1\r\nX-Host: a\r\n\r\n", 400, "missing-host");
  }

  @Test
  void whiteSpaceBeforeTheColon() {
    refuses(with("Content-Length : 5"), 400, "space-before-colon");
    refuses(with("Transfer-Encoding\t: chunked"), 400, "space-before-colon");
    refuses(with("X A: 1"), 400, "space-before-colon");
  }

  @Test
  void whiteSpaceBeforeTheFirstHeader() {
    refuses(
        "GET / HTTP/1.1\r\n Host: a.example\r\nHost: b\r\n\r\n", 400, "space-before-first-header");
    refuses("GET / HTTP/1.1\r\n\t\r\nHost: a\r\n\r\n", 400, "space-before-first-header");
  }

  @Test
  void headerNamesThatAreNone() {
    refuses(with("justaword"), 400, "no-colon");
    refuses(with(": 1"), 400, "empty-header-name");
    refuses(with("X(A): 1"), 400, "bad-header-name");
    refuses(with("X\u00e4: 1"), 400, "bad-header-name");
    refuses(with("\u00a0X: 1"), 400, "bad-header-name");
  }

  @Test
  void lengthsThatAreNoPlainDecimalNumbers() {
    for (String length :
        new String[] {"+5", "-5", "", "0x5", "5 5", "5.0", "05", "00", "\u00b2", "5a", "1e3"}) {
      refuses(with("Content-Length: " + length), 400, "bad-content-length");
    }
  }

  @Test
  void lengthsThatAreTooLong() {
    refuses(with("Content-Length: 9223372036854775808"), 400, "content-length-too-large");
    refuses(with("Content-Length: 99999999999999999999999"), 400, "content-length-too-large");
    refuses(with("Content-Length: " + "0".repeat(30) + "5"), 400, "bad-content-length");
  }

  @Test
  void tooManyHeaders() {
    refuses(with("X: 1\r\n".repeat(127) + "Y: 2"), 431, "too-many-headers");
  }

  @Test
  void aLineTooLong() {
    refuses(with("X: " + "y".repeat(16_382)), 431, "header-line-too-long");
  }

  @Test
  void aHeadTooLarge() {
    refuses(with(("X: " + "y".repeat(8000) + "\r\n").repeat(9) + "Z: 1"), 431, "head-too-large");
  }

  @Test
  void aTargetTooLong() {
    refuses(line("GET /" + "y".repeat(16_400) + " HTTP/1.1"), 414, "target-too-long");
  }

  @Test
  void targetsWithABlank() {
    refuses(line("GET /a b HTTP/1.1"), 400, "space-in-target");
    refuses(line("GET / HTTP/1.1 "), 400, "space-in-target");
    refuses(line("GET /  HTTP/1.1"), 400, "space-in-target");
    refuses(line("GET  / HTTP/1.1"), 400, "bad-request-line");
  }

  @Test
  void targetsWithControls() {
    refuses(line("GET /\0 HTTP/1.1"), 400, "control-in-target");
    refuses(line("GET /a\tb HTTP/1.1"), 400, "control-in-target");
    refuses(line("GET /\u007f HTTP/1.1"), 400, "control-in-target");
  }

  @Test
  void targetsThatAreNotAscii() {
    refuses(line("GET /\u00e4 HTTP/1.1"), 400, "non-ascii-target");
  }

  @Test
  void targetsWithAFragment() {
    refuses(line("GET /a#b HTTP/1.1"), 400, "fragment-in-target");
  }

  @Test
  void targetsOfNoForm() {
    refuses(line("GET a HTTP/1.1"), 400, "bad-target");
    refuses(line("GET * HTTP/1.1"), 400, "bad-target");
    refuses(line("GET ftp://a/ HTTP/1.1"), 400, "bad-target");
    refuses(line("GET http:// HTTP/1.1"), 400, "bad-target");
    refuses(line("GET http:///a HTTP/1.1"), 400, "bad-target");
    refuses(line("OPTIONS ** HTTP/1.1"), 400, "bad-target");
  }

  @Test
  void connectToAnythingButHostAndPort() {
    for (String target :
        new String[] {"/", "a.example", ":443", "a.example:", "http://a:443", "u@a:443", "a:4x"}) {
      refuses(line("CONNECT " + target + " HTTP/1.1"), 400, "bad-connect-target");
    }
  }

  @Test
  void connectWithABody() {
    String head = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n";
    refuses(head + "Content-Length: 5\r\n\r\n", 400, "connect-with-body");
    refuses(head + "Transfer-Encoding: chunked\r\n\r\n", 400, "connect-with-body");
  }

  @Test
  void methodsThatAreNoTokens() {
    refuses(line("G(T / HTTP/1.1"), 400, "bad-method");
    refuses(line(" GET / HTTP/1.1"), 400, "bad-method");
    refuses(line("\u00c4 / HTTP/1.1"), 400, "bad-method");
    refuses(line("GET:\t/ HTTP/1.1"), 400, "bad-method");
    refuses(line("GET"), 400, "bad-request-line");
    refuses(line("GET /"), 400, "bad-request-line");
  }

  @Test
  void versionsOtherThan10And11() {
    for (String version : new String[] {"0.9", "1.2", "2.0", "3.0", "2", "9.9"}) {
      refuses(line("GET / HTTP/" + version), 505, "unsupported-version");
    }
    for (String version :
        new String[] {"http/1.1", "HTTP/1.1x", "HTTP/1,1", "HTTP/11", "HTCPCP/1"}) {
      refuses(line("GET / " + version), 400, "bad-version");
    }
  }

  @Test
  void theHttp2PrefaceIsToldWhatToDo() {
    refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http2-preface");
  }

  @Test
  void tlsWithoutATunnelIsToldAtItsFirstByte() {
    refuses("\u0016\u0003\u0001", 400, "tls-where-http");
  }

  @Test
  void oneEmptyLineBeforeARequestIsToleratedAndNoMore() throws Exception {
    RequestHead head = Wire.input("\r\n" + line("GET /a HTTP/1.1")).readRequest(Limits.DEFAULT);
    assertThat(head).isNotNull();
    assertThat(head.target()).isEqualTo("/a");
    refuses("\r\n\r\n" + line("GET / HTTP/1.1"), 400, "extra-empty-line");
  }

  @Test
  void noReasonRepeatsWhatTheClientSent() {
    for (String odd :
        new String[] {
          line("G(canary / HTTP/1.1"),
          line("GET canary HTTP/1.1"),
          line("GET / canary"),
          with("canary"),
          with("can ary: 1"),
          with("Content-Length: canary"),
          with("Transfer-Encoding: canary")
        }) {
      try {
        throw new AssertionError(Wire.input(odd).readRequest(Limits.DEFAULT));
      } catch (Refusal refusal) {
        assertThat(refusal.reason() + refusal.mend() + refusal).doesNotContain("canary");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
