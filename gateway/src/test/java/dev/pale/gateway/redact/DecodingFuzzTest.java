package dev.pale.gateway.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Needles;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Compressed data that somebody damaged: what comes out of it is searched like any other. */
final class DecodingFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void noDamagedCodingLetsAValueThrough(FuzzedDataProvider data) {
    byte[] real = "s3cr3t-v4lue-0123456789".getBytes(StandardCharsets.US_ASCII);
    boolean gzip = data.consumeBoolean();
    byte[] text = RedactorFuzzTest.text(data, List.of(real));
    byte[] coded = gzip ? DecodingTest.gzip(text) : DecodingTest.deflate(text, false);
    int changes = data.consumeInt(0, 4);
    for (int i = 0; i < changes; i++) {
      coded[data.consumeInt(0, coded.length - 1)] = data.consumeByte();
    }
    coded = data.consumeBoolean() ? Arrays.copyOf(coded, coded.length / 2) : coded;
    Headers headers = new Headers().add("Content-Encoding", gzip ? "gzip" : "deflate");
    ResponseHead head = new ResponseHead(200, "", 1, headers, Framing.CHUNKED);
    SecretName name = new SecretName("S");
    try (Redactor redactor =
            new Redactor(List.of(new Item(name, SecretValue.copyOf("S", real), "\u0002\u0002")));
        Needles needles = Needles.builder().add("S", real).build();
        BodyRedactor body = redactor.body(head, new Tally())) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        int piece = data.consumeInt(1, 64);
        for (int at = 0; at < coded.length; at += piece) {
          body.write(coded, at, Math.min(piece, coded.length - at), out::write);
        }
        body.finish(out::write);
      } catch (Refusal cut) {
        assertThat(cut.code()).isEqualTo("undecodable-response");
      }
      assertThat(RedactorFuzzTest.occurs(needles, out.toByteArray())).isFalse();
    }
  }
}
