package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.approve.CanonicalRequest;
import dev.pale.gateway.approve.Pending;
import dev.pale.gateway.log.LogRow;
import dev.pale.gateway.name.HostPattern;
import dev.pale.gateway.policy.Action;
import dev.pale.gateway.policy.Rule;
import dev.pale.gateway.service.Slot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Secrets whose slots are in bodies and in messages are told and asked about like any other. */
@Timeout(60)
class BodySlotsTest {
  private static final Slot JSON = new Slot.Json("/auth/token");
  private static final Slot TEXT = new Slot.WebSocketText();

  @TempDir Path folder;

  private static List<Rule> asking() {
    List<HostPattern> hosts = List.of(HostPattern.parse("api.lab.test"));
    return List.of(new Rule("ask me", Action.APPROVE, hosts, List.of(), List.of(), -1, -1, -1));
  }

  private static String login(String user) {
    return "{\"auth\": {\"token\": \"" + Lab.FAKE + "\"}, \"user\": \"" + user + "\"}";
  }

  private static String post(String body) {
    return "POST /login HTTP/1.1\r\nHost: api.lab.test\r\nContent-Type: application/json\r\n"
        + "Content-Length: "
        + body.length()
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  private static void echoBody(String head, InputStream in, OutputStream out) throws IOException {
    int length = head.indexOf("Content-Length: ") + 16;
    int bytes = Integer.parseInt(head.substring(length, head.indexOf('\r', length)));
    Lab.ok(out, new String(in.readNBytes(bytes), java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  /** Takes the upgrade and ends the connection. */
  private static void open(String head, InputStream in, OutputStream out) throws IOException {
    out.write(Lab.bytes(Lab.SWITCHED));
    out.write(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
  }

  private static CanonicalRequest question(Lab lab) {
    List<Pending> pending = lab.gateway.approvals().pending();
    assertThat(pending).hasSize(1);
    return pending.getFirst().request();
  }

  private static void allow(Lab lab) {
    Pending pending = lab.gateway.approvals().pending().getFirst();
    assertThat(lab.gateway.approvals().answer(pending.id(), true, "the test")).isTrue();
  }

  @Test
  void a_secret_in_a_json_body_stands_in_the_row() throws Exception {
    try (Lab lab = new Lab(folder, BodySlotsTest::echoBody, List.of(), List.of(JSON))) {
      assertThat(lab.ask(post(login("me")))).startsWith("HTTP/1.1 200 OK\r\n").contains(Lab.FAKE);
      LogRow row = lab.row();
      assertThat(row.secrets()).containsExactly("LAB_KEY");
      assertThat(row.slots()).containsExactly("json:/auth/token");
      assertThat(row.left()).isTrue();
      assertThat(row.found()).isEqualTo(1);
    }
  }

  @Test
  void the_question_names_the_secret_of_a_body_and_shows_the_body_as_it_came() throws Exception {
    try (Lab lab = new Lab(folder, BodySlotsTest::echoBody, asking(), List.of(JSON))) {
      assertThat(lab.ask(post(login("me")))).startsWith("HTTP/1.1 503 approval-pending\r\n");
      CanonicalRequest asked = question(lab);
      assertThat(asked.secrets()).containsExactly("LAB_KEY");
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Lab.bytes(login("me")));
      assertThat(asked.bodySha256()).isEqualTo(HexFormat.of().formatHex(sha256));
      assertThat(asked.bodyBytes()).isEqualTo(login("me").length());
      assertThat(lab.received).isEmpty();
    }
  }

  @Test
  void an_answer_holds_for_that_body_and_no_other() throws Exception {
    try (Lab lab = new Lab(folder, BodySlotsTest::echoBody, asking(), List.of(JSON))) {
      lab.ask(post(login("me")));
      allow(lab);
      assertThat(lab.ask(post(login("us")))).startsWith("HTTP/1.1 503 approval-pending\r\n");
      assertThat(lab.received).isEmpty();
      assertThat(lab.ask(post(login("me")))).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(lab.received).hasSize(1);
      assertThat(lab.rows().getLast().slots()).containsExactly("json:/auth/token");
    }
  }

  @Test
  void a_socket_whose_messages_may_carry_a_secret_says_so_in_its_row() throws Exception {
    try (Lab lab = new Lab(folder, BodySlotsTest::open, List.of(), List.of(TEXT))) {
      assertThat(lab.ask(Lab.UPGRADE)).startsWith("HTTP/1.1 101 ");
      LogRow row = lab.row();
      assertThat(row.secrets()).containsExactly("LAB_KEY");
      assertThat(row.slots()).containsExactly("websocket");
      assertThat(row.left()).isTrue();
    }
  }

  @Test
  void the_question_about_a_socket_names_what_its_messages_may_carry() throws Exception {
    try (Lab lab = new Lab(folder, BodySlotsTest::open, asking(), List.of(TEXT))) {
      assertThat(lab.ask(Lab.UPGRADE)).startsWith("HTTP/1.1 503 approval-pending\r\n");
      assertThat(question(lab).secrets()).containsExactly("LAB_KEY");
      assertThat(lab.received).isEmpty();
      allow(lab);
      assertThat(lab.ask(Lab.UPGRADE)).startsWith("HTTP/1.1 101 ");
      assertThat(lab.rows().getLast().slots()).containsExactly("websocket");
    }
  }

  @Test
  void a_request_that_opens_no_socket_carries_no_text() throws Exception {
    try (Lab lab = new Lab(folder, (head, in, out) -> Lab.ok(out, ""), List.of(), List.of(TEXT))) {
      lab.ask("GET / HTTP/1.1\r\nHost: api.lab.test\r\nConnection: close\r\n\r\n");
      LogRow row = lab.row();
      assertThat(row.secrets()).isEmpty();
      assertThat(row.slots()).isEmpty();
    }
  }
}
