package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.folders;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.value;
import static dev.pale.vault.LocalVaultTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pale.crypto.age.Age;
import dev.pale.crypto.age.AgeIdentity;
import dev.pale.crypto.age.AgeRecipient;
import dev.pale.secrets.SecretValue;
import dev.pale.system.KernelKeyring;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Identities that are ssh keys, and those that have a passphrase. */
class IdentityTest {
  @TempDir Path root;

  private static final class Typing implements KeyPrompt {
    private final AtomicInteger asked = new AtomicInteger();
    private final String text;

    Typing(String text) {
      this.text = text;
    }

    @Override
    public boolean canAsk() {
      return true;
    }

    @Override
    public SecretValue ask(String what) {
      asked.incrementAndGet();
      return value(text);
    }
  }

  @Test
  void anSshRsaKeyOpensTheVault() throws Exception {
    Path file = sshKey("rsa", "");
    VaultAdmin.create(folders(root), sshSlot(file), ACTOR).vault().close();
    open(root).close();
  }

  @Test
  void anSshKeyWithAPassphraseIsAskedForOnceAndHeld() throws Exception {
    Path file = sshKey("ed25519", "open sesame");
    VaultAdmin.create(folders(root), sshSlot(file), ACTOR).vault().close();
    assertCode(235, () -> open(root));
    Typing typing = new Typing("open sesame");
    LocalVault.open(folders(root), asking(typing, 60)).close();
    assertThat(typing.asked).hasValue(1);
    if (KernelKeyring.available()) {
      LocalVault.open(folders(root), asking(typing, 60)).close();
      assertThat(typing.asked).hasValue(1);
      open(root).close();
      assertThat(VaultAdmin.lock(folders(root))).isTrue();
    }
    assertCode(235, () -> open(root));
  }

  @Test
  void anSshKeyWithAWrongPassphraseIsAskedForThreeTimes() throws Exception {
    Path file = sshKey("rsa", "open sesame");
    VaultAdmin.create(folders(root), sshSlot(file), ACTOR).vault().close();
    for (String wrong : List.of("open barley", "")) {
      Typing typing = new Typing(wrong);
      assertCode(209, () -> LocalVault.open(folders(root), asking(typing, 0)));
      assertThat(typing.asked).hasValue(3);
    }
  }

  @Test
  void anIdentityFileWithAPassphraseOpensTheVault() throws Exception {
    Path file = root.resolve("identity.age");
    byte[] passphrase = "open sesame".getBytes(StandardCharsets.UTF_8);
    try (AgeIdentity identity = AgeIdentity.generate()) {
      FileGuard.writeDurably(
          file,
          Age.encrypt(identity.secretText(), List.of(AgeRecipient.passphrase(passphrase, 10))));
      VaultAdmin.create(
              folders(root),
              new KeySetup.Age(identity.recipient().text(), Optional.of(file)),
              ACTOR)
          .vault()
          .close();
    }
    assertCode(235, () -> open(root));
    LocalVault.open(folders(root), asking(new Typing("open sesame"), 0)).close();
    assertCode(209, () -> LocalVault.open(folders(root), asking(new Typing("open barley"), 0)));
    // The same file, named by hand.
    Path moved = Files.move(file, root.resolve("moved.age"));
    assertCode(233, () -> LocalVault.open(folders(root), asking(new Typing("open sesame"), 0)));
    Unlocking named =
        new Unlocking(Optional.empty(), Optional.of(moved), new Typing("open sesame"), 0);
    LocalVault.open(folders(root), named).close();
  }

  private static Unlocking asking(KeyPrompt prompt, int holdSeconds) {
    return new Unlocking(Optional.empty(), Optional.empty(), prompt, holdSeconds);
  }

  private Path sshKey(String type, String passphrase) throws Exception {
    Path file = root.resolve("id");
    int status =
        new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString())
            .start()
            .waitFor();
    assertThat(status).isZero();
    return file;
  }

  private static KeySetup sshSlot(Path file) throws Exception {
    return new KeySetup.Age(Files.readString(Path.of(file + ".pub")), Optional.of(file));
  }
}
