package dev.pale.vault;

import static dev.pale.vault.Fixture.folders;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keychain slot against a real gnome-keyring on a session bus of its own. */
class KeychainTest {
  private static final String UNLOCKED =
      "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize"
          + " >/dev/null 2>&1; exec \"$@\"";

  @TempDir Path root;

  @Test
  void aKeychainOpensTheVaultAndLosesItsItemWithTheSlot() throws Exception {
    if (installed()) {
      assertThat(inSession("life"))
          .containsExactly(
              "answers true",
              "items 1",
              "opened",
              "items 1",
              "opened after rekey",
              "items 2",
              "items 1",
              "second vault 203 soon: " + Fixture.database(root),
              "items 1",
              "foreign item 201 soon: it was changed, or is of an older key",
              "over");
    }
  }

  @Test
  void aLockedKeychainIsAnErrorWithinSeconds() throws Exception {
    if (installed()) {
      List<String> said = inSession("locked");
      assertThat(said).hasSize(4).last().isEqualTo("over");
      assertThat(said.get(0))
          .isEqualTo(
              "open 234 soon: it is locked, and its prompt was refused or cannot be shown here");
      assertThat(said.get(1)).startsWith("create 234 soon: it takes no item");
      assertThat(said.get(2)).isEqualTo("vault left false");
    }
  }

  @Test
  void aKeychainThatHangsIsAnErrorWithinSeconds() throws Exception {
    if (installed()) {
      assertThat(inSession("frozen"))
          .containsExactly(
              "answers false",
              "quickly true",
              "open 234 soon: it did not answer within 5 s",
              "over");
    }
  }

  @Test
  void withoutASessionBusThereIsNoKeychain() throws Exception {
    assertThat(run(child("missing"))).containsExactly("answers false", "over");
  }

  private static boolean installed() {
    for (String program :
        List.of("dbus-run-session", "dbus-send", "gnome-keyring-daemon", "secret-tool")) {
      if (!Files.isExecutable(Path.of("/usr/bin", program))) {
        System.out.println("not checked: keychain, " + program + " is not installed");
        return false;
      }
    }
    return true;
  }

  private List<String> inSession(String what) throws Exception {
    List<String> command = new ArrayList<>(List.of("dbus-run-session", "--", "sh", "-c"));
    command.addAll(List.of(UNLOCKED, "sh"));
    command.addAll(child(what));
    return run(command);
  }

  private List<String> child(String what) {
    folders(root); // Unpacks the library whose place the child is told.
    return Child.command(KeychainChild.class, root.toString(), what);
  }

  /** What the child says; its output goes to a file, which no left process can hold open. */
  private List<String> run(List<String> command) throws Exception {
    Path said = root.resolve("said");
    Path complaints = root.resolve("complaints");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(said.toFile())
            .redirectError(complaints.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH", "JAVA_HOME"));
    Path runtime = Files.createDirectories(root.resolve("runtime"));
    Fixture.closed(runtime);
    environment.put("HOME", root.toString());
    environment.put("XDG_RUNTIME_DIR", runtime.toString());
    environment.put("XDG_DATA_HOME", root.resolve("data").toString());
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String told = Files.readString(said) + Files.readString(complaints);
    assertThat(ended).as("ended: %s", told).isTrue();
    assertThat(process.exitValue()).as(told).isZero();
    return Files.readAllLines(said);
  }
}
