package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VaultCommandsTest {
  @TempDir Path folder;

  private static String code(Pale.Result answer) {
    String rest = answer.out().substring(answer.out().indexOf("\"recoveryCode\":\"") + 16);
    return rest.substring(0, rest.indexOf('"'));
  }

  @Test
  void statusNeedsNoKeyAndVerifyReadsEverything() {
    Pale pale = Pale.ready(folder);
    pale.input("v").run("set", "A");
    assertThat(pale.run("vault", "status").out()).contains("1 project").contains("keyfile");
    assertThat(pale.run("vault", "status", "--json").out()).contains("\"slots\":[{");
    assertThat(pale.run("vault", "verify").err()).contains("sound").contains("1 value");
    assertThat(pale.run("vault", "slots").out()).contains("recovery");
  }

  @Test
  void theRecoveryCodeOpensAVaultWhoseKeyFileIsLost() throws IOException {
    Pale pale = Pale.in(folder);
    String code = code(pale.run("init", "--unlock", "keyfile", "--json"));
    pale.input("kept").run("set", "A");
    Files.delete(pale.home.resolve("config/key"));
    assertThat(pale.run("get", "A").status()).isEqualTo(1);
    assertThat(pale.run("vault", "recover").status()).isEqualTo(2);
    assertThat(pale.input("wrong-code\n").run("vault", "recover").status()).isEqualTo(1);
    Pale.Result back = pale.input(code + "\n").run("vault", "recover", "--unlock", "keyfile");
    assertThat(back.status()).as(back.err()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("kept");
  }

  @Test
  void aRekeyMakesTheOldRecoveryCodeWorthless() throws IOException {
    Pale pale = Pale.in(folder);
    String old = code(pale.run("init", "--unlock", "keyfile", "--json"));
    pale.input("kept").run("set", "A");
    Pale.Result rekeyed = pale.run("vault", "rekey", "--json");
    assertThat(rekeyed.status()).as(rekeyed.err()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("kept");
    Files.delete(pale.home.resolve("config/key"));
    assertThat(pale.input(old).run("vault", "recover").status()).isEqualTo(1);
    assertThat(pale.input(code(rekeyed)).run("vault", "recover").status()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("kept");
  }

  @Test
  void aPassphraseFromAFileUnlocksAndAWrongOneDoesNot() throws IOException {
    Pale pale = Pale.in(folder);
    pale.file("phrase", "correct horse battery\n");
    Pale.Result made = pale.run("init", "--unlock", "passphrase", "--passphrase-file", "phrase");
    assertThat(made.status()).as(made.err()).isZero();
    pale.run("lock");
    Pale.Result locked = pale.run("get", "A");
    assertThat(locked.err()).contains("PALE-206").contains("pale unlock");
    assertThat(pale.run("status").out()).contains("locked");
    Pale.Result typed = pale.typing("correct horse battery\r").run("list");
    assertThat(typed.status()).as(typed.err()).isZero();
    pale.run("lock");
    assertThat(pale.typing("wrong\rwrong\rwrong\r").run("list").status()).isEqualTo(1);
  }

  @Test
  void aBackupComesBackWhole() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.input("first").run("set", "A");
    assertThat(pale.run("vault", "backup", "b.pale").status()).isZero();
    pale.input("second").run("set", "A");
    assertThat(pale.run("vault", "restore", "b.pale").status()).isEqualTo(1);
    assertThat(pale.run("vault", "restore", "b.pale", "--replace").err()).contains("--yes");
    Pale.Result restored = pale.run("vault", "restore", "b.pale", "--replace", "--yes");
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("first");
  }

  @Test
  void purgeDestroysWhatWasDeleted() {
    Pale pale = Pale.ready(folder);
    pale.input("v").run("set", "A");
    pale.run("unset", "A", "--yes");
    assertThat(pale.run("vault", "purge").status()).isEqualTo(2);
    assertThat(pale.run("vault", "purge", "--older-than", "1d", "--yes", "--json").out())
        .contains("\"purged\":0");
    assertThat(pale.run("vault", "purge", "--older-than", "0s", "--yes", "--json").out())
        .contains("\"purged\":1");
    assertThat(pale.run("restore", "A").status()).isEqualTo(1);
  }

  @Test
  void anAgentCannotChangeWhatOpensTheVaultNorDestroyForEver() {
    Pale pale = Pale.ready(folder);
    for (String[] args :
        new String[][] {
          {"vault", "rekey"},
          {"vault", "recover"},
          {"vault", "restore", "x"},
          {"vault", "accept", "--yes"},
          {"vault", "slots", "add", "--unlock", "keyfile"},
          {"vault", "slots", "remove", "1"},
          {"vault", "purge", "--older-than", "0s", "--yes"},
          {"env", "delete", "dev", "--yes"}
        }) {
      assertThat(pale.as("codex").run(args).err()).contains("PALE-523");
    }
    assertThat(pale.run("audit", "--denied", "--agent", "codex", "--json").out())
        .contains("vault rekey")
        .contains("vault accept");
  }
}
