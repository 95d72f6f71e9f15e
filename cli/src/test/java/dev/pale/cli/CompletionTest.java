package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script in a real bash, with a stand-in for pale that names two environments. */
final class CompletionTest {
  @TempDir Path folder;
  private Path script;

  @BeforeEach
  void script() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.run("env", "create", "staging");
    assertThat(pale.run("completion", "--environments").out()).isEqualTo("dev\nstaging\n");
    script = pale.file("pale.bash", pale.run("completion", "bash").out());
    Path stand = pale.file("pale", "#!/bin/sh\nprintf 'dev\\nstaging\\n'\n");
    Files.setPosixFilePermissions(stand, PosixFilePermissions.fromString("rwx------"));
  }

  private String completed(String... words) throws Exception {
    StringBuilder text = new StringBuilder("PATH=" + script.getParent() + ":$PATH; . " + script);
    text.append("; COMP_WORDS=(");
    for (String word : words) {
      text.append(" '").append(word).append("'");
    }
    text.append("); COMP_CWORD=").append(words.length - 1).append("; _pale; echo ${COMPREPLY[@]}");
    Process bash =
        new ProcessBuilder("bash", "-c", text.toString()).redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    bash.waitFor();
    return out.strip();
  }

  @Test
  void commandsOptionsAndEnvironmentsAreCompleted() throws Exception {
    assertThat(completed("pale", "ex")).isEqualTo("export");
    assertThat(completed("pale", "env", "d")).isEqualTo("delete diff");
    assertThat(completed("pale", "vault", "slots", "a")).isEqualTo("add");
    assertThat(completed("pale", "export", "--fo")).isEqualTo("--format --force");
    assertThat(completed("pale", "list", "-e", "")).isEqualTo("dev staging");
    assertThat(completed("pale", "env", "diff", "s")).isEqualTo("staging");
    assertThat(completed("pale", "run", "--", "e")).isEmpty();
  }
}
