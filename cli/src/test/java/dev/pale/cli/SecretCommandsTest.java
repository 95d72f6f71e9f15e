package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretCommandsTest {
  @TempDir Path folder;
  private Pale pale;

  @BeforeEach
  void project() {
    pale = Pale.ready(folder);
  }

  @Test
  void aValueFromAPipeComesBackWithoutItsFinalLineEnd() {
    assertThat(pale.input("hunter2-canary\n").run("set", "PW").status()).isZero();
    assertThat(pale.run("get", "PW").out()).isEqualTo("hunter2-canary");
  }

  @Test
  void exactlyOneFinalLineEndIsTakenOff() {
    pale.input("a\n\n").run("set", "ONE");
    pale.input("a\r\n").run("set", "DOS");
    pale.input("a\n").run("set", "RAW", "--raw");
    assertThat(pale.run("get", "ONE").out()).isEqualTo("a\n");
    assertThat(pale.run("get", "DOS").out()).isEqualTo("a");
    assertThat(pale.run("get", "RAW").out()).isEqualTo("a\n");
  }

  @Test
  void aFileIsKeptByteForByte() throws Exception {
    byte[] bytes = new byte[255];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i + 1);
    }
    Files.write(pale.work.resolve("blob"), bytes);
    assertThat(pale.run("set", "BLOB", "--file", "blob").status()).isZero();
    assertThat(pale.run("get", "BLOB").bytes()).isEqualTo(bytes);
    assertThat(pale.run("get", "BLOB", "--json").out()).contains("valueBase64");
  }

  @Test
  void aTypedValueIsTakenAsTyped() {
    Pale.Result set = pale.typing("hidden value\r").run("set", "TYPED");
    assertThat(set.status()).isZero();
    assertThat(set.err())
        .contains("not shown")
        .contains("read 12 bytes")
        .doesNotContain("hidden v");
    assertThat(pale.run("get", "TYPED").out()).isEqualTo("hidden value");
  }

  @Test
  void aPastedKeyOfSeveralLinesIsOneValue() {
    pale.typing("\u001b[200~-----BEGIN\rabc\r-----END\u001b[201~\r").run("set", "PEM");
    assertThat(pale.run("get", "PEM").out()).isEqualTo("-----BEGIN\nabc\n-----END");
  }

  @Test
  void keysThatEraseAreObeyed() {
    pale.typing("wrong\u0015rightx\u007f\u00e9\u007f\r").run("set", "ERASED");
    assertThat(pale.run("get", "ERASED").out()).isEqualTo("right");
  }

  @Test
  void controlCEndsTheQuestionAndSetsNothing() {
    assertThat(pale.typing("abc\u0003").run("set", "X").status()).isEqualTo(1);
    assertThat(pale.run("get", "X").status()).isEqualTo(1);
  }

  @Test
  void aValueOnTheCommandLineIsRefusedAndNotRepeated() {
    for (String[] args :
        new String[][] {
          {"set", "PW=canary-on-argv"},
          {"set", "PW", "canary-on-argv"},
          {"set", "PW", "AKIACANARY7EXAMPLE"},
          {"set", "-e", "dev", "PW", "canary-on-argv", "--raw"}
        }) {
      Pale.Result refused = pale.run(args);
      assertThat(refused.status()).isEqualTo(2);
      assertThat(refused.err())
          .contains("PALE-131")
          .contains("history")
          .contains("pale set PW")
          .doesNotContainIgnoringCase("canary");
    }
  }

  @Test
  void emptyAndZeroBytesAreRefused() {
    assertThat(pale.input("").run("set", "E").err()).contains("PALE-135");
    assertThat(pale.input("").run("set", "E", "--allow-empty").status()).isZero();
    assertThat(pale.input("a\0b").run("set", "Z").err()).contains("PALE-136");
  }

  @Test
  void aNameThatSteersALoaderNeedsTheFlag() {
    assertThat(pale.input("x").run("set", "LD_PRELOAD").err()).contains("PALE-137");
    assertThat(pale.input("x").run("set", "LD_PRELOAD", "--allow-dangerous-name").status())
        .isZero();
  }

  @Test
  void aMissingNameIsToldWithTheOneThatWasMeant() {
    pale.input("v").run("set", "STRIPE_API_KEY");
    Pale.Result missing = pale.run("get", "STRIPE_KEY");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("PALE-104").contains("did you mean STRIPE_API_KEY?");
    assertThat(pale.run("get", "STRIPE_KEY", "--json").err())
        .startsWith("{\"error\":{\"code\":\"PALE-104\"");
  }

  @Test
  void aMissingEnvironmentIsToldWithTheOneThatWasMeant() {
    assertThat(pale.run("list", "-e", "dve").err()).contains("did you mean dev?");
  }

  @Test
  void everyWriteIsAVersionAndOldOnesComeBack() {
    pale.input("one").run("set", "K");
    pale.input("two").run("set", "K");
    assertThat(pale.run("rollback", "K", "1").status()).isZero();
    assertThat(pale.run("get", "K").out()).isEqualTo("one");
    assertThat(pale.run("history", "K").out()).contains("VERSION").contains("rollback");
    assertThat(pale.run("history", "K", "--json").out())
        .contains("\"version\":3")
        .contains("\"current\":true");
    assertThat(pale.run("rollback", "K", "9").status()).isEqualTo(1);
  }

  @Test
  void aDeletedSecretIsGoneUntilItIsRestored() {
    pale.input("v").run("set", "K");
    assertThat(pale.run("unset", "K").err()).contains("PALE-133").contains("--yes");
    assertThat(pale.typing("n\n").run("unset", "K").status()).isEqualTo(1);
    assertThat(pale.typing("y\n").run("unset", "K").status()).isZero();
    assertThat(pale.run("get", "K").status()).isEqualTo(1);
    assertThat(pale.run("list").out()).doesNotContain("K ");
    assertThat(pale.run("list", "--deleted").out()).contains("DELETED").contains("K ");
    assertThat(pale.run("restore", "K").status()).isZero();
    assertThat(pale.run("get", "K").out()).isEqualTo("v");
  }

  @Test
  void paleEnvAndTheFlagChooseTheEnvironment() {
    pale.run("env", "create", "prod");
    pale.input("p").run("set", "K", "-e", "prod");
    assertThat(pale.with("PALE_ENV", "prod").run("get", "K").out()).isEqualTo("p");
    assertThat(pale.with("PALE_ENV", "prod").run("get", "K", "-e", "dev").status()).isEqualTo(1);
    assertThat(pale.run("--env", "prod", "get", "K").out()).isEqualTo("p");
  }

  @Test
  void anAgentGetsNoValueAndTheRefusalIsRecorded() {
    pale.input("canary-value").run("set", "K");
    for (String command : new String[] {"get", "export", "edit"}) {
      String[] args =
          command.equals("export") ? new String[] {command} : new String[] {command, "K"};
      Pale.Result refused = pale.as("claude-code").run(args);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err())
          .contains("PALE-520")
          .contains("pale run")
          .doesNotContain("canary-value");
    }
    assertThat(pale.run("audit", "--denied", "--agent", "claude-code").out())
        .contains("get")
        .contains("export")
        .contains("edit");
  }

  @Test
  void anAgentThatTheConfigNamesIsOneToo() throws Exception {
    pale.input("canary-value").run("set", "K");
    Path config =
        Files.writeString(pale.home.resolve("config/config.toml"), "agent_marks = [\"MY_BOT\"]\n");
    Files.setPosixFilePermissions(
        config, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    assertThat(pale.run("get", "K").out()).isEqualTo("canary-value");
    Pale.Result refused = pale.with("MY_BOT", "1").run("get", "K");
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).contains("PALE-520").contains("MY_BOT");
  }

  @Test
  void onATerminalALineEndFollowsTheValue() {
    pale.input("v").run("set", "K");
    assertThat(pale.typing("").run("get", "K").bytes())
        .isEqualTo("v\n".getBytes(StandardCharsets.UTF_8));
  }
}
