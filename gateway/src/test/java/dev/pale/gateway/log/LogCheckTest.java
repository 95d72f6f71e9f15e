package dev.pale.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.log.LogCheck.Result;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change of a finished row looks like afterwards. */
final class LogCheckTest {
  @TempDir Path temp;
  private String head = "";

  @BeforeEach
  void fiveRowsTheFourthOpen() {
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      List<Ticket> tickets = new ArrayList<>();
      for (int i = 1; i <= 5; i++) {
        tickets.add(log.begin(RequestLogTest.start("/" + i, "A")));
      }
      tickets.get(1).done(200, 1, RequestLogTest.tally(1));
      tickets.get(0).refused(Refusal.of(403, "no", "no", ""), 0, new Tally());
      tickets.get(4).aborted("client-gone", 0, 0, new Tally());
      tickets.get(2).done(201, 1, RequestLogTest.tally(1));
      head = log.head();
    }
  }

  @Test
  void anUntouchedLogIsIntact() {
    assertThat(check()).isEqualTo(new Result.Intact(4, 1, 0, head));
  }

  @Test
  void aChangedFieldIsNoticed() throws IOException {
    edit(text -> text.replace("\"status\":201", "\"status\":200"));
    assertThat(check())
        .isInstanceOfSatisfying(Result.Changed.class, c -> assertThat(c.row()).isEqualTo(4));
  }

  @Test
  void aFieldBehindTheChainIsNoticed() throws IOException {
    edit(text -> text.replaceFirst("(\"chain\":\"[0-9a-f]*\")}       ", "$1,\"x\":1} "));
    assertThat(check()).isEqualTo(new Result.Changed(2, "it is missing"));
  }

  @Test
  void aMissingRowIsNoticed() throws IOException {
    edit(text -> text.replaceFirst("\\{\"n\":1,[^\n]*\n", ""));
    assertThat(check()).isEqualTo(new Result.Changed(2, "it is missing"));
  }

  @Test
  void aRowThatIsOpenedAgainIsNoticed() throws IOException {
    edit(text -> text.replaceFirst("\"state\":\"refused\"", "\"state\":\"open\"   "));
    assertThat(check()).isInstanceOf(Result.Changed.class);
  }

  @Test
  void aRowThatIsThereTwiceIsNoticed() throws IOException {
    edit(text -> text + text.substring(0, text.indexOf('\n') + 1));
    assertThat(check()).isInstanceOf(Result.Changed.class);
  }

  @Test
  void rowsInAnotherOrderAreNoticed() throws IOException {
    edit(text -> {
      int second = text.indexOf('\n') + 1;
      int third = text.indexOf('\n', second) + 1;
      return text.substring(second, third) + text.substring(0, second) + text.substring(third);
    });
    assertThat(check()).isEqualTo(new Result.Changed(2, "it is not in its place"));
  }

  @Test
  void anAbsurdNumberCostsNoMemory() throws IOException {
    edit(text -> text.replace("\"k\":4,", "\"k\":4000000,"));
    assertThat(check()).isInstanceOf(Result.Changed.class);
  }

  @Test
  void onlyTheHeadTellsThatTheLastRowIsGone() throws IOException {
    edit(text -> text.replaceFirst("\\{\"n\":3,[^\n]*\n", ""));
    assertThat(check())
        .isInstanceOfSatisfying(Result.Intact.class, i -> assertThat(i.head()).isNotEqualTo(head));
  }

  @Test
  void aRowTornBySuddenDeathCountsAsOpen() throws IOException {
    // What was written of the end, then what was there before: spaces.
    edit(text -> {
      int torn = text.indexOf("\"status\":201") + 20;
      int end = text.indexOf('\n', torn);
      return text.substring(0, torn) + " ".repeat(end - torn) + text.substring(end);
    });
    assertThat(check())
        .isInstanceOfSatisfying(
            Result.Intact.class, i -> assertThat(i.finished() + i.unfinished()).isEqualTo(5));
    List<LogRow> rows = new ArrayList<>();
    assertThat(RequestLogReader.open(temp.resolve("g"), "s").each(LogFilter.ALL, rows::add))
        .isZero();
    assertThat(rows.get(2).state()).isEqualTo(RowState.OPEN);
    assertThat(rows).hasSize(5);
  }

  private Result check() {
    return LogCheck.check(temp.resolve("g"), "s");
  }

  private void edit(UnaryOperator<String> change) throws IOException {
    Path file = temp.resolve("g/s.jsonl");
    String before = Files.readString(file, StandardCharsets.US_ASCII);
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after, StandardCharsets.US_ASCII);
  }
}
