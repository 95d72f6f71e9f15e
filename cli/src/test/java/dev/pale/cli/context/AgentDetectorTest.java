package dev.pale.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentDetectorTest {
  @TempDir Path proc;

  private void process(String pid, String comm, String parent, String... words) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(pid));
    Files.writeString(folder.resolve("stat"), "1 (" + comm + ") S " + parent + " 1 1 0 -1 4194304");
    Files.writeString(folder.resolve("cmdline"), String.join("\0", words) + "\0");
  }

  @Test
  void anEmptyEnvironmentBelowAShellIsAHuman() throws IOException {
    process("self", "java", "20", "java");
    process("20", "bash", "1", "bash");
    process("1", "systemd", "0", "/sbin/init");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEmpty();
  }

  @Test
  void aMarkNamesTheAgent() {
    assertThat(AgentDetector.detect(Map.of("CLAUDECODE", "1"), proc)).isEqualTo("claude-code");
    assertThat(AgentDetector.detect(Map.of("CURSOR_AGENT", "1"), proc)).isEqualTo("cursor");
    assertThat(AgentDetector.detect(Map.of("CODEX_THREAD_ID", "a"), proc)).isEqualTo("codex");
    assertThat(AgentDetector.detect(Map.of("AGENT", "amp"), proc)).isEqualTo("amp");
    assertThat(AgentDetector.detect(Map.of("AI_AGENT", "1"), proc)).isEqualTo("agent");
    assertThat(AgentDetector.detect(Map.of("OR_APP_NAME", "Aider"), proc)).isEqualTo("aider");
  }

  @Test
  void aMarkThatIsEmptyOrZeroSaysNothing() {
    assertThat(AgentDetector.detect(Map.of("CLAUDECODE", "", "AGENT", "0"), proc)).isEmpty();
  }

  @Test
  void aNameFromTheEnvironmentCannotCarryTerminalCodes() {
    assertThat(AgentDetector.detect(Map.of("AI_AGENT", "x\u001b[2Jy\n"), proc)).isEqualTo("x2Jy");
  }

  @Test
  void anAncestorTellsEvenWhenTheMarkIsUnset() throws IOException {
    process("self", "java", "30", "java");
    process("30", "sh", "20", "sh", "-c", "pale get X");
    process("20", "claude", "10", "claude");
    process("10", "bash", "1", "bash");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEqualTo("claude-code");
  }

  @Test
  void aScriptOfAnInterpreterIsRecognisedByItsPath() throws IOException {
    process("self", "java", "20", "java");
    process("20", "node", "1", "node", "--no-warnings", "/usr/lib/node_modules/@openai/codex/x.js");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEqualTo("codex");
    process("20", "python3", "1", "/usr/bin/python3", "/home/a/.local/bin/aider");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEqualTo("aider");
  }

  @Test
  void aCommandThatMerelyMentionsAnAgentIsNone() throws IOException {
    process("self", "java", "20", "java");
    process("20", "vim", "1", "vim", "notes-on-claude.md", "claude", "aider");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEmpty();
  }

  @Test
  void aCommandNameWithParenthesesDoesNotConfuseTheWalk() throws IOException {
    process("self", "a) S 99 (b", "20", "java");
    process("20", "gemini", "1", "gemini");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEqualTo("gemini-cli");
  }

  @Test
  void aLoopOfParentsEnds() throws IOException {
    process("self", "java", "20", "java");
    process("20", "bash", "20", "bash");
    assertThat(AgentDetector.detect(Map.of(), proc)).isEmpty();
  }

  @Test
  void theRealProcessTableCanBeRead() {
    assertThat(AgentDetector.detect(Map.of("CLAUDECODE", "1"), Path.of("/proc"))).isNotEmpty();
    assertThat(AgentDetector.detect(Map.of(), Path.of("/nowhere"))).isEmpty();
  }
}
