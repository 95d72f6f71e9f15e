package dev.pale.gateway.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Prints what a head costs, warm: {@code java … dev.pale.gateway.http.HeadTiming}. No test. */
final class HeadTiming {
  private static final int ROUNDS = 200_000;

  private HeadTiming() {}

  /** Gives the same bytes for ever. */
  private static final class Endless extends InputStream {
    private final byte[] bytes;

    Endless(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] b, int off, int len) {
      System.arraycopy(bytes, 0, b, off, bytes.length);
      return bytes.length;
    }
  }

  /** Of this thread: the machine may be busy with other things. */
  private static long cpuNanos() throws IOException {
    String figures = Files.readString(Path.of("/proc/thread-self/schedstat"));
    return Long.parseLong(figures.substring(0, figures.indexOf(' ')));
  }

  public static void main(String[] args) throws Exception {
    String head =
        "POST /v1/messages?beta=true HTTP/1.1\r\nHost: api.example.com\r\nAccept: application/json\r\n"
            + "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
            + "Content-Type: application/json\r\nUser-Agent: Example/Python 0.39.0\r\n"
            + "X-Stainless-Lang: python\r\nX-Stainless-Package-Version: 0.39.0\r\n"
            + "X-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\nX-Stainless-Runtime: CPython\r\n"
            + "X-Stainless-Runtime-Version: 3.12.3\r\nAuthorization: Bearer sk-0123456789abcdef\r\n"
            + "anthropic-version: 2023-06-01\r\nContent-Length: 0\r\n\r\n";
    System.out.println(head.length() + " bytes");
    for (int i = 0; i < 8; i++) {
      HttpInput input = new HttpInput(new Endless(Wire.bytes(head)), 16_384);
      long began = cpuNanos();
      int fields = 0;
      for (int j = 0; j < ROUNDS; j++) {
        RequestHead read = Objects.requireNonNull(input.readRequest(Limits.DEFAULT));
        fields += read.headers().size();
        input.body(read.framing());
      }
      long reading = cpuNanos() - began;
      RequestHead parsed =
          Objects.requireNonNull(
              new HttpInput(new ByteArrayInputStream(Wire.bytes(head)), 4096)
                  .readRequest(Limits.DEFAULT));
      HttpOutput out = new HttpOutput(OutputStream.nullOutputStream(), 16_384);
      began = cpuNanos();
      for (int j = 0; j < ROUNDS; j++) {
        Wire.write(out, parsed, new byte[0]);
      }
      long writing = cpuNanos() - began;
      System.out.println(
          "read "
              + reading / ROUNDS
              + " ns, write "
              + writing / ROUNDS
              + " ns a head ("
              + fields / ROUNDS
              + " fields)");
    }
  }
}
