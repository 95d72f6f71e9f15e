package dev.pale.gateway.log;

import dev.pale.gateway.redact.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** What a row costs; a program to be run by hand, not a test. */
final class LogBenchmark {
  private LogBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("log");
    Tally tally = new Tally();
    tally.addBytes(240);
    try (RequestLog log = RequestLog.create(folder, "s", InstantSource.system())) {
      for (int round = 0; round < 8; round++) {
        int count = 100_000;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
          Ticket ticket =
              log.begin(
                  new Start(
                      "agent-1",
                      "https",
                      "api.openai.com:443",
                      "POST",
                      "/v1/chat/completions",
                      "openai",
                      List.of("OPENAI_API_KEY"),
                      List.of("Authorization")));
          ticket.sent();
          ticket.done(200, 900, tally);
        }
        System.out.printf(
            "begin, sent and done: %.2f us%n", (System.nanoTime() - start) / 1e3 / count);
      }
    }
    long bytes = 0;
    for (Path part : LogFiles.parts(folder, "s")) {
      bytes += Files.size(part);
    }
    System.out.printf("%d bytes a row%n", bytes / 800_000);
    long start = System.nanoTime();
    System.out.println(LogCheck.check(folder, "s"));
    System.out.printf("checked in %.1f s%n", (System.nanoTime() - start) / 1e9);
    for (Path part : LogFiles.parts(folder, "s")) {
      Files.delete(part);
    }
    Files.delete(folder);
  }
}
