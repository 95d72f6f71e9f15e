package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogRow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A part of an encoded body cannot be searched, so it reaches nobody, whoever sends it. */
@Timeout(60)
class PartialAnswersTest {
  private static final String GZIP = "Content-Encoding: gzip\r\n";

  @TempDir Path folder;

  /** The value in gzip, as the last part of a longer body would be sent. */
  private static void part(OutputStream out, String fields) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(Lab.bytes("the key is " + Lab.REAL + "\n"));
    }
    out.write(
        Lab.bytes(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 10-"
                + (packed.size() + 9)
                + "/"
                + (packed.size() + 10)
                + "\r\nContent-Length: "
                + packed.size()
                + "\r\n"
                + fields
                + "\r\n"));
    packed.writeTo(out);
  }

  private static String request(String host, String fields) {
    return "GET /big HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "Connection: close\r\n\r\n";
  }

  /** What the client got must be the refusal alone. */
  private static void assertRefused(Lab lab, String answer, String code) {
    assertThat(answer)
        .startsWith("HTTP/1.1 502 " + code + "\r\n")
        .doesNotContain(Lab.REAL)
        .doesNotContain("\u001f\u008b");
    LogRow row = lab.row();
    assertThat(row.code()).isEqualTo(code);
    assertThat(row.status()).isEqualTo(502);
  }

  @Test
  void an_encoded_part_from_a_server_that_got_the_value_is_refused() throws Exception {
    try (Lab lab = new Lab(folder, (head, in, out) -> part(out, GZIP), List.of())) {
      String with = "Authorization: Bearer " + Lab.FAKE + "\r\nRange: bytes=10-\r\n";
      assertRefused(lab, lab.ask(request("api.lab.test", with)), "unasked-partial");
    }
  }

  @Test
  void an_encoded_part_from_a_server_that_may_know_the_value_is_refused() throws Exception {
    try (Lab lab = new Lab(folder, (head, in, out) -> part(out, GZIP), List.of())) {
      assertRefused(lab, lab.ask(request("api.lab.test", "")), "unasked-partial");
    }
  }

  @Test
  void an_encoded_part_from_any_other_server_is_refused_too() throws Exception {
    try (Lab lab = new Lab(folder, (head, in, out) -> part(out, GZIP), List.of())) {
      String answer = lab.ask("open.lab.test", request("open.lab.test", "Range: bytes=10-\r\n"));
      assertThat(lab.received.getFirst())
          .contains("Range: bytes=10-")
          .contains("Accept-Encoding: identity\r\n");
      assertRefused(lab, answer, "undecodable-response");
    }
  }

  @Test
  void a_coding_in_a_second_field_is_seen() throws Exception {
    String fields = "Content-Encoding: identity\r\n" + GZIP;
    try (Lab lab = new Lab(folder, (head, in, out) -> part(out, fields), List.of())) {
      String answer = lab.ask("open.lab.test", request("open.lab.test", "Range: bytes=10-\r\n"));
      assertRefused(lab, answer, "undecodable-response");
    }
  }

  @Test
  void a_plain_part_from_another_server_passes_and_is_searched() throws Exception {
    try (Lab lab = new Lab(folder, PartialAnswersTest::plainPart, List.of())) {
      String answer = lab.ask("open.lab.test", request("open.lab.test", "Range: bytes=10-\r\n"));
      assertThat(answer)
          .startsWith("HTTP/1.1 206 Partial Content\r\n")
          .contains("rest")
          .doesNotContain(Lab.REAL);
      assertThat(lab.row().found()).isEqualTo(1);
    }
  }

  private static void plainPart(String head, InputStream in, OutputStream out) throws IOException {
    byte[] body = Lab.bytes(Lab.REAL + " and the rest");
    String length = "Content-Length: " + body.length + "\r\n";
    out.write(
        Lab.bytes(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 10-52/53\r\n"
                + length
                + "Content-Encoding: identity\r\n\r\n"));
    out.write(body);
  }
}
