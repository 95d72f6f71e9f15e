package dev.pale.crypto.age;

import static dev.pale.crypto.age.AgeTest.assertKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.CryptoException.Kind;
import dev.pale.crypto.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Files exchanged with the real age command, and keys of the real ssh-keygen, both ways. */
@EnabledIf("commandsPresent")
class AgeCommandTest {
  @TempDir Path folder;

  static boolean commandsPresent() {
    boolean present = isCommand("age") && isCommand("ssh-keygen");
    if (!present) {
      System.out.println("skipped: the commands age and ssh-keygen are not installed");
    }
    return present;
  }

  @Test
  void nativeKeysGoBothWays() throws Exception {
    AgeIdentity identity = AgeIdentity.generate();
    Path key = Files.write(folder.resolve("key"), identity.secretText());
    goesBothWays(key, identity, new String[] {"-r", identity.recipient().text()});
  }

  @Test
  void sshKeysGoBothWays() throws Exception {
    for (String[] kind :
        new String[][] {{"ed25519"}, {"rsa", "-b", "2048"}, {"rsa", "-b", "3072", "-m", "PEM"}}) {
      Path key = folder.resolve("id_" + kind.length + kind[0]);
      List<String> make =
          new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-f", "" + key, "-t"));
      make.addAll(List.of(kind));
      run(new byte[0], make.toArray(String[]::new));
      AgeIdentity identity = AgeIdentity.parseFile(Files.readAllBytes(key)).getFirst();
      goesBothWays(key, identity, new String[] {"-R", key + ".pub"});
    }
  }

  @Test
  void pkcs8RsaKeysAreRead() throws Exception {
    Path key = folder.resolve("id");
    run(new byte[0], "ssh-keygen", "-q", "-N", "", "-f", "" + key, "-t", "rsa", "-m", "PKCS8");
    AgeIdentity identity = AgeIdentity.parseFile(Files.readAllBytes(key)).getFirst();
    assertThat(Files.readString(Path.of(key + ".pub"))).startsWith(identity.recipient().text());
    assertThat(
            Age.decrypt(Age.encrypt(new byte[3], List.of(identity.recipient())), List.of(identity)))
        .hasSize(3);
  }

  @Test
  void sshKeysWithAPassphraseAreRead() throws Exception {
    for (String[] kind :
        new String[][] {
          {"ed25519"}, {"rsa"}, {"ed25519", "-Z", "aes256-cbc"}, {"ed25519", "-a", "1"}
        }) {
      Path key = folder.resolve("sealed" + kind.length + String.join("", kind));
      List<String> make =
          new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "tulip", "-f", "" + key, "-t"));
      make.addAll(List.of(kind));
      run(new byte[0], make.toArray(String[]::new));
      byte[] file = Files.readAllBytes(key);
      AgeIdentity identity = AgeIdentity.parseFile(file, "tulip".getBytes(US_ASCII)).getFirst();
      byte[] sealed = run(new byte[] {4, 2}, "age", "-R", key + ".pub");
      assertThat(Age.decrypt(sealed, List.of(identity))).containsExactly(4, 2);
      assertKind(Kind.PASSPHRASE_NEEDED, () -> AgeIdentity.parseFile(file));
      assertKind(Kind.AUTHENTICATION, () -> AgeIdentity.parseFile(file, "rose".getBytes(US_ASCII)));
    }
  }

  private void goesBothWays(Path key, AgeIdentity identity, String[] recipient) throws Exception {
    for (int length : new int[] {0, 5, 65536, 70_000}) {
      byte[] plaintext = Keys.random(length);
      byte[] ours = Age.encrypt(plaintext, List.of(identity.recipient()));
      assertThat(run(ours, "age", "-d", "-i", key.toString())).isEqualTo(plaintext);
      byte[] armored = Age.encryptArmored(plaintext, List.of(identity.recipient()));
      assertThat(run(armored, "age", "-d", "-i", key.toString())).isEqualTo(plaintext);
      for (String form : List.of("-e", "-a")) {
        byte[] theirs = run(plaintext, "age", form, recipient[0], recipient[1]);
        assertThat(Age.decrypt(theirs, List.of(identity))).isEqualTo(plaintext);
      }
    }
  }

  private byte[] run(byte[] input, String... command) throws IOException, InterruptedException {
    Path in = Files.write(folder.resolve("input"), input);
    Path out = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(errors, US_ASCII)).isZero();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Files.copy(out, all);
    return all.toByteArray();
  }

  private static boolean isCommand(String name) {
    for (String part : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!part.isEmpty() && Files.isExecutable(Path.of(part, name))) {
        return true;
      }
    }
    return false;
  }
}
