package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InitTest {
  private static final String ENV =
      "# the primary store\nDB_URL=postgres://canary-db\nTOKEN='canary x'\n";

  @TempDir Path folder;

  private Map<String, String> files(Pale pale) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (var all = Files.list(pale.work)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  @Test
  void makesTheVaultTheProjectAndItsFiles() throws IOException {
    Pale pale = Pale.in(folder);
    Pale.Result made = pale.run("init");
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains("recovery code").contains("key file");
    assertThat(files(pale)).containsOnlyKeys("pale.toml", ".env.example", ".gitignore");
    assertThat(files(pale).get("pale.toml")).contains("acme-api").contains("dev");
    assertThat(files(pale).get(".gitignore")).contains(".env\n").contains("!.env.example");
    assertThat(pale.run("status").out())
        .contains("acme-api (pale.toml)")
        .contains("dev (pale.toml)");
  }

  @Test
  void aSecondCallChangesNothing() throws IOException {
    Pale pale = Pale.ready(folder);
    Map<String, String> before = files(pale);
    Pale.Result again = pale.run("init");
    assertThat(again.status()).isZero();
    assertThat(again.err()).contains("nothing was changed").doesNotContain("recovery code");
    assertThat(files(pale)).isEqualTo(before);
  }

  @Test
  void anotherPlaceThanPaleTomlNamesIsToldWithItsOptions() {
    Pale pale = Pale.ready(folder);
    assertThat(pale.run("init", "-p", "acme-web", "-e", "prod").err())
        .contains("acme-web/prod is ready: pale set NAME -p acme-web -e prod adds a secret");
  }

  @Test
  void theRecoveryCodeIsInTheJsonAnswerAndNowhereOnDisk() throws IOException {
    Pale pale = Pale.in(folder);
    Pale.Result made = pale.run("init", "--json");
    assertThat(made.out()).contains("\"vaultCreated\":true").contains("\"recoveryCode\":\"");
    String rest = made.out().substring(made.out().indexOf("\"recoveryCode\":\"") + 16);
    String code = rest.substring(0, rest.indexOf('"'));
    assertThat(code).isNotEmpty();
    assertThat(made.err()).doesNotContain(code);
    assertThat(pale.run("audit", "--json").out()).doesNotContain(code);
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(code);
      }
    }
  }

  @Test
  void withoutTerminalTheRecoveryCodeGoesIntoAPrivateFileAndNotIntoTheLog() throws IOException {
    Pale pale = Pale.in(folder);
    Pale.Result made = pale.run("init");
    Path file = pale.home.resolve("config/recovery-code.txt");
    String code = Files.readString(file).strip();
    assertThat(code).isNotEmpty();
    assertThat(made.err() + made.out())
        .contains("the recovery code is in " + file)
        .contains("move it away from this machine")
        .doesNotContain(code);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    pale.run("init");
    assertThat(pale.home.resolve("config/recovery-code.2.txt")).doesNotExist();
  }

  @Test
  void onATerminalTheRecoveryCodeIsShownAndInNoFile() {
    Pale pale = Pale.in(folder);
    assertThat(pale.typing("").run("init").err()).contains("shown only now");
    assertThat(pale.home.resolve("config/recovery-code.txt")).doesNotExist();
  }

  @Test
  void aRecoveryFileInAGitWorkTreeIsRefusedBeforeAVaultIsMade() throws IOException {
    Pale pale = Pale.in(folder);
    Files.createDirectory(pale.work.resolve(".git"));
    assertThat(pale.run("init", "--recovery-file", "code").err()).contains("PALE-143");
    assertThat(pale.work.resolve("code")).doesNotExist();
    assertThat(pale.run("vault", "status").err()).contains("PALE-200");
    Pale.Result made =
        pale.run("init", "--json", "--recovery-file", folder.resolve("code").toString());
    assertThat(made.out()).contains("\"recoveryFile\":").doesNotContain("recoveryCode");
    assertThat(Files.readString(folder.resolve("code"))).isNotBlank();
  }

  @Test
  void anImportIsReadBackAndThePlaintextRemovedWhenTold() {
    Pale pale = Pale.in(folder);
    Path env = pale.file(".env", ENV);
    Pale.Result made = pale.run("init", "--import", ".env", "--remove-plaintext");
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(env).doesNotExist();
    assertThat(pale.run("get", "DB_URL").out()).isEqualTo("postgres://canary-db");
    assertThat(pale.run("get", "TOKEN").out()).isEqualTo("canary x");
    assertThat(made.err() + made.out()).doesNotContain("canary");
  }

  @Test
  void thePlaintextStaysWithoutATerminalAndItIsSaid() throws IOException {
    Pale pale = Pale.in(folder);
    Path env = pale.file(".env", ENV);
    Pale.Result made = pale.run("init", "--import", ".env");
    assertThat(env).hasContent(ENV);
    assertThat(made.err()).contains(".env is still there, in plaintext");
    assertThat(Files.readString(pale.work.resolve(".env.example")))
        .contains("DB_URL=")
        .contains("TOKEN=")
        .doesNotContain("canary");
  }

  @Test
  void aPersonIsAskedForTheFilesThatAreThereAndForTheirRemoval() {
    Pale pale = Pale.in(folder);
    Path env = pale.file(".env", ENV);
    pale.file(".env.example.old", "X=1");
    Pale.Result made = pale.typing("y\ny\n").run("init");
    assertThat(made.status()).as(made.err()).isZero();
    assertThat(made.err()).contains("import .env into the vault?").contains("remove the plaintext");
    assertThat(env).doesNotExist();
  }

  @Test
  void aFileThatGitTracksIsWarnedOf() throws Exception {
    Pale pale = Pale.in(folder);
    pale.file(".env", ENV);
    git(pale, "init", "-q");
    git(pale, "add", "-f", ".env");
    assertThat(pale.run("init", "--import", ".env").err()).contains("git tracks .env");
    Pale other = Pale.in(folder.resolve("other"));
    other.file(".env", ENV);
    git(other, "init", "-q");
    other.file("my.env", "x");
    git(other, "add", "my.env");
    assertThat(other.run("init", "--import", ".env").err()).doesNotContain("git tracks");
  }

  static void git(Pale pale, String... args) throws Exception {
    String[] command = new String[args.length + 1];
    command[0] = "git";
    System.arraycopy(args, 0, command, 1, args.length);
    Process git = new ProcessBuilder(command).directory(pale.work.toFile()).start();
    assertThat(git.waitFor()).isZero();
  }

  @Test
  void whatCannotBeReadLeavesEverythingAsItWas() throws IOException {
    Pale pale = Pale.in(folder);
    pale.file(".env", "A=$(touch pwned)\nB=x\n");
    Pale.Result refused = pale.run("init", "--import", ".env", "--remove-plaintext");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(files(pale)).containsOnlyKeys(".env");
    assertThat(folder.resolve("home/data/vault.db")).doesNotExist();
    assertThat(pale.work.resolve("pwned")).doesNotExist();
  }

  @Test
  void anAgentCannotMakeTheVault() {
    Pale pale = Pale.in(folder);
    Pale.Result refused = pale.as("codex").run("init");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("PALE-523");
    assertThat(pale.as("codex").run("list", "-p", "x", "-e", "y").err()).contains("PALE-200");
  }

  @Test
  void aFolderThatOthersCanEnterIsToldAndNotUsed() throws IOException {
    Pale pale = Pale.ready(folder);
    Path state = pale.home.resolve("state");
    Files.setPosixFilePermissions(
        state, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    Pale.Result refused = pale.run("trust", "list");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("PALE-217").contains("others can enter it");
  }

  @Test
  void aGitignoreThatIsALinkIsNotWrittenThrough() throws IOException {
    Pale pale = Pale.in(folder);
    Path victim = Files.writeString(folder.resolve("bashrc"), "safe\n");
    Files.createSymbolicLink(pale.work.resolve(".gitignore"), victim);
    assertThat(pale.run("init").status()).isEqualTo(1);
    assertThat(victim).hasContent("safe");
  }
}
