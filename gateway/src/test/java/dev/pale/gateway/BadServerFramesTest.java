package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RowState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A frame that no server may send ends the web socket, and nothing of it reaches the client. */
@Timeout(60)
class BadServerFramesTest {
  private static final String GOOD = "\u0081\u0004good";

  /** Status 1002 and the code of the refusal. */
  private static final String END = "\u0088\u000b\u0003\u00eabad-frame";

  private static final Map<String, String> FRAMES =
      Map.of(
          "a masked frame", "\u0081\u0086\0\0\0\0MARKED",
          "the first reserved bit", "\u00c1\u0006MARKED",
          "the last reserved bit", "\u0091\u0006MARKED",
          "a ping that is too big", "\u0089\u007e\0\u0080" + "MARKED__".repeat(16),
          "a ping in fragments", "\u0009\u0006MARKED",
          "a reserved opcode", "\u0083\u0006MARKED",
          "a reserved opcode of control", "\u008b\u0006MARKED",
          "the end of no message", "\u0080\u0006MARKED",
          "a length written too long", "\u0081\u007e\0\u0006MARKED",
          "a close with half a status", "\u0088\u0001M");

  @TempDir Path folder;

  private final Semaphore ended = new Semaphore(0);

  /** A good frame, the bad one that the path names, and another good one. */
  private void speak(String head, InputStream in, OutputStream out) throws IOException {
    String name = head.substring("GET /".length(), head.indexOf(" HTTP")).replace('-', ' ');
    out.write(Lab.bytes(Lab.SWITCHED + GOOD + FRAMES.get(name) + GOOD));
    out.flush();
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } finally {
      ended.release();
    }
  }

  @Test
  void the_client_gets_what_came_before_and_a_close() throws Exception {
    try (Lab lab = new Lab(folder, this::speak, List.of())) {
      for (String name : FRAMES.keySet()) {
        String answer =
            lab.ask(Lab.UPGRADE.replace("socket HTTP", name.replace(' ', '-') + " HTTP"));
        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).as(name).isEqualTo(GOOD + END);
        assertThat(ended.tryAcquire(20, TimeUnit.SECONDS)).as(name).isTrue();
      }
      List<LogRow> rows = lab.rows();
      assertThat(rows).hasSize(FRAMES.size());
      assertThat(rows).extracting(LogRow::state).containsOnly(RowState.REFUSED);
      assertThat(rows).extracting(LogRow::code).containsOnly("bad-frame");
      assertThat(rows).extracting(LogRow::status).containsOnly(502);
      assertThat(rows).extracting(LogRow::alarm).containsOnly(false);
    }
  }
}
