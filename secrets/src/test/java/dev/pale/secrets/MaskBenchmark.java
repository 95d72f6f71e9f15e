package dev.pale.secrets;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * How fast the masker is; a program to be run by hand, not a test.
 *
 * <p>Run its main method from the test classes, once with the JVM's defaults and once with {@code
 * -XX:TieredStopAtLevel=1 -XX:+UseSerialGC}. The first build is cold, so each number of secrets
 * wants its own process for that: {@code MaskBenchmark 1000}.
 */
final class MaskBenchmark {
  private static final int TEXT_BYTES = 200_000_000;
  private static final int PIECE_BYTES = 64 * 1024;

  private MaskBenchmark() {}

  public static void main(String[] args) {
    int[] sizes =
        args.length > 0 ? new int[] {Integer.parseInt(args[0])} : new int[] {1, 100, 1000};
    for (int secrets : sizes) {
      Random random = new Random(secrets);
      String[] values = new String[secrets];
      for (int i = 0; i < secrets; i++) {
        values[i] = key(random, 40);
      }
      long start = System.nanoTime();
      Needles.Builder builder = Needles.builder();
      for (int i = 0; i < secrets; i++) {
        builder.add("SECRET_" + i, values[i].getBytes(StandardCharsets.UTF_8));
      }
      Needles needles = builder.build();
      long built = System.nanoTime();
      System.out.printf(
          "%d secrets: %d needles, %d nodes, first build %.1f ms%n",
          secrets, needles.size(), needles.nodes(), (built - start) / 1e6);
      run(needles, "log lines", logLines(random));
      run(needles, "random base64", randomText(random));
      run(needles, "random bytes", randomBytes(random));
      run(needles, "coloured log lines", coloured(random));
    }
  }

  private static void run(Needles needles, String what, byte[] sample) {
    for (int round = 0; round < 2; round++) {
      Masker masker = needles.masker();
      long[] passed = new long[1];
      Out out = (b, off, len) -> passed[0] += len;
      long start = System.nanoTime();
      long fed = 0;
      int at = 0;
      while (fed < TEXT_BYTES) {
        int n = Math.min(PIECE_BYTES, sample.length - at);
        masker.write(sample, at, n, out);
        fed += n;
        at = at + n == sample.length ? 0 : at + n;
      }
      masker.finish(out);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "  %-20s round %d: %5.0f MB/s%s%n",
          what, round + 1, fed / 1e6 / seconds, passed[0] == fed ? "" : " (masked some)");
    }
  }

  private static String key(Random random, int length) {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < length; i++) {
      key.append(letters.charAt(random.nextInt(letters.length())));
    }
    return key.toString();
  }

  private static byte[] logLines(Random random) {
    String[] words = {
      "GET",
      "POST",
      "/api/v1/users",
      "status=200",
      "took",
      "connection",
      "accepted",
      "from",
      "worker",
      "INFO",
      "WARN",
      "retrying",
      "in",
      "the",
      "request",
      "cache",
      "miss",
      "for",
      "key"
    };
    StringBuilder text = new StringBuilder();
    while (text.length() < 8_000_000) {
      text.append("2026-11-20T12:00:").append(random.nextInt(10, 60)).append('.');
      text.append(random.nextInt(100, 1000)).append("Z ");
      for (int i = 0; i < 9; i++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      text.append(random.nextInt(100_000)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] coloured(Random random) {
    String plain = new String(logLines(random), StandardCharsets.UTF_8);
    return plain
        .replace("INFO", "\u001b[32mINFO\u001b[0m")
        .replace("2026", "\u001b[2m2026\u001b[0m")
        .replace("key", "\u001b[1;31mkey\u001b[0m")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] randomText(Random random) {
    byte[] bytes = new byte[6_000_000];
    random.nextBytes(bytes);
    return java.util.Base64.getMimeEncoder().encode(bytes);
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[8_000_000];
    random.nextBytes(bytes);
    return bytes;
  }
}
