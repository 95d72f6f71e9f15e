package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.log.RowState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fault of the gateway itself: here a value that was closed too early. */
@Timeout(60)
class FaultTest {
  private static final String REQUEST =
      "GET /v1 HTTP/1.1\r\nHost: api.lab.test\r\nAuthorization: Bearer " + Lab.FAKE + "\r\n\r\n";

  private static final String OTHER =
      "GET /v1 HTTP/1.1\r\nHost: open.lab.test\r\nConnection: close\r\n\r\n";

  @TempDir Path folder;

  private Lab lab() throws Exception {
    return new Lab(folder, (head, in, out) -> Lab.ok(out, "it lives"), List.of());
  }

  /** The client learns that it was the gateway, and nothing more. */
  private static void assertTold(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 500 internal-error\r\n");
    assertThat(answer).contains("Connection: close\r\n").contains("Pale-Refusal: internal-error");
    assertThat(answer)
        .endsWith(
            "\r\n\r\n{\"error\":{\"code\":\"internal-error\",\"reason\":\"a fault of the gateway\","
                + "\"mend\":\"report it\"}}\n");
  }

  private static void assertNoted(LogRow row) {
    assertThat(row.state()).isEqualTo(RowState.REFUSED);
    assertThat(row.code()).isEqualTo("internal-error");
    assertThat(row.status()).isEqualTo(500);
    assertThat(row.host()).isEqualTo("api.lab.test:443");
    assertThat(row.method()).isEqualTo("GET");
    assertThat(row.left()).isFalse();
    assertThat(row.alarm()).isFalse();
  }

  @Test
  void a_fault_while_a_request_is_judged_is_told_and_noted_and_the_next_one_is_served()
      throws Exception {
    try (Lab lab = lab()) {
      lab.loseTheValue();
      assertTold(lab.ask(REQUEST));
      assertThat(lab.ask("open.lab.test", OTHER)).endsWith("it lives");
      List<LogRow> rows = lab.rows();
      assertThat(rows).hasSize(2);
      assertNoted(rows.getFirst());
      assertThat(rows.getLast().state()).isEqualTo(RowState.DONE);
      assertThat(lab.received).hasSize(1);
    }
  }

  @Test
  void a_fault_while_a_request_is_written_stands_in_its_row() throws Exception {
    try (Lab lab = lab()) {
      lab.loseTheValueLate();
      assertTold(lab.ask(REQUEST));
      LogRow row = lab.row();
      assertNoted(row);
      assertThat(row.secrets()).containsExactly("LAB_KEY");
      assertThat(lab.received).isEmpty();
    }
  }
}
