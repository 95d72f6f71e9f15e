package dev.pale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that has read a large body answers at once, often before the thread that sent the last
 * bytes goes on. The connections of both sides live on all the same.
 */
@Timeout(60)
class UploadConnectionTest {
  private static final int BODY_BYTES = 300_000;
  private static final int UPLOADS = 150;

  @TempDir Path folder;

  private final AtomicInteger dialled = new AtomicInteger();

  private void answer(InputStream in, OutputStream out) throws IOException {
    in.skipNBytes(BODY_BYTES);
    Lab.ok(out, "done");
  }

  @Test
  void carries_one_upload_after_the_other() throws Exception {
    byte[] body = "u".repeat(BODY_BYTES).getBytes(StandardCharsets.ISO_8859_1);
    try (Lab lab = new Lab(folder, (head, in, out) -> answer(in, out), List.of());
        Socket socket = lab.tunnel("api.lab.test")) {
      lab.onDial(dialled::incrementAndGet);
      for (int i = 0; i < UPLOADS; i++) {
        Lab.write(
            socket,
            "PUT /up HTTP/1.1\r\nHost: api.lab.test\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        String head = Lab.head(socket.getInputStream());
        assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("Connection: close");
        assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(Lab.bytes("done"));
      }
      assertThat(dialled).hasValue(1);
      assertThat(lab.rows()).hasSize(UPLOADS).allMatch(row -> row.upBytes() == BODY_BYTES);
    }
  }
}
