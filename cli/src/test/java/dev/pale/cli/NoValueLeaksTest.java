package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only get, export and an editor's window show values, and only to a person. */
final class NoValueLeaksTest {
  private static final String CANARY = "canary-7f3a91c0-value";

  private static final String[][] CALLS = {
    {"init"},
    {"init", "--import", "plain.env", "--overwrite"},
    {"set", "B"},
    {"set", "B", "--raw"},
    {"set", "BAD-NAME"},
    {"set", "B", "-e", "nowhere"},
    {"list"},
    {"list", "--deleted"},
    {"history", "A"},
    {"rollback", "A", "1"},
    {"rollback", "A", "77"},
    {"unset", "B", "--yes"},
    {"restore", "B"},
    {"import", "plain.env", "--overwrite"},
    {"import", "plain.env", "--dry-run"},
    {"import", "odd.env"},
    {"import", "broken.env"},
    {"import", "broken.json"},
    {"import", "-", "--overwrite"},
    {"env", "list"},
    {"env", "copy", "dev", "two"},
    {"env", "diff", "dev", "two", "--all"},
    {"env", "delete", "two", "--yes"},
    {"audit"},
    {"audit", "--denied"},
    {"audit", "verify"},
    {"vault", "status"},
    {"vault", "verify"},
    {"vault", "slots"},
    {"vault", "backup", "copy.pale"},
    {"vault", "rekey"},
    {"vault", "purge", "--older-than", "0s", "--yes"},
    {"export", "--format", "docker", "LINES"},
    {"export", "-o", "no/such/folder/x"},
    {"lock"},
    {"unlock"},
    {"status"},
    {"trust"},
    {"trust", "list"},
    {"version"},
    {"help"},
    {"edit"},
  };

  @TempDir Path folder;

  @Test
  void noCommandPrintsAValueHoweverItEnds() {
    Pale pale = Pale.ready(folder);
    pale.input(CANARY).run("set", "A");
    pale.input(CANARY + "\n" + CANARY + "2").run("set", "LINES");
    pale.file("plain.env", "A=" + CANARY + "\nC='" + CANARY + " x'\n");
    pale.file("odd.env", "D=" + CANARY + "#" + CANARY + "\n");
    pale.file("broken.env", "E=\"" + CANARY + "\n" + CANARY + " = $(" + CANARY + "\n");
    pale.file("broken.json", "{\"E\": " + CANARY + "}");
    for (String[] call : CALLS) {
      for (String flag : new String[] {"", "--json", "--debug"}) {
        List<String> args = new ArrayList<>(Arrays.asList(call));
        if (!flag.isEmpty()) {
          args.add(flag);
        }
        Pale.Result result = pale.input(CANARY + "\n").run(args.toArray(String[]::new));
        assertThat(result.out() + result.err()).as(args.toString()).doesNotContain("canary-7f");
      }
    }
  }

  @Test
  void noAgentGetsAValueOutOfAnyCommand() {
    Pale pale = Pale.ready(folder);
    pale.input(CANARY).run("set", "A");
    for (String[] call :
        new String[][] {
          {"get", "A"},
          {"get", "A", "--json"},
          {"export"},
          {"export", "--json"},
          {"export", "-f", "shell", "-o", "x.sh"},
          {"edit"},
          {"edit", "A"},
          {"list"},
          {"audit"}
        }) {
      Pale.Result result = pale.typing("y\n").with("EDITOR", "cat").as("claude-code").run(call);
      assertThat(result.out() + result.err()).as(String.join(" ", call)).doesNotContain("canary");
    }
    assertThat(pale.work.resolve("x.sh")).doesNotExist();
  }

  @Test
  void noValueIsInAnyFileThatPaleLeavesBehind() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.file("plain.env", "A=" + CANARY + "\n");
    pale.run("init", "--import", "plain.env", "--remove-plaintext");
    pale.input(CANARY).run("set", "B");
    pale.typing("").with("EDITOR", "sed -i s/canary/canary/").run("edit");
    pale.run("get", "A");
    pale.run("vault", "backup", "copy.pale");
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("canary-7f");
      }
    }
  }

  @Test
  void anUnexpectedFailureTellsItsPlaceAndNotItsMessage() {
    var err = new java.io.ByteArrayOutputStream();
    int status =
        dev.pale.cli.context.Errors.report(
            new java.io.PrintStream(err),
            new IllegalStateException(CANARY, new IOException(CANARY)),
            new dev.pale.cli.context.Errors.Style(false, true),
            1);
    assertThat(status).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("PALE-900")
        .contains("NoValueLeaksTest")
        .doesNotContain(CANARY);
  }
}
