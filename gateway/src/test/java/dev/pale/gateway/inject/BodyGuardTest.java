package dev.pale.gateway.inject;

import static dev.pale.gateway.inject.Rig.FAKE;
import static dev.pale.gateway.inject.Rig.REAL;
import static dev.pale.gateway.inject.Rig.REAL2;
import static dev.pale.gateway.inject.Rig.binding;
import static dev.pale.gateway.inject.Rig.bytes;
import static dev.pale.gateway.inject.Rig.examine;
import static dev.pale.gateway.inject.Rig.request;
import static dev.pale.gateway.inject.Rig.second;
import static dev.pale.gateway.inject.Rig.spellings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.gateway.service.Slot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class BodyGuardTest {
  private static BodyGuard guard(String... fields) {
    return examine(
            request("POST", "/", Framing.CHUNKED, fields),
            binding(new Slot.Scheme("Bearer")),
            second())
        .guard();
  }

  /**
   * Sends a body in pieces that end at the given places; what passed, and whether all of it did.
   */
  private static final class Sent {
    final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    String code = "";

    Sent(BodyGuard guard, byte[] body, int... cuts) {
      try {
        int from = 0;
        for (int cut : cuts) {
          byte[] piece = Arrays.copyOfRange(body, from, cut);
          guard.write(piece, 0, piece.length, passed::write);
          Arrays.fill(piece, (byte) 'X');
          from = cut;
        }
        guard.write(body, from, body.length - from, passed::write);
        guard.finish(passed::write);
      } catch (Refusal refusal) {
        code = refusal.code();
        assertThat(refusal.isAlarm()).isTrue();
        // Once refused, always refused.
        try {
          guard.write(body, 0, 1, passed::write);
          fail("it went on");
        } catch (Refusal again) {
          assertThat(again.code()).isEqualTo(code);
        }
      }
    }
  }

  @Test
  void nothing_of_a_secret_passes_however_it_is_split() {
    BodyGuard guard = guard();
    for (String secret : List.of(FAKE, REAL)) {
      String code = secret.equals(FAKE) ? "placeholder-wrong-slot" : "secret-leaving";
      for (String spelling : spellings(secret)) {
        String before = "{\"a\\n%41\":\"";
        byte[] body = bytes(before + spelling + "\"} and more");
        int end = before.length() + spelling.length();
        for (int first = 0; first < end; first++) {
          for (int step : new int[] {1, 7, body.length}) {
            int second = Math.min(body.length, first + step);
            guard.reset();
            Sent sent = new Sent(begin(guard), body, first, second);
            assertThat(sent.code).as(spelling + " at " + first).isEqualTo(code);
            String passed = sent.passed.toString(StandardCharsets.ISO_8859_1);
            assertThat(before + "xx")
                .as(spelling)
                .startsWith(passed.substring(0, Math.min(passed.length(), before.length())));
            assertThat(passed.length())
                .as(spelling + " at " + first + " passed " + passed)
                .isLessThanOrEqualTo(before.length() + 3);
          }
        }
      }
    }
  }

  private static BodyGuard begin(BodyGuard guard) {
    return guard.begin(Rig.to(Rig.HOST), true, "", "the body", new java.util.BitSet());
  }

  @Test
  void one_byte_at_a_time_is_the_same() {
    for (String spelling : spellings(REAL)) {
      byte[] body = bytes("a" + spelling);
      int[] cuts = new int[body.length];
      for (int i = 0; i < cuts.length; i++) {
        cuts[i] = i;
      }
      assertThat(new Sent(guard(), body, cuts).code).as(spelling).isEqualTo("secret-leaving");
    }
  }

  @Test
  void everything_else_passes_unchanged_and_what_may_not_never_does() {
    Random random = new Random(11);
    String[] pieces = {
      "%",
      "%2",
      "%25",
      "%2525",
      "%73",
      "%73k",
      "sk-",
      "sk-proj-",
      "\\",
      "\\u",
      "\\u0073",
      "\\u00",
      "\\n",
      "\\\\",
      "s",
      "k",
      "-",
      REAL.substring(0, 20),
      FAKE.substring(0, 30),
      "f00d",
      "%66%30",
      "c2stcHJvai",
      "\u001b",
      "\u001b[0m",
      "x",
      "0123456789",
      "\r\n",
      "%E4%BD%A0",
      "\\u4f60",
      FAKE.substring(1),
      REAL.substring(1),
      REAL2.substring(0, 39)
    };
    BodyGuard guard = guard();
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      boolean bad = round % 4 == 0;
      if (bad) {
        List<String> spelled = spellings(random.nextBoolean() ? FAKE : REAL);
        text.append(' ').append(spelled.get(random.nextInt(spelled.size()))).append(' ');
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] body = bytes(text.toString());
      int[] cuts = random.ints(random.nextInt(4), 0, body.length + 1).sorted().toArray();
      Sent sent = new Sent(begin(guard), body, cuts);
      if (bad) {
        assertThat(sent.code).as(text.toString()).isNotEmpty();
      } else if (sent.code.isEmpty()) {
        assertThat(sent.passed.toByteArray()).as(text.toString()).isEqualTo(body);
      } else {
        // Pieces may have made one by chance: then one look over the whole finds it as well.
        assertThat(new Sent(begin(guard), body).code).as(text.toString()).isEqualTo(sent.code);
      }
    }
  }

  @Test
  void what_is_no_beginning_of_anything_is_not_held_back() {
    BodyGuard guard = guard();
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    byte[] event = bytes("data: {\"a\":\"\\n%20 \"}\n\n");
    for (int i = 1; i <= 10; i++) {
      guard.write(event, 0, event.length, passed::write);
      assertThat(passed.size()).isEqualTo(i * event.length);
    }
    byte[] half = bytes("x" + REAL.substring(0, 12));
    guard.write(half, 0, half.length, passed::write);
    assertThat(passed.size()).isEqualTo(10 * event.length + 1);
    guard.write(event, 0, event.length, passed::write);
    assertThat(passed.size()).isEqualTo(11 * event.length + half.length);
  }

  @Test
  void what_is_held_back_stays_short_in_the_longest_body() {
    BodyGuard guard = guard();
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    byte[] piece = bytes("%73k-pr%6fj-" + "\\u0073k-".repeat(3));
    for (int i = 1; i <= 2000; i++) {
      guard.write(piece, 0, piece.length, passed::write);
      assertThat(i * piece.length - passed.size()).isLessThan(60);
    }
    guard.finish(passed::write);
    assertThat(passed.size()).isEqualTo(2000 * piece.length);
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] body, boolean bare) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate = new DeflaterOutputStream(out, new Deflater(6, bare))) {
      deflate.write(body);
    }
    return out.toByteArray();
  }

  @Test
  void compressed_bodies_are_looked_into_and_sent_as_they_are() throws IOException {
    byte[] good = bytes("{\"a\":\"" + "b".repeat(70_000) + "\"}");
    byte[] bad = bytes("{\"a\":\"" + REAL + "\"}");
    List<String> codings = List.of("gzip", "x-gzip", "GZIP", "deflate", "deflate");
    List<byte[]> goods =
        List.of(gzip(good), gzip(good), gzip(good), deflate(good, false), deflate(good, true));
    List<byte[]> bads =
        List.of(gzip(bad), gzip(bad), gzip(bad), deflate(bad, false), deflate(bad, true));
    for (int i = 0; i < codings.size(); i++) {
      byte[] body = goods.get(i);
      for (int cut = 0; cut < body.length; cut += 1 + cut / 20) {
        Sent sent = new Sent(guard("Content-Encoding", codings.get(i)), body, cut);
        assertThat(sent.code).isEmpty();
        assertThat(sent.passed.toByteArray()).isEqualTo(body);
      }
      body = bads.get(i);
      for (int cut = 0; cut < body.length; cut++) {
        Sent sent = new Sent(guard("Content-Encoding", codings.get(i)), body, cut);
        assertThat(sent.code).as(codings.get(i) + " " + cut).isEqualTo("secret-leaving");
        assertThat(sent.passed.size()).isLessThan(body.length);
      }
    }
  }

  @Test
  void every_member_of_a_gzip_file_is_looked_into() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip(bytes("first")));
    byte[] named = gzip(bytes("second " + REAL2));
    // With a name, a comment, an extra field and a header check.
    byte[] head = Arrays.copyOf(named, 10);
    head[3] = 4 | 8 | 16 | 2;
    members.write(head);
    members.write(new byte[] {3, 0, 'a', 'b', 'c'});
    members.write(bytes("name\0comment\0"));
    members.write(new byte[] {1, 2});
    members.write(named, 10, named.length - 10);
    Sent sent = new Sent(guard("Content-Encoding", "gzip"), members.toByteArray(), 5, 40);
    assertThat(sent.code).isEqualTo("secret-leaving");
  }

  @Test
  void what_does_not_inflate_or_inflates_without_end_is_refused() throws IOException {
    byte[] cut = Arrays.copyOf(gzip(bytes("hello hello hello")), 20);
    for (byte[] body : List.of(cut, bytes("no gzip at all, really not"))) {
      try {
        wholeGzip(body);
        fail("it passed");
      } catch (Refusal refusal) {
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("undecodable-body");
      }
    }
    try {
      wholeGzip(gzip(new byte[65 << 20]));
      fail("it passed");
    } catch (Refusal refusal) {
      assertThat(refusal.status()).isEqualTo(413);
    }
  }

  /** A whole gzip body through the same door as the proxy's. */
  private static void wholeGzip(byte[] body) {
    examine(
            request("POST", "/", Framing.CHUNKED, "Content-Encoding", "gzip"),
            binding(new Slot.Scheme("Bearer")))
        .editBody(body);
  }

  @Test
  void other_codings_pass() {
    byte[] body = bytes("anything, " + "not looked into".repeat(3));
    Sent sent = new Sent(guard("Content-Encoding", "br"), body);
    assertThat(sent.passed.toByteArray()).isEqualTo(body);
  }
}
