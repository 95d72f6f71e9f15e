package dev.pale.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.http.Wire.Conversation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class HttpPropertyTest {
  private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCXYZ";

  /** Between them they have every part that a head can have. */
  static final List<String> VALID =
      List.of(
          "GET /a/b?c=d HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n",
          "POST /v1/x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\nX-A: b, c\r\n\r\nhello",
          "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\n\r\n"
              + "5;e=f\r\nhello\r\n0\r\nX-T: u\r\n\r\n",
          "PUT http://a.example/ HTTP/1.0\r\nContent-Length: 1\r\n\r\n\nGET / HTTP/1.1\r\n"
              + "Host: b\r\n\r\n",
          "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
          "\r\nOPTIONS * HTTP/1.1\r\nhost:\r\ncontent-length: 0\r\n\r\n");

  @Property(tries = 2000)
  void whatIsWrittenIsReadBackEqual(
      @ForAll("heads") RequestHead head, @ForAll("bodies") byte[] content) throws IOException {
    byte[] body =
        switch (head.framing()) {
          case Framing.None none -> new byte[0];
          case Framing.Length length -> new byte[(int) length.bytes()];
          default -> content;
        };
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    HttpOutput out = new HttpOutput(sent, 64 + content.length % 200);
    Wire.write(out, head, body);
    Wire.write(out, head, body);
    Conversation read = Wire.requests(new ByteArrayInputStream(sent.toByteArray()), 128, 33);
    assertThat(read.end()).isEqualTo("end");
    assertThat(read.messages()).containsExactly(Wire.message(head, body), Wire.message(head, body));
  }

  @Property(tries = 1000)
  void anyCutGivesTheSame(
      @ForAll("heads") RequestHead head, @ForAll("bodies") byte[] body, @ForAll int place)
      throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Framing framing = head.framing();
    Wire.write(
        new HttpOutput(sent, 64),
        head,
        framing instanceof Framing.Length length
            ? new byte[(int) length.bytes()]
            : framing instanceof Framing.None ? new byte[0] : body);
    byte[] raw = sent.toByteArray();
    Conversation whole = Wire.requests(new ByteArrayInputStream(raw), 4096, 4096);
    int at = Math.floorMod(place, raw.length);
    assertThat(Wire.requests(Wire.split(raw, at), 64, 5)).isEqualTo(whole);
    raw[at] ^= (byte) (1 << (place & 7));
    Oracle.requests(raw);
  }

  @Test
  void everySplitOfEachExampleGivesTheSame() {
    for (String example : VALID) {
      byte[] raw = Wire.bytes(example + example);
      Conversation whole = Wire.requests(new ByteArrayInputStream(raw), 4096, 4096);
      for (int at = 1; at < raw.length; at++) {
        assertThat(Wire.requests(Wire.split(raw, at), 64 + at, 4096)).isEqualTo(whole);
      }
    }
  }

  /** Whatever a single changed byte does: a refusal, or a message that cannot be read otherwise. */
  @Test
  void everySingleChangedByteIsRefusedOrReadInOneWay() throws IOException {
    int accepted = 0;
    int refused = 0;
    for (String example : VALID) {
      byte[] raw = Wire.bytes(example);
      assertThat(Oracle.requests(raw).end()).isEqualTo("end");
      for (int at = 0; at < raw.length; at++) {
        byte was = raw[at];
        for (int value = 0; value < 256; value++) {
          raw[at] = (byte) value;
          if (Oracle.requests(raw).end().equals("end")) {
            accepted++;
          } else {
            refused++;
          }
        }
        raw[at] = was;
      }
    }
    assertThat(accepted).isGreaterThan(10_000);
    assertThat(refused).isGreaterThan(10_000);
  }

  /** A changed byte of a head never makes two requests of one. */
  @Test
  void noSingleChangedByteOfAHeadSplitsARequest() throws IOException {
    String head =
        "POST /a HTTP/1.1\r\nHost: a.example\r\nX: GET /evil HTTP/1.1\r\nContent-Length: 36\r\n\r\n";
    String body = "GET /evil HTTP/1.1\r\nHost: evil\r\n\r\nab";
    assertThat(body).hasSize(36);
    byte[] raw = Wire.bytes(head + body);
    for (int at = 0; at < head.length(); at++) {
      boolean declaresLength = at >= head.indexOf("Content-Length") && at < head.length() - 2;
      byte was = raw[at];
      for (int value = 0; value < 256; value++) {
        raw[at] = (byte) value;
        Conversation read = Oracle.requests(raw);
        // A changed Content-Length is another message, in which all readers agree.
        if (!declaresLength && !read.messages().isEmpty()) {
          assertThat(read.messages()).hasSize(1);
          assertThat(read.messages().getFirst().body()).isEqualTo(body);
        }
      }
      raw[at] = was;
    }
  }

  @Provide
  Arbitrary<byte[]> bodies() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(700);
  }

  @Provide
  Arbitrary<RequestHead> heads() {
    Arbitrary<String> methods =
        Arbitraries.oneOf(
            Arbitraries.of("GET", "POST", "PUT", "DELETE"),
            token(8).filter(method -> !method.equals("CONNECT")));
    Arbitrary<String> targets =
        Arbitraries.strings().withCharRange('!', '~').ofMaxLength(60).map(HttpPropertyTest::origin);
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.of("Accept", "authorization", "User-Agent", "X-Api-Key", "Cookie"),
            token(20).filter(name -> !decides(name)));
    Arbitrary<String> values =
        Arbitraries.strings()
            .withCharRange(' ', '~')
            .withCharRange('\u0080', '\u00ff')
            .withChars('\t')
            .ofMaxLength(60)
            .map(HttpPropertyTest::trimmed);
    Arbitrary<List<String>> fields =
        Combinators.combine(names, values)
            .as((name, value) -> name + "=" + value)
            .list()
            .ofMaxSize(12);
    return Combinators.combine(
            methods,
            targets,
            fields,
            Arbitraries.integers().between(0, 3),
            Arbitraries.integers().between(0, 400))
        .as(HttpPropertyTest::head);
  }

  private static Arbitrary<String> token(int most) {
    return Arbitraries.strings().withChars(TOKEN.toCharArray()).ofMinLength(1).ofMaxLength(most);
  }

  private static String origin(String text) {
    return "/" + text.replace('#', '?');
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean decides(String name) {
    return List.of("host", "content-length", "transfer-encoding").stream()
        .anyMatch(name::equalsIgnoreCase);
  }

  private static RequestHead head(
      String method, String target, List<String> fields, int kind, int length) {
    Headers headers = new Headers();
    List<String> all = new ArrayList<>(fields);
    all.add(fields.size() / 2, "Host=a.example");
    Framing framing = Framing.NONE;
    if (kind == 1 || kind == 2) {
      framing = new Framing.Length(kind == 1 ? 0 : length);
      all.add("Content-Length=" + (kind == 1 ? 0 : length));
    } else if (kind == 3) {
      framing = Framing.CHUNKED;
      all.add(0, "transfer-encoding=chunked");
    }
    for (String field : all) {
      int equals = field.indexOf('=');
      headers.add(field.substring(0, equals), field.substring(equals + 1));
    }
    return new RequestHead(method, RequestHead.Form.ORIGIN, target, 1, headers, framing);
  }
}
