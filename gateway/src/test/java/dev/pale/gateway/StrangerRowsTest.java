package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RowState;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is noted of those who show no token: that they came, not often, and nothing they said. */
@Timeout(60)
class StrangerRowsTest {
  private static final int A_MINUTE = 60;

  @TempDir Path folder;

  private Lab lab() throws Exception {
    return new Lab(folder, (head, in, out) -> Lab.ok(out, head), List.of());
  }

  private static String knock(Lab lab, String request) throws IOException {
    try (Socket socket = lab.connect()) {
      Lab.write(socket, request);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void a_strangers_row_tells_that_one_came_and_nothing_of_what_it_said() throws Exception {
    try (Lab lab = lab()) {
      for (String request :
          List.of(
              "CONNECT marked.test:443 HTTP/1.1\r\nHost: marked.test:443\r\n\r\n",
              "MARKED http://marked.test/marked?marked HTTP/1.1\r\nHost: marked.test\r\n\r\n",
              "GET /marked HTTP/1.1\r\nHost: marked.test\r\nX: " + Lab.REAL + "\r\n\r\n")) {
        assertThat(knock(lab, request)).startsWith("HTTP/1.1 407 no-credentials\r\n");
      }
      assertThat(knock(lab, "MARKED marked\r\n\r\n")).startsWith("HTTP/1.1 400 ");
      List<LogRow> rows = lab.rows();
      assertThat(rows).hasSize(4);
      assertThat(rows).extracting(LogRow::state).containsOnly(RowState.REFUSED);
      assertThat(rows).extracting(LogRow::client).containsOnly("");
      assertThat(rows.getFirst().code()).isEqualTo("no-credentials");
      assertThat(rows.getFirst().status()).isEqualTo(407);
      String log = java.nio.file.Files.readString(lab.client.log());
      assertThat(log).doesNotContainIgnoringCase("marked").doesNotContain(Lab.REAL);
      assertThat(lab.alarms).isEmpty();
    }
  }

  @Test
  void strangers_do_not_fill_the_log_and_clients_keep_their_rows() throws Exception {
    try (Lab lab = lab()) {
      for (int i = 0; i < 3 * A_MINUTE; i++) {
        String answer =
            knock(lab, "GET http://api.lab.test/ HTTP/1.1\r\nHost: api.lab.test\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 407 no-credentials\r\n");
      }
      lab.ask("GET / HTTP/1.1\r\nHost: open.lab.test\r\nConnection: close\r\n\r\n");
      List<LogRow> rows = lab.rows();
      assertThat(rows.getLast().client()).isEqualTo("lab");
      assertThat(rows.getLast().code()).isEqualTo("authority-mismatch");
      // A minute may have ended meanwhile.
      assertThat(rows).hasSizeBetween(A_MINUTE + 1, 2 * A_MINUTE + 1);
    }
  }
}
