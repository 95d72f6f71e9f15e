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
  void aRekeyWithoutTerminalWritesTheNewCodeIntoAFileAndNotIntoTheLog() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.input("kept").run("set", "A");
    Path named = folder.resolve("code");
    Pale.Result rekeyed = pale.run("vault", "rekey", "--recovery-file", named.toString());
    assertThat(rekeyed.status()).as(rekeyed.err()).isZero();
    String code = Files.readString(named).strip();
    assertThat(code).isNotEmpty();
    assertThat(rekeyed.err() + rekeyed.out()).contains(named.toString()).doesNotContain(code);
    Files.delete(pale.home.resolve("config/key"));
    assertThat(pale.input(code).run("vault", "recover").status()).isZero();
    Pale.Result again = pale.run("vault", "rekey", "--recovery-file", named.toString());
    assertThat(again.err()).contains("PALE-139");
    assertThat(named).content().startsWith(code);
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
  void aBackupOfAnotherVaultReplacesNothingUntilSomebodyKnowsIt() throws IOException {
    Pale pale = Pale.ready(folder);
    pale.input("mine").run("set", "A");
    Pale other = Pale.ready(folder.resolve("other"));
    other.input("theirs").run("set", "A");
    assertThat(other.run("vault", "backup", "b.pale").status()).isZero();
    Files.copy(other.work.resolve("b.pale"), pale.work.resolve("b.pale"));
    String[] restore = {"vault", "restore", "b.pale", "--replace", "--yes"};
    Pale.Result refused = pale.run(restore);
    assertThat(refused.err()).contains("PALE-265").contains("--other-vault").contains(id(other));
    assertThat(refused.err()).contains(id(pale));
    Pale.Result asked = pale.typing("n\n").run(restore);
    assertThat(asked.err()).contains("ANOTHER").contains(id(other)).contains("PALE-147");
    assertThat(pale.run("get", "A").out()).isEqualTo("mine");
    // Who made the backup can open it: here, the other vault's key file.
    Files.copy(
        other.home.resolve("config/key"),
        pale.home.resolve("config/key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Pale.Result known =
        pale.run("vault", "restore", "b.pale", "--replace", "--yes", "--other-vault");
    assertThat(known.status()).as(known.err()).isZero();
    assertThat(known.err()).contains("vault " + id(other) + ", key ");
    assertThat(pale.run("get", "A").out()).isEqualTo("theirs");
  }

  private static String id(Pale pale) {
    String out = pale.run("vault", "status", "--json").out();
    int from = out.indexOf("\"id\":\"") + 6;
    return out.substring(from, from + 32);
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
