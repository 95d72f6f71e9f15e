package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.system.Descriptors;
import dev.pale.system.Processes;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.Signals;
import dev.pale.system.Spawner;
import dev.pale.system.SystemCallException;
import dev.pale.system.Terminals;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person at a terminal: this test types, and reads the screen. */
class TerminalTest {
  private final Terminals.Pty pty = Terminals.openPty();
  private final StringBuilder screen = new StringBuilder();
  private int shell;

  @BeforeEach
  void openShell() {
    Terminals.setWindowSize(pty.master(), Terminals.WindowSize.of(33, 77));
    List<byte[]> environment =
        List.of(
            bytes("PATH=" + System.getenv("PATH")), bytes("P=" + Script.pale()), bytes("PS1=> "));
    Spawner spawner = new Spawner().ownSession();
    for (int fd = 0; fd <= 2; fd++) {
      spawner.open(fd, pty.slavePath());
    }
    try (ProgramImage image =
        ProgramImage.of(
            List.of(bytes("bash"), bytes("--norc"), bytes("--noediting"), bytes("-i")),
            environment)) {
      shell = spawner.start(bytes("/bin/bash"), image, SignalState.DEFAULT);
    }
    type("stty -echo; echo re''ady\n");
    expect("ready\r\n");
  }

  @AfterEach
  void closeShell() {
    Descriptors.close(pty.master());
    Signals.trySend(shell, Signals.KILL);
    Processes.waitForEnd(shell);
  }

  @Test
  void theChildHasATerminalOfThisSizeAndAllItWritesIsMasked() {
    type(
        "$P mask:s3cret -- sh -c 'stty size; test -t 0 && test -t 1 && test -t 2 && echo tty; echo 1s3cret; echo 2s3cret >&2; echo 3s3cret >/dev/tty; exit 9'; echo rc=$?\n");
    String seen = expect("rc=9");
    assertThat(seen)
        .contains("33 77\r\ntty\r\n1[pale:X]\r\n2[pale:X]\r\n3[pale:X]\r\n")
        .doesNotContain("s3cret");
  }

  @Test
  void ctrlCReachesTheChildExactlyOnce() {
    type(
        "$P mask:s3cret -- bash -c 'n=0; trap \"n=\\$((n+1)); echo int\\$n.\" INT; echo go; while [ $n -lt 2 ]; do sleep 0.05; done; exit 4'; echo rc=$?\n");
    expect("go\r\n");
    type("\3");
    expect("int1.");
    pause(500);
    type("\3");
    assertThat(expect("rc=4")).contains("int2.");
    type("$P mask:s3cret -- sh -c 'echo go; sleep 30'; echo rc=$?\n");
    expect("go\r\n");
    type("\3");
    expect("rc=130");
  }

  @Test
  void ctrlZStopsAndFgContinuesWithTheTerminalAsItWas() {
    type("$P mask:s3cret -- sh -c 'echo go; read x; echo got $x; exit 6'; echo rc=$?\n");
    expect("go\r\n");
    type("\032");
    assertThat(expect("rc=148")).contains("Stopped");
    type("stty -a | grep -o -E -- '-?icanon'; echo d''one\n");
    assertThat(expect("done")).contains("icanon").doesNotContain("-icanon");
    type("fg; echo rc=$?\n");
    pause(300);
    type("hello\n");
    assertThat(expect("rc=6")).contains("got hello");
  }

  @Test
  void aChangedWindowIsChangedForTheChild() {
    type(
        "$P mask:s3cret -- bash -c 'trap \"stty size\" WINCH; echo go; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; done'; echo rc=$?\n");
    expect("go\r\n");
    Terminals.setWindowSize(pty.master(), Terminals.WindowSize.of(20, 50));
    assertThat(expect("rc=0")).contains("20 50");
  }

  @Test
  void theTerminalIsGivenBackWhenThingsGoWrong() {
    type("$P mask:s3cret -- nosuch; echo rc=$?\n");
    expect("rc=127");
    type("$P mask:s3cret -- sh -c 'kill -KILL $$'; echo rc=$?\n");
    expect("rc=137");
    type(
        "$P mask:s3cret -- sh -c 'echo go; sleep 30' & sleep 1.5; kill -TERM $!; wait $!; echo rc=$?\n");
    expect("rc=143");
    type("stty -a | grep -o -E -- '-?icanon'; echo d''one\n");
    assertThat(expect("done")).contains("icanon").doesNotContain("-icanon");
  }

  @Test
  void aPipelineKeepsTheUsersTerminal() {
    type("echo in | $P mask:s3cret -- cat | cat; echo rc=$?\n");
    expect("in\r\nrc=0");
    type("$P mask:s3cret -- sh -c 'echo go >&2; sleep 30' | cat; echo rc=$?\n");
    expect("go");
    type("\3");
    type("echo al''ive\n");
    expect("alive");
  }

  @Test
  void theEnvironmentPassesTheShellInBetweenUntouched() {
    type(
        "env -i 'a-b=odd' BASH_ENV=/nope 'BASH_FUNC_f%%=() { echo hi; }' SHLVL=41 $P mask:zzz env:S=v -- /usr/bin/python3 -c 'print(open(\"/proc/self/environ\",\"rb\").read())'; echo rc=$?\n");
    assertThat(expect("rc=0"))
        .contains(
            "b'a-b=odd\\x00BASH_ENV=/nope\\x00BASH_FUNC_f%%=() { echo hi; }\\x00SHLVL=41\\x00S=v\\x00'");
  }

  @Test
  void noSecretIsOnACommandLineOrInTheShellInBetween() {
    type(
        "$P mask:zzz env:S=\"$(printf s3c)ret\" -- sh -c 'tr \"\\0\" \"\\n\" </proc/$PPID/cmdline | grep -c s3cret; grep -c s3cret /proc/$PPID/environ'; echo rc=$?\n");
    assertThat(expect("rc=1")).contains("0\r\n0\r\n");
  }

  private void type(String text) {
    ByteBuffer keys = Descriptors.buffer(text.length());
    keys.put(0, text.getBytes(ISO_8859_1));
    Descriptors.writeFully(pty.master(), keys);
  }

  /** Reads the screen up to and including the text, and forgets it. */
  private String expect(String text) {
    ByteBuffer piece = Descriptors.buffer(4096);
    int[] ready = new int[1];
    long until = System.nanoTime() + 20_000_000_000L;
    while (screen.indexOf(text) < 0) {
      assertThat(System.nanoTime() - until)
          .as("waiting for " + text + " in " + screen)
          .isNegative();
      if (Descriptors.poll(new int[] {pty.master()}, new int[] {1}, ready, 100) > 0) {
        try {
          byte[] bytes = new byte[Descriptors.read(pty.master(), piece)];
          piece.get(0, bytes);
          screen.append(new String(bytes, ISO_8859_1));
        } catch (SystemCallException hungUp) {
          throw new AssertionError("the terminal hung up: " + screen, hungUp);
        }
      }
    }
    int end = screen.indexOf(text) + text.length();
    String seen = screen.substring(0, end);
    screen.delete(0, end);
    return seen;
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
