package dev.pale.gateway.redact;

import static dev.pale.gateway.redact.RedactorTest.FAKE;
import static dev.pale.gateway.redact.RedactorTest.REAL;
import static dev.pale.gateway.redact.RedactorTest.bytes;
import static dev.pale.gateway.redact.RedactorTest.head;
import static dev.pale.gateway.redact.RedactorTest.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.SecretName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class DecodingTest {
  private static final String TEXT = "{\"echo\":\"" + REAL.replace("\"", "\\\"") + "\",\"n\":1}";
  private static final String CLEAN = "{\"echo\":\"" + FAKE + "\",\"n\":1}";

  private final Redactor redactor =
      new Redactor(List.of(item(new SecretName("API_KEY"), REAL, FAKE)));
  private final Tally tally = new Tally();

  @Test
  void eachCodingIsTakenAwayHoweverItIsSplit() {
    byte[] plain = bytes(TEXT);
    byte[] twice = gzip(gzip(plain));
    everySplit("gzip", gzip(plain));
    everySplit("X-GZIP", gzip(plain));
    everySplit("deflate", deflate(plain, false));
    everySplit("deflate", deflate(plain, true));
    everySplit("gzip, gzip", twice);
    everySplit("identity, deflate,, gzip", gzip(deflate(plain, false)));
    everySplit("gzip", memberWithEverything(plain));
  }

  private void everySplit(String coding, byte[] encoded) {
    for (int split = 0; split <= encoded.length; split++) {
      BodyRedactor body = begin(coding);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      body.write(encoded, 0, split, out::write);
      body.write(encoded, split, encoded.length - split, out::write);
      body.finish(out::write);
      assertThat(out).hasToString(CLEAN);
    }
    assertThat(RedactorTest.run(begin(coding), encoded, 1)).isEqualTo(CLEAN);
  }

  @Test
  void severalMembersAreOneBodyAndAValueMayLieAcrossThem() {
    byte[] plain = bytes(TEXT);
    byte[] members =
        join(
            gzip(Arrays.copyOf(plain, 20)),
            gzip(new byte[0]),
            gzip(Arrays.copyOfRange(plain, 20, plain.length)));

    assertThat(RedactorTest.run(begin("gzip"), members, 3)).isEqualTo(CLEAN);
  }

  @Test
  void whatIsFlushedByTheServerComesOutAtOnce() throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    GZIPOutputStream zipped = new GZIPOutputStream(raw, 512, true);
    BodyRedactor body = begin("gzip");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int sent = 0;
    for (int i = 0; i < 5; i++) {
      zipped.write(bytes("data: " + i + "\n\n"));
      zipped.flush();
      byte[] all = raw.toByteArray();
      body.write(all, sent, all.length - sent, out::write);
      sent = all.length;
      assertThat(out.toString()).endsWith("data: " + i + "\n\n");
    }
  }

  @Test
  void anEmptyBodyMayBeCalledEncoded() {
    assertThat(RedactorTest.run(begin("gzip"), new byte[0], 1)).isEmpty();
    assertThat(RedactorTest.run(begin("deflate"), new byte[0], 1)).isEmpty();
  }

  @Test
  void whatCannotBeDecodedIsRefusedBeforeItBegins() {
    for (String coding : List.of("br", "zstd", "compress", "gzip, br", "gzip,gzip,gzip", "x")) {
      refused(() -> begin(coding));
    }
    assertThat(tally.bytes()).isZero();
  }

  @Test
  void damageCutsTheBodyAndPassesNothingUndecoded() {
    byte[] good = gzip(bytes(TEXT));
    refused(() -> RedactorTest.run(begin("gzip"), bytes(TEXT), 9));
    refused(() -> RedactorTest.run(begin("gzip"), Arrays.copyOf(good, good.length - 1), 9));
    refused(() -> RedactorTest.run(begin("gzip"), Arrays.copyOf(good, 5), 9));
    refused(() -> RedactorTest.run(begin("gzip"), join(good, bytes(REAL)), 9));
    refused(() -> RedactorTest.run(begin("gzip"), join(good, new byte[1]), 9));
    byte[] zlib = deflate(bytes(TEXT), false);
    refused(() -> RedactorTest.run(begin("deflate"), join(zlib, bytes(REAL)), 9));
    refused(() -> RedactorTest.run(begin("deflate"), Arrays.copyOf(zlib, zlib.length - 4), 9));
    refused(() -> RedactorTest.run(begin("deflate"), bytes(TEXT), 9));
  }

  @Test
  void everyBrokenByteIsNoticedOrChangesNothing() {
    byte[] good = memberWithEverything(bytes(TEXT));
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) 0x55;
      try {
        assertThat(RedactorTest.run(begin("gzip"), bad, 4)).isEqualTo(CLEAN);
      } catch (Refusal refusal) {
        assertThat(refusal.code()).isEqualTo("undecodable-response");
      }
    }
  }

  @Test
  void afterACutNothingMoreIsTaken() {
    BodyRedactor body = begin("gzip");
    byte[] bad = bytes("this is no gzip");
    refused(() -> body.write(bad, 0, bad.length, (b, off, len) -> {}));
    assertThatThrownBy(() -> body.write(bad, 0, 1, (b, off, len) -> {}))
        .isInstanceOf(IllegalStateException.class);
    body.close();
  }

  @Test
  void theHeadNoLongerSpeaksOfTheCoding() {
    var head = head(Framing.CHUNKED, "Content-Encoding", "gzip", "Vary", "Accept-Encoding");
    assertThat(redactor.headers(head, tally).toString()).isEqualTo("[Vary]");
    assertThat(redactor.body(head, tally).decodes()).isTrue();
  }

  @Test
  void oneByteOfManyThousandsNeedsNoMoreMemory() {
    byte[] bomb = gzip(gzip(new byte[64 * 1024 * 1024]));
    long[] passed = new long[2];
    BodyRedactor body = begin("gzip, gzip");
    body.write(
        bomb,
        0,
        bomb.length,
        (b, off, len) -> {
          passed[0] += len;
          passed[1] = Math.max(passed[1], len);
        });
    body.finish((b, off, len) -> passed[0] += len);

    assertThat(passed[0]).isEqualTo(64L * 1024 * 1024);
    assertThat(passed[1]).isLessThanOrEqualTo(16 * 1024);
  }

  @Test
  void aBodyOf64MebibytesPassesInConstantMemory() {
    Random random = new Random(1);
    byte[] piece = new byte[64 * 1024];
    random.nextBytes(piece);
    byte[] real = bytes(REAL);
    BodyRedactor body = redactor.body(head(new Framing.Length(64L * 1024 * 1024)), tally);
    long[] out = new long[1];
    long most = 0;
    for (int i = 0; i < 1024; i++) {
      System.arraycopy(real, 0, piece, random.nextInt(piece.length - real.length), real.length);
      body.write(piece, 0, piece.length, (b, off, len) -> out[0] += len);
      most = Math.max(most, (i + 1L) * piece.length - out[0]);
    }
    body.finish((b, off, len) -> out[0] += len);

    assertThat(out[0]).isEqualTo(64L * 1024 * 1024);
    assertThat(most).isLessThan(512);
    assertThat(tally.found()).isGreaterThanOrEqualTo(1024);
  }

  private BodyRedactor begin(String coding) {
    return redactor.body(head(Framing.CHUNKED, "Content-Encoding", coding), tally);
  }

  private static void refused(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            r -> {
              assertThat(r.code()).isEqualTo("undecodable-response");
              assertThat(r.status()).isEqualTo(502);
            });
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(out)) {
      zipped.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] deflate(byte[] plain, boolean raw) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(9, raw);
    try (DeflaterOutputStream zipped = new DeflaterOutputStream(out, deflater)) {
      zipped.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  /** A member with extra field, name, comment (which hold the value) and a check of its header. */
  private static byte[] memberWithEverything(byte[] plain) {
    byte[] real = bytes(REAL);
    byte[] head =
        join(
            new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3},
            new byte[] {(byte) real.length, 0},
            real,
            join(real, new byte[1]),
            join(real, new byte[1]));
    CRC32 crc = new CRC32();
    crc.update(head);
    byte[] simple = gzip(plain);
    return join(
        head,
        new byte[] {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)},
        Arrays.copyOfRange(simple, 10, simple.length));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
