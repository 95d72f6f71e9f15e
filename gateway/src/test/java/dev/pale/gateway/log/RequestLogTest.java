package dev.pale.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.formats.json.Json;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RequestLogTest {
  static final Instant TIME = Instant.parse("2026-11-20T10:15:30.123Z");
  static final InstantSource CLOCK = InstantSource.fixed(TIME);
  private static final Refusal LEAVING =
      Refusal.alarm(403, "secret-leaving", "A would leave", "do not");

  @TempDir Path temp;

  @Test
  void aRowIsThereBeforeAnythingLeavesAndChangesInPlace() throws IOException {
    Path file = folder().resolve("s1.jsonl");
    try (RequestLog log = open("s1")) {
      Ticket ticket = log.begin(start("/v1/x", "A"));
      assertThat(only().state()).isEqualTo(RowState.OPEN);
      assertThat(only().left()).isFalse();
      ticket.sent();
      assertThat(only().state()).isEqualTo(RowState.SENT);
      assertThat(only().left()).isTrue();
      ticket.done(200, 17, tally(240));
      ticket.aborted("too-late", 0, 1, tally(9));
      LogRow row = only();
      assertThat(row)
          .usingRecursiveComparison()
          .ignoringFields("millis")
          .isEqualTo(
              new LogRow(
                  1,
                  TIME,
                  "c1",
                  "https",
                  "api.example.com:443",
                  "POST",
                  "/v1/x",
                  "rule",
                  List.of("A"),
                  List.of("Authorization"),
                  RowState.DONE,
                  true,
                  "",
                  false,
                  200,
                  17,
                  240,
                  0,
                  0));
      assertThat(row.millis()).isPositive();
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
  }

  @Test
  void theLongestCodeIsInTheRow() {
    String longest = "bad-response-length-and-transfer-encoding";
    try (RequestLog log = open("s1")) {
      log.begin(start("/", "A"))
          .refused(Refusal.alarm(502, longest, "no", ""), Long.MAX_VALUE, tally(Long.MAX_VALUE));
    }
    assertThat(rows(LogFilter.ALL).getFirst().code()).isEqualTo(longest);
  }

  @Test
  void aRefusalIsInTheRow() {
    try (RequestLog log = open("s1")) {
      log.begin(start("/", "A")).refused(LEAVING, 0, new Tally());
      log.begin(start("/", "A")).aborted("client-gone", 0, 3, new Tally());
    }
    List<LogRow> rows = rows(LogFilter.ALL);
    assertThat(rows.getFirst().state()).isEqualTo(RowState.REFUSED);
    assertThat(rows.getFirst().code()).isEqualTo("secret-leaving");
    assertThat(rows.getFirst().alarm()).isTrue();
    assertThat(rows.getFirst().status()).isEqualTo(403);
    assertThat(rows.getFirst().left()).isFalse();
    assertThat(rows.getLast().code()).isEqualTo("client-gone");
    assertThat(rows.getLast().alarm()).isFalse();
  }

  @Test
  void anotherLogOfTheSameSessionIsNotOverwritten() {
    try (RequestLog log = open("s1")) {
      log.begin(start("/", "A"));
      assertThatThrownBy(() -> open("s1"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(750));
    }
    assertThat(rows(LogFilter.ALL)).hasSize(1);
  }

  @Test
  void aFolderThatOthersMayEnterIsNotUsed() throws IOException {
    Files.createDirectory(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> open("s1"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(751));
  }

  @Property(tries = 500)
  void whateverTheTextsAreARowIsJsonAndFitsItsSlot(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    RowText text =
        new RowText(
            new Start(
                anyText(random),
                anyText(random),
                anyText(random),
                anyText(random),
                anyText(random),
                anyText(random),
                List.of(anyText(random), anyText(random), anyText(random)),
                List.of(anyText(random), anyText(random), anyText(random))),
            random.nextLong(4_000_000_000_000L));
    long n = 1 + random.nextLong(1L << random.nextInt(1, 62));
    int length = text.length(n);
    text.number(n);
    assertThat(length).isLessThanOrEqualTo(RowText.LONGEST);
    check(text, length, n);
    text.finish(
        RowState.REFUSED,
        true,
        anyText(random),
        true,
        599,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        Integer.MAX_VALUE);
    text.chain(new byte[32]);
    check(text, length, n);
  }

  private static void check(RowText text, int length, long n) {
    assertThat(text.end() - text.from()).isEqualTo(length);
    byte[] row = Arrays.copyOfRange(text.bytes(), text.from(), text.end());
    assertThat(row[row.length - 1]).isEqualTo((byte) '\n');
    for (int i = 0; i < row.length - 1; i++) {
      assertThat(row[i]).isBetween((byte) ' ', (byte) '~');
    }
    byte[] line = Arrays.copyOf(row, row.length - 1);
    Json.parse(line, "row");
    assertThat(LogRow.of(line).orElseThrow().n()).isEqualTo(n);
  }

  @Test
  void aLongPathIsCutWithAMarkAndBytesAreEscaped() {
    try (RequestLog log = open("s1")) {
      log.begin(start("/" + "p".repeat(20_000), "A"));
      log.begin(start("/\u00e9\u0007\"\\\n", "A"));
    }
    List<LogRow> rows = rows(LogFilter.ALL);
    assertThat(rows.getFirst().path()).startsWith("/ppp").endsWith("p\u2026").hasSize(1025);
    assertThat(rows.getLast().path()).isEqualTo("/\u00e9\u0007\"\\\n");
  }

  @Test
  void timesAreThoseOfTheCalendar() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      long millis = random.nextLong(-2_000_000_000_000L, 16_000_000_000_000L);
      byte[] text = new byte[Rfc3339.LENGTH];
      Rfc3339.write(millis, text, 0);
      assertThat(Instant.parse(new String(text, StandardCharsets.US_ASCII)))
          .isEqualTo(Instant.ofEpochMilli(millis));
    }
  }

  @Test
  void manyThreadsWriteOneIntactChainOverSeveralParts() throws InterruptedException {
    int threads = 200;
    int each = 50;
    String head;
    try (RequestLog log = RequestLog.create(folder(), "s1", CLOCK, 1_000_000)) {
      try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int t = 0; t < threads; t++) {
          String path = "/" + "x".repeat(t);
          all.submit(() -> someRows(log, path, each));
        }
      }
      assertThat(log.rows()).isEqualTo(threads * each);
      head = log.head();
    }
    List<LogRow> rows = rows(LogFilter.ALL);
    assertThat(rows).hasSize(threads * each);
    assertThat(rows.stream().map(LogRow::n).distinct().count()).isEqualTo(threads * each);
    assertThat(LogFiles.parts(folder(), "s1")).hasSizeGreaterThan(2);
    assertThat(LogFiles.parts(folder(), "s1"))
        .allSatisfy(part -> assertThat(Files.size(part)).isLessThanOrEqualTo(1_000_000));
    long open = rows.stream().filter(row -> !row.state().isFinal()).count();
    assertThat(open).isEqualTo(threads * each / 10);
    assertThat(LogCheck.check(folder(), "s1"))
        .isEqualTo(new LogCheck.Result.Intact(threads * each - open, open, 0, head));
  }

  private static void someRows(RequestLog log, String path, int count) {
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Ticket ticket = log.begin(start(path, "A"));
      if (i % 10 != 0) {
        tickets.add(ticket);
      }
      if (ThreadLocalRandom.current().nextBoolean() && !tickets.isEmpty()) {
        tickets.removeLast().done(200, i, tally(i));
      }
    }
    tickets.forEach(t -> t.refused(LEAVING, 0, new Tally()));
  }

  @Test
  void filtersAreConditionsThatMustAllHold() {
    try (RequestLog log = open("s1")) {
      log.begin(start("/1", "A")).done(200, 0, tally(1));
      log.begin(start("/2", "B")).done(404, 0, tally(1));
      log.begin(start("/3", "A")).refused(LEAVING, 0, tally(1));
    }
    LogFilter all = LogFilter.ALL;
    var none = all.host();
    assertThat(paths(all)).containsExactly("/1", "/2", "/3");
    assertThat(paths(new LogFilter(none, opt("A"), false, all.since(), none, all.status())))
        .containsExactly("/1", "/3");
    assertThat(paths(new LogFilter(none, opt("A"), true, all.since(), none, all.status())))
        .containsExactly("/3");
    assertThat(paths(new LogFilter(none, none, false, all.since(), opt("post"), OptionalInt.of(4))))
        .containsExactly("/2", "/3");
    assertThat(paths(new LogFilter(none, none, false, all.since(), none, OptionalInt.of(404))))
        .containsExactly("/2");
    assertThat(
            paths(
                new LogFilter(
                    opt("API.example.com"), none, false, all.since(), none, all.status())))
        .hasSize(3);
    assertThat(
            paths(new LogFilter(opt("example.com"), none, false, all.since(), none, all.status())))
        .isEmpty();
    assertThat(
            paths(
                new LogFilter(
                    none,
                    none,
                    false,
                    java.util.Optional.of(TIME.plusMillis(1)),
                    none,
                    all.status())))
        .isEmpty();
  }

  private static java.util.Optional<String> opt(String text) {
    return java.util.Optional.of(text);
  }

  private List<String> paths(LogFilter filter) {
    return rows(filter).stream().map(LogRow::path).toList();
  }

  @Test
  void aFollowerGivesEachRowOnceWhenItIsFinal() {
    try (RequestLog log = RequestLog.create(folder(), "s1", CLOCK, 200_000);
        LogFollower follower = RequestLogReader.open(folder(), "s1").follow()) {
      assertThat(follower.poll()).isEmpty();
      Ticket slow = log.begin(start("/slow", "A"));
      assertThat(follower.poll()).isEmpty();
      assertThat(follower.unfinished()).hasSize(1);
      slow.sent();
      assertThat(follower.poll()).isEmpty();
      assertThat(follower.unfinished().getFirst().state()).isEqualTo(RowState.SENT);
      int seen = 0;
      for (int i = 0; i < 1000; i++) {
        log.begin(start("/" + i, "A")).done(200, 0, tally(1));
        if (i % 7 == 0) {
          List<LogRow> rows = follower.poll();
          for (LogRow row : rows) {
            assertThat(row.path()).isEqualTo("/" + seen++);
          }
          assertThat(seen).isEqualTo(i + 1);
        }
      }
      seen += follower.poll().size();
      assertThat(seen).isEqualTo(1000);
      assertThat(LogFiles.parts(folder(), "s1")).hasSizeGreaterThan(2);
      slow.done(200, 0, tally(1));
      assertThat(follower.poll()).hasSize(1);
      assertThat(follower.unfinished()).isEmpty();
      assertThat(follower.poll()).isEmpty();
    }
  }

  @Test
  void theNewestLogIsFound() throws IOException {
    open("old").close();
    open("new").close();
    Files.setLastModifiedTime(
        folder().resolve("old.jsonl"), java.nio.file.attribute.FileTime.fromMillis(1));
    Files.writeString(folder().resolve("notes.txt"), "x");
    assertThat(RequestLogReader.sessions(folder())).containsExactly("old", "new");
    assertThat(RequestLogReader.newest(folder()).orElseThrow().session()).isEqualTo("new");
    assertThat(RequestLogReader.newest(temp.resolve("nothing"))).isEmpty();
    assertThatThrownBy(() -> RequestLogReader.open(folder(), "../x"))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(752));
  }

  @Test
  void afterCloseNothingBeginsButWhatIsOpenIsFinished() {
    RequestLog log = open("s1");
    Ticket ticket = log.begin(start("/", "A"));
    log.close();
    log.close();
    assertThatThrownBy(() -> log.begin(start("/", "A")))
        .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo("log-full"));
    ticket.done(200, 0, tally(1));
    assertThat(only().state()).isEqualTo(RowState.DONE);
  }

  private LogRow only() {
    List<LogRow> rows = rows(LogFilter.ALL);
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private List<LogRow> rows(LogFilter filter) {
    List<LogRow> rows = new ArrayList<>();
    assertThat(RequestLogReader.open(folder(), "s1").each(filter, rows::add)).isZero();
    return rows;
  }

  private RequestLog open(String session) {
    return RequestLog.create(folder(), session, CLOCK);
  }

  private Path folder() {
    return temp.resolve("gateway");
  }

  static Start start(String path, String secret) {
    return new Start(
        "c1",
        "https",
        "api.example.com:443",
        "POST",
        path,
        "rule",
        List.of(secret),
        List.of("Authorization"));
  }

  static Tally tally(long bytes) {
    Tally tally = new Tally();
    tally.addBytes(bytes);
    return tally;
  }

  private static String anyText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(12);
    for (int i = 0; i < length; i++) {
      text.append(
          switch (random.nextInt(4)) {
            case 0 -> "\",\"state\":\"".charAt(random.nextInt(11));
            case 1 -> (char) random.nextInt(0x20);
            case 2 -> (char) random.nextInt(0xd800);
            default -> 'x';
          });
    }
    return text.toString();
  }
}
