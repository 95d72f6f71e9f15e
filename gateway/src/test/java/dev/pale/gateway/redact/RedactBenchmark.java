package dev.pale.gateway.redact;

import dev.pale.gateway.http.Framing;
import dev.pale.gateway.http.Headers;
import dev.pale.gateway.http.ResponseHead;
import dev.pale.secrets.Out;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** How fast bodies and small answers are redacted; a program to be run by hand, not a test. */
final class RedactBenchmark {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long BODY_BYTES = 400_000_000;

  private RedactBenchmark() {}

  public static void main(String[] args) {
    for (int values : new int[] {1, 100}) {
      List<Item> items = new ArrayList<>();
      Random random = new Random(values);
      for (int i = 0; i < values; i++) {
        items.add(
            new Item(
                new SecretName("S" + i),
                SecretValue.owning("S", key(random).getBytes(StandardCharsets.US_ASCII)),
                key(random)));
      }
      Redactor redactor = new Redactor(items);
      body(redactor, values + " values, JSON", json(random), "");
      byte[] binary = new byte[8_000_000];
      random.nextBytes(binary);
      body(redactor, values + " values, binary", binary, "");
      body(redactor, values + " values, gzip of JSON", DecodingTest.gzip(json(random)), "gzip");
      small(redactor, values);
    }
  }

  private static void body(Redactor redactor, String what, byte[] sample, String coding) {
    Headers headers = new Headers();
    if (!coding.isEmpty()) {
      headers.add("Content-Encoding", coding);
    }
    ResponseHead head = new ResponseHead(200, "OK", 1, headers, Framing.CHUNKED);
    for (int round = 0; round < 3; round++) {
      long[] out = new long[1];
      Out sink = (b, off, len) -> out[0] += len;
      long start = System.nanoTime();
      while (out[0] < BODY_BYTES) {
        try (BodyRedactor body = redactor.body(head, new Tally())) {
          for (int at = 0; at < sample.length; at += PIECE_BYTES) {
            body.write(sample, at, Math.min(PIECE_BYTES, sample.length - at), sink);
          }
          body.finish(sink);
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%-28s round %d: %5.0f MB/s%n", what, round, out[0] / 1e6 / seconds);
    }
  }

  private static void small(Redactor redactor, int values) {
    byte[] sample = "{\"id\":\"x\",\"choices\":[]}".repeat(10).getBytes(StandardCharsets.UTF_8);
    Headers headers =
        new Headers()
            .add("Date", "Fri, 20 Nov 2026 10:15:30 GMT")
            .add("Content-Type", "application/json")
            .add("Connection", "keep-alive")
            .add("Server", "nginx/1.22.1")
            .add("Content-Length", "240");
    ResponseHead head = new ResponseHead(200, "OK", 1, headers, new Framing.Length(sample.length));
    long[] out = new long[1];
    Out sink = (b, off, len) -> out[0] += len;
    for (int round = 0; round < 4; round++) {
      int count = 300_000;
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        Tally tally = new Tally();
        out[0] += redactor.head(head, tally).headers().size();
        try (BodyRedactor body = redactor.body(head, tally)) {
          body.write(sample, 0, sample.length, sink);
          body.finish(sink);
        }
      }
      System.out.printf(
          "%d values, head and 240 bytes round %d: %.2f us%n",
          values, round, (System.nanoTime() - start) / 1e3 / count);
    }
  }

  private static String key(Random random) {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    StringBuilder key = new StringBuilder("sk-proj-");
    for (int i = 0; i < 40; i++) {
      key.append(letters.charAt(random.nextInt(letters.length())));
    }
    return key.toString();
  }

  private static byte[] json(Random random) {
    StringBuilder text = new StringBuilder("[");
    while (text.length() < 8_000_000) {
      text.append("{\"id\":\"msg_").append(Long.toString(random.nextLong(), 36));
      text.append("\",\"created\":").append(random.nextInt(1 << 30));
      text.append(",\"model\":\"some-model-4\",\"content\":\"It is the text of an answer, ");
      text.append(random.nextInt(1000)).append(" words long\",\"finish_reason\":null},\n");
    }
    return text.append("{}]").toString().getBytes(StandardCharsets.UTF_8);
  }
}
