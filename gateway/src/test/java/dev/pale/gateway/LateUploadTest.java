package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RowState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server may answer before a body has come to its end. A real value in what comes after that does
 * not leave, stands in the row, and is an alarm.
 */
@Timeout(60)
class LateUploadTest {
  private static final int BODY_BYTES = 200_000;

  private static final String HEAD =
      "POST /up HTTP/1.1\r\nHost: api.lab.test\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n";

  private static final String LATE = "and now " + Lab.REAL + " and more";

  @TempDir Path folder;

  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /** A server that answers after the first bytes of a body, and takes what still comes. */
  private Lab lab(String answer) throws Exception {
    return new Lab(folder, (head, in, out) -> answerEarly(answer, in, out), List.of());
  }

  private void answerEarly(String answer, InputStream in, OutputStream out) throws IOException {
    body.write(in.readNBytes(10));
    out.write(Lab.bytes(answer));
    out.flush();
    answered.countDown();
    try {
      in.transferTo(body);
    } finally {
      ended.countDown();
    }
  }

  /** Sends the value once the client has seen the whole answer; all that the client got. */
  private static String valueAfterAnswer(Lab lab, String end, long pauseMillis) throws Exception {
    try (Socket socket = lab.tunnel("api.lab.test")) {
      Lab.write(socket, HEAD + "0123456789");
      StringBuilder got = new StringBuilder();
      while (got.indexOf(end) < 0) {
        got.append((char) socket.getInputStream().read());
      }
      Thread.sleep(pauseMillis);
      Lab.write(socket, LATE);
      byte[] rest = socket.getInputStream().readAllBytes();
      return got + new String(rest, StandardCharsets.ISO_8859_1);
    }
  }

  private void assertStopped(Lab lab) throws InterruptedException {
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(body.toString(StandardCharsets.ISO_8859_1)).doesNotContain(Lab.REAL);
    LogRow row = lab.row();
    assertThat(row.state()).isEqualTo(RowState.REFUSED);
    assertThat(row.code()).isEqualTo("secret-leaving");
    assertThat(row.alarm()).isTrue();
    assertThat(lab.alarms).extracting(Alarm::code).containsExactly("secret-leaving");
  }

  @Test
  void after_the_answer_of_a_server_that_wants_no_more() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ndone";
    try (Lab lab = lab(answer)) {
      assertThat(valueAfterAnswer(lab, "done", 0)).startsWith("HTTP/1.1 200 OK\r\n");
      assertStopped(lab);
    }
  }

  @Test
  void after_the_answer_of_a_server_that_goes_on_reading() throws Exception {
    try (Lab lab = lab("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")) {
      // Longer than anybody waits for an upload that nobody reads.
      assertThat(valueAfterAnswer(lab, "done", 500)).startsWith("HTTP/1.1 200 OK\r\n");
      assertStopped(lab);
    }
  }

  @Test
  void while_the_answer_is_on_its_way() throws Exception {
    try (Lab lab = lab("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n")) {
      assertThat(valueAfterAnswer(lab, "begun", 0)).doesNotContain("\r\n0\r\n");
      assertStopped(lab);
    }
  }

  @Test
  void after_an_answer_that_is_refused() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nnone";
    try (Lab lab = lab(answer);
        Socket socket = lab.tunnel("api.lab.test")) {
      Lab.write(socket, HEAD + "0123456789");
      assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
      // Mostly the gateway has refused it by then; told is the same when it has not.
      Thread.sleep(20);
      Lab.write(socket, LATE);
      String got = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(got).startsWith("HTTP/1.1 403 secret-leaving\r\n");
      assertStopped(lab);
    }
  }

  @Test
  void a_refused_answer_does_not_wait_for_a_client_that_stops_sending() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nnone";
    try (Lab lab = lab(answer)) {
      long began = System.nanoTime();
      assertThat(lab.ask(HEAD + "0123456789")).startsWith("HTTP/1.1 502 undecodable-response\r\n");
      assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(4));
      assertThat(lab.row().code()).isEqualTo("undecodable-response");
      assertThat(lab.alarms).isEmpty();
    }
  }
}
