package dev.pale.gateway.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedactorTest {
  static final String REAL = "sk-proj-r3alV4lue/With+Sl4sh\"Quote";
  static final String FAKE = "sk-proj-0000000000000000000000fake";
  private static final SecretName KEY = new SecretName("API_KEY");
  private static final SecretName OTHER = new SecretName("OTHER_KEY");

  private final Redactor redactor = new Redactor(List.of(item(KEY, REAL, FAKE)));
  private final Tally tally = new Tally();

  @Test
  void theValueBecomesThePlaceholderInEveryRendering() {
    String basic = Base64.getEncoder().encodeToString(bytes("user:" + REAL + ":tail"));
    List<String> renderings =
        List.of(
            REAL,
            Base64.getEncoder().encodeToString(bytes(REAL)),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(REAL)),
            HexFormat.of().formatHex(bytes(REAL)),
            HexFormat.of().withUpperCase().formatHex(bytes(REAL)),
            URLEncoder.encode(REAL, StandardCharsets.UTF_8),
            REAL.replace("\"", "\\\""),
            REAL.replace("\"", "\\\"").replace("/", "\\/"));
    for (String rendering : renderings) {
      assertThat(body("{\"a\":\"" + rendering + "\"}", Framing.CHUNKED))
          .isEqualTo("{\"a\":\"" + FAKE + "\"}");
    }
    String cleaned = body(basic, Framing.CHUNKED);
    assertThat(cleaned).contains(FAKE).hasSizeLessThan(basic.length());
    assertThat(new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8))
        .contains(REAL);
    assertThat(tally.found(KEY)).isEqualTo(renderings.size() + 1L);
    assertThat(redactor.found(KEY)).isEqualTo(renderings.size() + 1L);
  }

  @Test
  void aLongBodyOfKnownLengthKeepsIt() {
    String text = "x" + REAL + "y" + HexFormat.of().formatHex(bytes(REAL)) + "z";
    ResponseHead head = head(new Framing.Length(Redactor.COLLECTED_BYTES + 1));
    BodyRedactor body = redactor.body(head, tally);

    assertThat(body.keepsLength()).isTrue();
    assertThat(run(body, bytes(text), 7)).isEqualTo("x" + FAKE + "y" + FAKE + FAKE + "z");
    assertThat(tally.bytes()).isEqualTo(text.length());
    assertThat(redactor.body(head(new Framing.Length(20)), tally).keepsLength()).isFalse();
  }

  @Test
  void aPlaceholderOfAnotherLengthIsRepeatedOrCut() {
    Redactor shorter = new Redactor(List.of(item(KEY, "0123456789", "abc")));
    Redactor longer = new Redactor(List.of(item(KEY, "0123456789", "abcdefghijklmnop")));

    assertThat(run(shorter.stream(tally, true), bytes("-0123456789-"), 1))
        .isEqualTo("-abcabcabca-");
    assertThat(run(longer.stream(tally, true), bytes("-0123456789-"), 5)).isEqualTo("-abcdefghij-");
  }

  @Test
  void whereValuesOverlapThePlaceholderGoesOn() {
    Redactor overlapping =
        new Redactor(
            List.of(item(KEY, "abcd-efgh", "0123456789ABCDEF"), item(OTHER, "efgh-ijkl", "other")));
    for (int piece = 1; piece < 15; piece++) {
      assertThat(run(overlapping.stream(tally, true), bytes("abcd-efgh-ijkl"), piece))
          .isEqualTo("0123456789ABCD");
      assertThat(run(overlapping.stream(tally, false), bytes("abcd-efgh-ijkl"), piece))
          .isEqualTo("0123456789ABCDEF");
    }
  }

  @Test
  void onlyABeginningOfTheValueIsHeldBack() {
    BodyRedactor body = redactor.body(head(Framing.CHUNKED), tally);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] event = bytes("data: {\"t\":1}\n\n");
    body.write(event, 0, event.length, out::write);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("data: {\"t\":1}\n\n");
    byte[] begun = bytes("data: sk-proj");
    body.write(begun, 0, begun.length, out::write);
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("\n\ndata: ");
    byte[] other = bytes("ect");
    body.write(other, 0, other.length, out::write);
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("data: sk-project");
  }

  @Test
  void valuesThatAreSharedCountForAllTheirNames() {
    Redactor shared = new Redactor(List.of(item(KEY, REAL, FAKE), item(OTHER, REAL, "another")));

    assertThat(run(shared.stream(tally, false), bytes(REAL), 3)).isEqualTo(FAKE);
    assertThat(tally.found()).isEqualTo(1);
    assertThat(tally.bySecret()).containsEntry(KEY, 1L).containsEntry(OTHER, 1L);
    assertThat(shared.found(OTHER)).isEqualTo(1);
  }

  @Test
  void severalValuesOfOneNameEachHaveTheirPlaceholder() {
    Redactor both =
        new Redactor(
            List.of(item(KEY, "first-value-1", "one"), item(KEY, "second-value-2", "two")));

    assertThat(run(both.stream(tally, false), bytes("second-value-2,first-value-1"), 4))
        .isEqualTo("two,one");
    assertThat(both.found(KEY)).isEqualTo(2);
  }

  @Test
  void trivialValuesAreToldAndNotLookedFor() {
    Redactor trivial =
        new Redactor(List.of(item(KEY, "abc", "xyz"), item(OTHER, "localhost", "otherhost")));

    assertThat(trivial.isEmpty()).isTrue();
    assertThat(trivial.skipped())
        .containsExactly(
            new Redactor.Skipped(KEY, Needles.Reason.TOO_SHORT),
            new Redactor.Skipped(OTHER, Needles.Reason.COMMON_WORD));
  }

  @Test
  void withoutValuesEverythingPassesStillEncoded() {
    Redactor none = new Redactor(List.of());
    ResponseHead head = head(Framing.CHUNKED, "Content-Encoding", "br", "Digest", "x");
    BodyRedactor body = none.body(head, tally);

    assertThat(body.decodes()).isFalse();
    assertThat(run(body, bytes("\u001b[1many"), 2)).isEqualTo("\u001b[1many");
    assertThat(none.headers(head, tally).first("content-encoding")).isEqualTo("br");
    assertThat(none.headers(head, tally).first("digest")).isEqualTo("x");
    assertThat(tally.bytes()).isEqualTo(7);
  }

  @Test
  void fieldsAndReasonAreRedacted() {
    ResponseHead head =
        new ResponseHead(
            302,
            "Found " + REAL,
            1,
            new Headers()
                .add(
                    "Location",
                    "https://x.example/?k=" + URLEncoder.encode(REAL, StandardCharsets.UTF_8))
                .add("Set-Cookie", "k=" + REAL + "; HttpOnly")
                .add("Link", "<https://x/" + REAL + ">; rel=next")
                .add("WWW-Authenticate", "Basic realm=\"git\"")
                .add("X-" + HexFormat.of().formatHex(bytes(REAL)), "1")
                .add("X-Clean", "clean"),
            Framing.NONE);

    ResponseHead clean = redactor.head(head, tally);

    assertThat(clean.reason()).isEqualTo("Found " + FAKE);
    Headers h = clean.headers();
    assertThat(h.first("location")).isEqualTo("https://x.example/?k=" + FAKE);
    assertThat(h.first("set-cookie")).isEqualTo("k=" + FAKE + "; HttpOnly");
    assertThat(h.first("link")).isEqualTo("<https://x/" + FAKE + ">; rel=next");
    assertThat(h.first("www-authenticate")).isEqualTo("Basic realm=\"git\"");
    assertThat(h.first("x-clean")).isEqualTo("clean");
    assertThat(h.size()).isEqualTo(5);
    assertThat(tally.found(KEY)).isEqualTo(5);
  }

  @Test
  void aPlaceholderOfSeveralLinesStaysOneField() {
    Redactor lines = new Redactor(List.of(item(KEY, REAL, "one\r\nX-Injected: 1")));
    Headers h = lines.headers(head(Framing.CHUNKED, "X-Echo", REAL), tally);

    assertThat(h.first("x-echo")).isEqualTo("one  X-Injected: 1");
  }

  @Test
  void whatLeadsAroundTheGatewayOrBelongsToTheHopIsDropped() {
    ResponseHead head =
        head(
            Framing.CHUNKED,
            "Alt-Svc",
            "h3=\":443\"",
            "Alternate-Protocol",
            "443:quic",
            "Public-Key-Pins",
            "x",
            "Public-Key-Pins-Report-Only",
            "x",
            "Connection",
            "keep-alive, X-Hop",
            "X-Hop",
            "1",
            "Keep-Alive",
            "timeout=5",
            "Proxy-Authenticate",
            "Basic",
            "Proxy-Connection",
            "close",
            "TE",
            "trailers",
            "Trailer",
            "X-T",
            "Transfer-Encoding",
            "chunked",
            "Upgrade",
            "h2c",
            "Content-Length",
            "5",
            "Content-MD5",
            "x",
            "Digest",
            "x",
            "Repr-Digest",
            "x",
            "Content-Digest",
            "x",
            "Accept-Ranges",
            "bytes",
            "Strict-Transport-Security",
            "max-age=1",
            "ETag",
            "\"e\"",
            "Content-Type",
            "text/plain");
    Headers h = redactor.headers(head, tally);

    assertThat(h.toString()).isEqualTo("[Strict-Transport-Security, ETag, Content-Type]");
    assertThat(
            redactor
                .trailers(new Headers().add("Alt-Svc", "x").add("X-T", "k" + REAL), tally)
                .first("x-t"))
        .isEqualTo("k" + FAKE);
  }

  @Test
  void anUpgradeStaysOnlyOnASwitch() {
    ResponseHead head =
        new ResponseHead(
            101,
            "",
            1,
            new Headers().add("Connection", "upgrade").add("Upgrade", "websocket"),
            Framing.NONE);
    Headers h = redactor.headers(head, tally);

    assertThat(h.first("upgrade")).isEqualTo("websocket");
    assertThat(h.first("connection")).isEqualTo("Upgrade");
  }

  @Test
  void theLengthOfWhatHasNoBodyStays() {
    assertThat(
            redactor
                .headers(head(Framing.NONE, "Content-Length", "5"), tally)
                .first("content-length"))
        .isEqualTo("5");
    Headers encoded =
        redactor.headers(
            head(Framing.NONE, "Content-Length", "5", "Content-Encoding", "gzip"), tally);
    assertThat(encoded.size()).isZero();
    assertThat(
            run(redactor.body(head(Framing.NONE, "Content-Encoding", "br"), tally), new byte[0], 1))
        .isEmpty();
  }

  @Test
  void partsAreRefused() {
    ResponseHead part = new ResponseHead(206, "", 1, new Headers(), new Framing.Length(10));
    assertThatThrownBy(() -> redactor.body(part, tally))
        .isInstanceOfSatisfying(
            Refusal.class, r -> assertThat(r.code()).isEqualTo("unasked-partial"));
    assertThat(
            Redactor.isPartial(
                head(Framing.CHUNKED, "Content-Type", "Multipart/ByteRanges; boundary=x")))
        .isTrue();
    assertThat(Redactor.isPartial(head(Framing.CHUNKED, "Content-Type", "text/html"))).isFalse();
    // Whatever the status says; other units are a service's own paging, 416 has no part.
    assertThat(Redactor.isPartial(head(Framing.CHUNKED, "Content-Range", "Bytes 0-9/20"))).isTrue();
    assertThat(Redactor.isPartial(head(Framing.CHUNKED, "Content-Range", "0-24/3573"))).isFalse();
    Headers none = new Headers();
    none.add("Content-Range", "bytes */20");
    assertThat(Redactor.isPartial(new ResponseHead(416, "", 1, none, Framing.NONE))).isFalse();
  }

  @Test
  void onlyWhatCanBeDecodedIsAskedFor() {
    assertThat(Redactor.acceptEncoding(null)).isEqualTo("identity");
    assertThat(Redactor.acceptEncoding("")).isEqualTo("identity");
    assertThat(Redactor.acceptEncoding("gzip, deflate, br, zstd")).isEqualTo("gzip, deflate");
    assertThat(Redactor.acceptEncoding("br;q=1.0, GZIP;q=0.8, *;q=0.1")).isEqualTo("gzip");
    assertThat(Redactor.acceptEncoding("gzip;q=0, deflate;q=0.001")).isEqualTo("deflate");
    assertThat(Redactor.acceptEncoding("gzip; q=0.0")).isEqualTo("identity");
    assertThat(Redactor.acceptEncoding("br")).isEqualTo("identity");
  }

  @Test
  void afterCloseNothingPasses() {
    BodyRedactor body = redactor.body(head(Framing.CHUNKED), tally);
    redactor.close();

    assertThatThrownBy(() -> run(body, bytes("clean text"), 4))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> redactor.headers(head(Framing.CHUNKED, "A", "clean"), tally))
        .isInstanceOf(IllegalStateException.class);
    assertThat(tally.bytes()).isZero();
  }

  @Test
  void whatPrintsHoldsNoValue() {
    assertThat(redactor.toString() + item(KEY, REAL, FAKE) + tally).doesNotContain("r3al");
  }

  private String body(String text, Framing framing) {
    return run(redactor.body(head(framing), tally), bytes(text), 5);
  }

  static ResponseHead head(Framing framing, String... fields) {
    Headers headers = new Headers();
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    return new ResponseHead(200, "OK", 1, headers, framing);
  }

  static String run(BodyRedactor body, byte[] bytes, int piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += piece) {
      body.write(bytes, at, Math.min(piece, bytes.length - at), out::write);
    }
    body.finish(out::write);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  static Item item(SecretName name, String real, String placeholder) {
    return new Item(name, SecretValue.copyOf(name.text(), bytes(real)), placeholder);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
