package dev.pale.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pale.gateway.refusal.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, processes that die: a log that is worth its name. */
final class LogHardshipTest {
  @TempDir Path temp;

  @Test
  void aFullDiskRefusesRequestsUntilThereIsRoomAgain() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", disk.toString()) == 0,
        "this machine does not let the tests mount a tmpfs");
    try {
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[1_200_000]);
      try (RequestLog log = RequestLog.create(disk.resolve("g"), "s", RequestLogTest.CLOCK)) {
        long before = fill(log);
        assertThat(before).isGreaterThan(1500);
        assertThatThrownBy(() -> log.begin(RequestLogTest.start("/", "A")))
            .isInstanceOfSatisfying(
                Refusal.class,
                r -> {
                  assertThat(r.code()).isEqualTo("log-full");
                  assertThat(r.status()).isEqualTo(503);
                });
        assertThat(log.rows()).isEqualTo(before);

        Files.delete(ballast);
        assertThat(fill(log)).isGreaterThan(1000);
        assertThat(rows(disk.resolve("g"))).hasSize((int) log.rows());
      }
      assertThat(LogCheck.check(disk.resolve("g"), "s")).isInstanceOf(LogCheck.Result.Intact.class);
    } finally {
      // Lazily: what is mapped stays so until the garbage collector comes by.
      assertThat(run("umount", "-l", disk.toString())).isZero();
    }
  }

  private static long fill(RequestLog log) {
    long rows = 0;
    while (rows < 100_000) {
      try {
        Ticket ticket = log.begin(RequestLogTest.start("/full", "A"));
        rows++;
        if (rows % 2 == 0) {
          ticket.done(200, 0, RequestLogTest.tally(1));
        }
      } catch (Refusal full) {
        return rows;
      }
    }
    return rows;
  }

  @Test
  void aFileThatMayNotGrowRefusesToo() throws Exception {
    Path folder = temp.resolve("g");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh"));
    command.addAll(java("fill", folder));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    // 2048 blocks of 512 bytes.
    assertThat(said).contains("refused log-full");
    assertThat(rows(folder)).hasSizeGreaterThan(1000);
  }

  @Test
  void rowsSurviveAProcessThatIsKilled() throws Exception {
    Path folder = temp.resolve("g");
    Process process =
        new ProcessBuilder(java("work", folder))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.readLine()).isEqualTo("open rows are written");
      // More than one piece of room, in the middle of which it dies.
      Path file = folder.resolve("s.jsonl");
      await().atMost(60, TimeUnit.SECONDS).until(() -> Files.size(file) > 600_000);
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    List<LogRow> rows = rows(folder);
    assertThat(rows).hasSizeGreaterThan(100);
    assertThat(rows.subList(0, 3))
        .extracting(LogRow::state)
        .containsExactly(RowState.OPEN, RowState.SENT, RowState.DONE);
    assertThat(rows.get(1).left()).isTrue();
    LogCheck.Result result = LogCheck.check(folder, "s");
    assertThat(result)
        .isInstanceOfSatisfying(
            LogCheck.Result.Intact.class,
            intact -> {
              assertThat(intact.finished()).isGreaterThan(100);
              assertThat(intact.unfinished()).isGreaterThanOrEqualTo(2);
              assertThat(intact.torn()).isLessThanOrEqualTo(1);
            });
  }

  /** The process that is killed, or stopped by a limit. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] args) throws InterruptedException {
      RequestLog log = RequestLog.create(Path.of(args[1]), "s", java.time.InstantSource.system());
      if (args[0].equals("fill")) {
        try {
          while (true) {
            log.begin(RequestLogTest.start("/", "A")).done(200, 0, RequestLogTest.tally(1));
          }
        } catch (Refusal full) {
          System.out.println("refused " + full.code());
          return;
        }
      }
      log.begin(RequestLogTest.start("/open", "A"));
      log.begin(RequestLogTest.start("/sent", "A")).sent();
      log.begin(RequestLogTest.start("/done", "A")).done(200, 1, RequestLogTest.tally(1));
      System.out.println("open rows are written");
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        threads[t] =
            Thread.startVirtualThread(() -> {
              for (int i = 0; i < 100_000_000; i++) {
                log.begin(RequestLogTest.start("/w", "A")).done(200, 1, RequestLogTest.tally(1));
              }
            });
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static List<String> java(String what, Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        Worker.class.getName(),
        what,
        folder.toString());
  }

  private static List<LogRow> rows(Path folder) {
    List<LogRow> rows = new ArrayList<>();
    RequestLogReader.open(folder, "s").each(LogFilter.ALL, rows::add);
    return rows;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }
}
