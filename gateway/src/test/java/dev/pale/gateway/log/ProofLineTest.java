package dev.pale.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.gateway.redact.Item;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.redact.Tally;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProofLineTest {
  private static final SecretName KEY = new SecretName("OPENAI_API_KEY");

  @TempDir Path temp;

  @Test
  void itSaysHowOftenWhereToAndWhatCameBack() {
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      for (int i = 0; i < 14; i++) {
        Ticket ticket = log.begin(start("api.openai.com:443", "Authorization"));
        ticket.sent();
        ticket.sent();
        ticket.done(200, 10, RequestLogTest.tally(150_000));
      }
      assertThat(ProofLine.of(log.totals()))
          .containsExactly(
              "OPENAI_API_KEY left 14 times, to api.openai.com, in Authorization;"
                  + " it appeared 0 times in the 2.1 MB that came back to the agent");
    }
  }

  @Test
  void aRequestThatWasCutAfterItLeftCounts() {
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      Ticket ticket = log.begin(start("a.example:8443", "X-Key"));
      ticket.sent();
      ticket.aborted("server-gone", 0, 0, new Tally());
      log.begin(start("b.example:443", "X-Key")).aborted("client-gone", 0, 0, new Tally());
      assertThat(ProofLine.of(log.totals()))
          .containsExactly(
              "OPENAI_API_KEY left once, to a.example:8443, in X-Key;"
                  + " it appeared 0 times in the 0 bytes that came back to the agent");
    }
  }

  @Test
  void whatCameBackAndWasReplacedIsSaid() {
    Redactor redactor =
        new Redactor(
            List.of(
                new Item(
                    KEY,
                    SecretValue.copyOf("K", "v4lue-v4lue".getBytes(StandardCharsets.US_ASCII)),
                    "fake")));
    Tally tally = new Tally();
    byte[] echo = "v4lue-v4lue!".getBytes(StandardCharsets.US_ASCII);
    redactor.stream(tally, false).write(echo, 0, echo.length, (b, off, len) -> {});
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      Ticket ticket = log.begin(start("a.example:443", "X-Key"));
      ticket.sent();
      ticket.done(200, 0, tally);
      assertThat(ProofLine.of(log.totals()))
          .containsExactly(
              "OPENAI_API_KEY left once, to a.example, in X-Key; servers sent it back once,"
                  + " each time replaced by its placeholder in the 5 bytes that came back to the"
                  + " agent");
    }
  }

  @Test
  void secretsThatDidNotLeaveOrCouldNotBeLookedForAreSaid() {
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      log.totals().know(KEY);
      log.totals().unsearched(new SecretName("PIN"), "is shorter than 6 bytes");
      assertThat(ProofLine.of(log.totals()))
          .containsExactly(
              "OPENAI_API_KEY did not leave; it appeared 0 times in the 0 bytes that came back to"
                  + " the agent",
              "PIN did not leave; it was not looked for in what came back, because it is shorter"
                  + " than 6 bytes");
    }
  }

  @Test
  void manyHostsAreCounted() {
    try (RequestLog log = RequestLog.create(temp.resolve("g"), "s", RequestLogTest.CLOCK)) {
      for (int i = 0; i < 8; i++) {
        log.begin(start("h" + i + ":443", "slot " + (i % 2))).sent();
      }
      assertThat(ProofLine.of(log.totals()).getFirst())
          .contains("left 8 times, to h0, h1, h2, h3 and 4 others, in slot 0 and slot 1;");
    }
  }

  @Test
  void sizesAreRounded() {
    assertThat(ProofLine.size(999)).isEqualTo("999 bytes");
    assertThat(ProofLine.size(1000)).isEqualTo("1.0 kB");
    assertThat(ProofLine.size(2_149_999)).isEqualTo("2.1 MB");
    assertThat(ProofLine.size(999_960)).isEqualTo("1.0 MB");
    assertThat(ProofLine.size(5_000_000_000_000L)).isEqualTo("5.0 TB");
  }

  private static Start start(String host, String slot) {
    return new Start("c", "https", host, "GET", "/", "r", List.of(KEY.text()), List.of(slot));
  }
}
