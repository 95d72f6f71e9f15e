package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {
  @TempDir Path folder;

  private static final String WITH_FAKE =
      "GET /v1/x?y=1 HTTP/1.1\r\nHost: api.lab.test\r\nAuthorization: Bearer " + Lab.FAKE + "\r\n";

  private static final String CLOSE = "Connection: close\r\n\r\n";

  private static void echo(String head, InputStream in, OutputStream out)
      throws java.io.IOException {
    Lab.ok(out, head);
  }

  @Test
  void the_server_gets_the_real_value_and_the_client_its_placeholder_back() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      String answer = lab.ask(WITH_FAKE + CLOSE);
      assertThat(lab.received.getFirst())
          .startsWith("GET /v1/x?y=1 HTTP/1.1\r\nHost: api.lab.test\r\n")
          .contains("Authorization: Bearer " + Lab.REAL + "\r\n")
          .doesNotContain(Lab.FAKE);
      assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("Bearer " + Lab.FAKE);
      assertThat(answer).doesNotContain(Lab.REAL);
    }
  }

  @Test
  void a_placeholder_elsewhere_is_refused_and_raises_an_alarm() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      String answer =
          lab.ask("GET / HTTP/1.1\r\nHost: api.lab.test\r\nX-Note: " + Lab.FAKE + "\r\n" + CLOSE);
      assertThat(answer).startsWith("HTTP/1.1 403 placeholder-wrong-slot\r\n").contains("LAB_KEY");
      assertThat(lab.received).isEmpty();
      lab.gateway.close();
      assertThat(lab.alarms).extracting(Alarm::code).containsExactly("placeholder-wrong-slot");
    }
  }

  @Test
  void one_connection_carries_many_requests_in_both_directions() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of());
        SSLSocket socket = lab.tunnel("api.lab.test")) {
      for (int i = 0; i < 200; i++) {
        Lab.write(socket, WITH_FAKE + "X-N: " + i + "\r\n\r\n");
        String head = Lab.head(socket.getInputStream());
        int length = head.indexOf("Content-Length: ") + 16;
        int bytes = Integer.parseInt(head.substring(length, head.indexOf('\r', length)));
        String body =
            new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
        assertThat(body).contains("X-N: " + i).doesNotContain(Lab.REAL);
      }
      assertThat(lab.received).hasSize(200);
    }
  }

  @Test
  void a_tunnel_serves_one_authority() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      for (String request :
          List.of(
              "GET / HTTP/1.1\r\nHost: other.lab.test\r\n",
              "GET http://api.lab.test/ HTTP/1.1\r\nHost: api.lab.test\r\n",
              "GET https://other.lab.test/ HTTP/1.1\r\nHost: api.lab.test\r\n",
              "GET / HTTP/1.1\r\nHost: api.lab.test:444\r\n")) {
        assertThat(lab.ask(request + CLOSE)).startsWith("HTTP/1.1 421 authority-mismatch\r\n");
      }
      assertThat(lab.received).isEmpty();
    }
  }

  @Test
  void a_server_that_may_know_the_value_is_asked_for_no_parts_even_before_it_got_it_here()
      throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      lab.ask("GET / HTTP/1.1\r\nHost: api.lab.test\r\nRange: bytes=0-9\r\n" + CLOSE);
      assertThat(lab.received.getFirst()).doesNotContain("Range").doesNotContain("bytes=");
    }
  }

  @Test
  void a_method_that_is_no_word_is_refused_and_not_logged() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      String answer = lab.ask(Lab.REAL + " / HTTP/1.1\r\nHost: api.lab.test\r\n" + CLOSE);
      assertThat(answer).startsWith("HTTP/1.1 400 bad-method\r\n");
      assertThat(lab.received).isEmpty();
      lab.gateway.close();
      String log = java.nio.file.Files.readString(lab.client.log());
      assertThat(log).contains("bad-method").doesNotContain(Lab.REAL);
    }
  }

  @Test
  void the_own_hosts_rows_hold_no_value() throws Exception {
    try (Lab lab = new Lab(folder, GatewayTest::echo, List.of())) {
      try (SSLSocket socket = lab.tunnel("gateway.pale.invalid")) {
        Lab.write(
            socket,
            "GET /ping/" + Lab.REAL + " HTTP/1.1\r\nHost: gateway.pale.invalid\r\n" + CLOSE);
        socket.getInputStream().readAllBytes();
      }
      lab.gateway.close();
      assertThat(java.nio.file.Files.readString(lab.client.log())).doesNotContain(Lab.REAL);
    }
  }
}
