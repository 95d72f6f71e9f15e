package dev.pale.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.http.ReferenceServers.Answers;
import dev.pale.gateway.http.ReferenceServers.Reading;
import dev.pale.gateway.http.ReferenceServers.Server;
import dev.pale.gateway.http.Wire.Conversation;
import dev.pale.gateway.http.Wire.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Whatever we accept, other servers that accept it too must read as we do: the same method, target
 * and fields, the same body, and the next request at the same place. Otherwise one of them could be
 * shown a request that the gateway never judged.
 *
 * <p>That we refuse more than they do is intended, and only counted.
 */
final class DifferentialTest {
  private static final String NEXT =
      "GET /next HTTP/1.1\r\nHost: next.example\r\nX-Next: 1\r\nConnection: close\r\n\r\n";

  private static final String[] SPICES = {
    "\r",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\0",
    ":",
    ",",
    ";",
    "0",
    "+",
    "-",
    "x",
    "5",
    "\u000b",
    "\f",
    "\u0085",
    "\u00a0",
    "\u00ff",
    "\"",
    "\\",
    "%",
    "?",
    "/",
    "//",
    "@",
    "#",
    "_",
    "chunked",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Host: b\r\n",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "X_A: b\r\n",
    "\r\n\r\n",
    "0\r\n\r\n",
    "HTTP/1.0",
    "GET / HTTP/1.1\r\nHost: c\r\n\r\n"
  };

  private static final List<String> TRICKY =
      List.of(
          "GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /a%00b/%2e%2e/c HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET //a//b;c=d?e=[f]&g={h}|i^ HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /\\a HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET http://a.example HTTP/1.1\r\nHost: b.example\r\n\r\n",
          "GET http://a.example?x=y HTTP/1.1\r\nHost: a.example\r\n\r\n",
          "GET http://a.example:81/x/../y HTTP/1.1\r\nHost: a.example\r\n\r\n",
          "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
          "DELETE /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
          "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
          "GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\n\r\n",
          "POST /x HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc",
          "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
          "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length:\t3 \t\r\n\r\nabc",
          "POST /x HTTP/1.1\r\nHost: a\r\ncOnTeNt-LeNgTh:3\r\n\r\nabc",
          "POST /x HTTP/1.1\r\nHost: a\r\nContent_Length: 3\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length : 5\r\n\r\nabc",
          "POST /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\tContent-Length: 3\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3;a=b;c\r\nabc\r\nA\r\n0123456789\r\n000;d\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n0\r\nX-T: y\r\nX-U:\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3;"
              + "x".repeat(200)
              + "\r\nabc\r\n0\r\n\r\n",
          "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
              + "0000000000000003\r\nabc\r\n0\r\n\r\n",
          "GET / HTTP/1.1\r\nHost:\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a:80:81\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer  x  y \t\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: \u0080\u0085\u00a0\u00ff\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: \u0085y\u0085\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: \u00a0y\u00a0\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~: y\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: y:z: =;,\"\\\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nX: z\r\nx: \r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X\r\n\r\n",
          "get / HTTP/1.1\r\nHost: a\r\n\r\n",
          "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n",
          "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

  @Test
  void whateverWeAcceptOthersReadAsWeDo() throws Exception {
    List<byte[]> corpus = corpus();
    Map<Server, int[]> counts = new EnumMap<>(Server.class);
    List<String> differences = new ArrayList<>();
    try (ReferenceServers servers = new ReferenceServers();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Server server : Server.values()) {
        List<Future<Answers>> answers = new ArrayList<>();
        for (byte[] raw : corpus) {
          answers.add(threads.submit(() -> servers.ask(server, raw)));
        }
        int[] count = new int[4];
        counts.put(server, count);
        for (int i = 0; i < corpus.size(); i++) {
          Answers answer = answers.get(i).get(30, TimeUnit.SECONDS);
          compare(server, corpus.get(i), answer, count, differences);
        }
      }
    }
    for (Map.Entry<Server, int[]> each : counts.entrySet()) {
      int[] count = each.getValue();
      System.out.println(
          "%s and we on %d connections: %d requests read alike, %d refused by us alone, %d by it alone"
              .formatted(each.getKey(), corpus.size(), count[0], count[1], count[2]));
      assertThat(count[0]).as("read alike by us and %s", each.getKey()).isGreaterThan(100);
    }
    assertThat(differences).isEmpty();
  }

  private static void compare(
      Server server, byte[] raw, Answers answers, int[] count, List<String> differences) {
    Conversation ours = Wire.requests(new ByteArrayInputStream(raw), 4096, 4096);
    List<Reading> theirs = answers.readings();
    int common = Math.min(ours.messages().size(), theirs.size());
    for (int i = 0; i < common; i++) {
      String difference = difference(server, ours.messages().get(i), theirs.get(i));
      if (!difference.isEmpty()) {
        differences.add(tell(server, raw, difference));
        return;
      }
      count[0]++;
    }
    if (theirs.size() > common) {
      count[1]++;
    } else if (ours.messages().size() > common && answers.status() >= 400) {
      count[2]++;
      Message next = ours.messages().get(common);
      // Nobody refuses this one where it stands: it stands elsewhere for them.
      if (next.start().equals("GET ORIGIN /next 1.1") && next.fields().contains("X-Next=1")) {
        differences.add(tell(server, raw, "what follows is refused: " + answers.status()));
      }
    }
  }

  /** In what two readings of a request differ; empty when in nothing. */
  private static String difference(Server server, Message ours, Reading theirs) {
    String[] start = ours.start().split(" ");
    if (!start[0].equals(theirs.method())) {
      return "method " + theirs.method();
    }
    String target =
        switch (server) {
          case NODE -> start[2];
          case NGINX -> path(start[2]);
          case PYTHON -> start[2].startsWith("//") ? withOneSlash(start[2]) : start[2];
        };
    if (!target.equals(theirs.target())) {
      return "target " + theirs.target();
    }
    if (!HexFormat.of().formatHex(ours.body().getBytes(ISO_8859_1)).equals(theirs.bodyHex())) {
      return "body " + theirs.bodyHex();
    }
    Reading own = new Reading("", "", "", ours.fields());
    if (server == Server.NGINX) {
      // It drops names that CGI could not tell apart and sets some fields itself.
      for (String name : List.of("host", "authorization", "x", "x-next")) {
        if (!own.values(name).equals(theirs.values(name))) {
          return "field " + name + " " + theirs.values(name);
        }
      }
      return "";
    }
    return lower(own).equals(lower(theirs)) ? "" : "fields " + theirs.fields();
  }

  /** Python makes one slash of several at the beginning: //host would be a URL elsewhere. */
  private static String withOneSlash(String target) {
    int at = 0;
    while (at < target.length() && target.charAt(at) == '/') {
      at++;
    }
    return target.substring(at - 1);
  }

  private static List<String> lower(Reading reading) {
    return reading.fields().stream().map(DifferentialTest::lower).toList();
  }

  /** Python leaves white space at the end of a value. */
  private static String lower(String field) {
    int equals = field.indexOf('=');
    int end = field.length();
    while (field.charAt(end - 1) == ' ' || field.charAt(end - 1) == '\t') {
      end--;
    }
    return field.substring(0, equals).toLowerCase(Locale.ROOT) + field.substring(equals, end);
  }

  /** The part of a target that is passed on. */
  private static String path(String target) {
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme < 0) {
      return target;
    }
    int at = scheme + 3;
    while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
      at++;
    }
    String rest = target.substring(at);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static String tell(Server server, byte[] raw, String difference) {
    StringBuilder text = new StringBuilder("\n").append(server).append(": ").append(difference);
    text.append(" in ");
    for (byte octet : raw) {
      text.append(
          octet == '\r'
              ? "\\r"
              : octet == '\n'
                  ? "\\n"
                  : octet >= ' ' && octet < 127
                      ? Character.toString(octet)
                      : "\\x%02x".formatted(octet));
    }
    return text.toString();
  }

  private static List<byte[]> corpus() {
    List<byte[]> bases = new ArrayList<>(Seeds.requests().toList());
    TRICKY.forEach(text -> bases.add(Wire.bytes(text)));
    List<byte[]> corpus = new ArrayList<>();
    for (byte[] base : bases) {
      corpus.add(join(base, Wire.bytes(NEXT)));
    }
    Random random = new Random(9112);
    for (int i = 0; i < 500; i++) {
      byte[] base = bases.get(random.nextInt(bases.size()));
      for (int j = random.nextInt(4) / 3; j >= 0; j--) {
        base = mutated(base, random);
      }
      corpus.add(join(base, Wire.bytes(NEXT)));
    }
    return corpus;
  }

  private static byte[] mutated(byte[] base, Random random) {
    int at = random.nextInt(base.length);
    int length = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
    byte[] spice =
        random.nextInt(5) == 0 ? new byte[0] : Wire.bytes(SPICES[random.nextInt(SPICES.length)]);
    int end = Math.min(base.length, at + Math.max(length, spice.length == 0 ? 1 : 0));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(base, 0, at);
    out.writeBytes(spice);
    out.write(base, end, base.length - end);
    return out.size() == 0 ? base : out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
