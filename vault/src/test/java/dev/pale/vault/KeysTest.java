package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.create;
import static dev.pale.vault.Fixture.folders;
import static dev.pale.vault.Fixture.get;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.set;
import static dev.pale.vault.Fixture.value;
import static dev.pale.vault.LocalVaultTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.age.AgeIdentity;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretValue;
import dev.pale.system.Folders;
import dev.pale.system.KernelKeyring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What opens the vault, and how that is changed. */
class KeysTest {
  @TempDir Path root;

  private static final KeySetup KEY_FILE = new KeySetup.KeyFile(Optional.empty());

  private Path keyFile() {
    return folders(root).config().resolve("key");
  }

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

  private LocalVault openTyping(Typing typing, int holdSeconds) {
    return LocalVault.open(
        folders(root), new Unlocking(Optional.empty(), Optional.empty(), typing, holdSeconds));
  }

  @Test
  void aKeyOfAnotherVaultIsRefusedWithBothFingerprints() throws Exception {
    create(root).close();
    Path other = Files.createDirectory(root.resolve("other"));
    create(other).close();
    byte[] foreign = Files.readAllBytes(folders(other).config().resolve("key"));
    Files.write(keyFile(), foreign);
    assertThatThrownBy(() -> open(root))
        .isInstanceOfSatisfying(
            PaleException.class,
            e -> {
              assertThat(e.code()).isEqualTo(201);
              assertThat(e.why())
                  .matches("the vault was sealed with key [0-9a-f]{16}, you offer [0-9a-f]{16}");
            });
  }

  @Test
  void aRefusedUnlockIsInTheLogAfterTheNextGoodOne() throws Exception {
    create(root).close();
    byte[] good = Files.readAllBytes(keyFile());
    Files.writeString(keyFile(), "PALE-KEY-1-" + "00".repeat(32) + "\n");
    assertCode(201, () -> open(root));
    Files.write(keyFile(), good);
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "1");
      assertThat(vault.auditRows(AuditFilter.everything()))
          .anyMatch(row ->
              row.event().equals("unlock")
                  && !row.allowed()
                  && row.detail().startsWith("noted while locked, not authenticated"));
      assertThat(vault.verifyAudit()).isInstanceOf(AuditCheck.Intact.class);
    }
  }

  @Test
  void anUnsafeKeyFileIsRefused() throws Exception {
    create(root).close();
    Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r--r--"));
    assertCode(217, () -> open(root));
    Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-------"));
    Path real = keyFile().resolveSibling("real");
    Files.move(keyFile(), real);
    Files.createSymbolicLink(keyFile(), real);
    assertCode(217, () -> open(root));
    Files.delete(keyFile());
    assertCode(207, () -> open(root));
    Files.move(real, keyFile());
    Files.createDirectory(root.resolve(".git"));
    assertCode(207, () -> open(root));
  }

  @Test
  void aKeyFileThatIsThereIsNeverOverwritten() throws Exception {
    Folders folders = folders(root);
    create(root).close();
    Files.delete(Fixture.database(root));
    byte[] before = Files.readAllBytes(keyFile());
    assertCode(207, () -> VaultAdmin.create(folders, KEY_FILE, ACTOR));
    assertThat(Files.readAllBytes(keyFile())).isEqualTo(before);
    assertThat(LocalVault.exists(folders)).isFalse();
  }

  @Test
  void aVaultIsNeverMadeOverAnother() {
    create(root).close();
    assertCode(203, () -> VaultAdmin.create(folders(root), KEY_FILE, ACTOR));
    open(root).close();
  }

  @Test
  void aPassphraseIsAskedForOnceAndThenHeldUntilLock() {
    VaultAdmin.create(folders(root), new KeySetup.Passphrase(value("correct horse")), ACTOR)
        .vault()
        .close();
    Typing right = new Typing("correct horse");
    assertCode(206, () -> open(root));
    assertThat(VaultAdmin.status(folders(root)).locked()).isTrue();
    openTyping(right, 60).close();
    assertThat(right.asked).hasValue(1);
    if (KernelKeyring.available()) {
      open(root).close();
      assertThat(VaultAdmin.status(folders(root)).locked()).isFalse();
      assertThat(VaultAdmin.lock(folders(root))).isTrue();
      assertCode(206, () -> open(root));
    }
    Typing wrong = new Typing("wrong");
    assertCode(209, () -> openTyping(wrong, 60));
    assertThat(wrong.asked).hasValue(3);
  }

  @Test
  void ofManyOpenersAtOnceOneAsks() throws Exception {
    VaultAdmin.create(folders(root), new KeySetup.Passphrase(value("correct horse")), ACTOR)
        .vault()
        .close();
    if (!KernelKeyring.available()) {
      System.out.println("not checked: this kernel or container has no user keyring");
      return;
    }
    Typing typing = new Typing("correct horse");
    try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new java.util.ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(pool.submit(() -> openTyping(typing, 60).close()));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(typing.asked).hasValue(1);
    VaultAdmin.lock(folders(root));
  }

  @Test
  void anAgeIdentityOpensTheVault() throws Exception {
    Path file = root.resolve("identity");
    try (AgeIdentity identity = AgeIdentity.generate()) {
      FileGuard.writeDurably(file, identity.secretText());
      VaultAdmin.create(
              folders(root),
              new KeySetup.Age(identity.recipient().text(), Optional.of(file)),
              ACTOR)
          .vault()
          .close();
    }
    open(root).close();
    try (AgeIdentity other = AgeIdentity.generate()) {
      FileGuard.writeDurably(file, other.secretText());
    }
    assertCode(201, () -> open(root));
  }

  @Test
  void anSshKeyOpensTheVault() throws Exception {
    Path file = root.resolve("id");
    int status =
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
            .start()
            .waitFor();
    assertThat(status).isZero();
    String recipient = Files.readString(root.resolve("id.pub"));
    VaultAdmin.create(folders(root), new KeySetup.Age(recipient, Optional.of(file)), ACTOR)
        .vault()
        .close();
    open(root).close();
  }

  @Test
  void theRecoveryCodeRecovers() throws Exception {
    SecretValue code;
    try (LocalVault vault = create(root)) {
      code = vault.admin().rekey(List.of(), ACTOR);
      set(vault, DEV, "A", "1");
    }
    Files.delete(keyFile());
    assertCode(207, () -> open(root));
    assertCode(208, () -> VaultAdmin.recover(folders(root), value("nonsense"), KEY_FILE, ACTOR));
    try (LocalVault vault = VaultAdmin.recover(folders(root), code, KEY_FILE, ACTOR)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
    }
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(vault.admin().slots())
          .extracting(SlotInfo::kind)
          .containsExactlyInAnyOrder("recovery", "keyfile");
      assertThat(vault.verifyAudit()).isInstanceOf(AuditCheck.Intact.class);
    }
  }

  @Test
  void afterARekeyTheOldKeyAndTheOldCodeOpenNothing() throws Exception {
    VaultAdmin.Created created = VaultAdmin.create(folders(root), KEY_FILE, ACTOR);
    byte[] oldKey = Files.readAllBytes(keyFile());
    try (LocalVault vault = created.vault()) {
      vault.createProject("acme", ACTOR);
      vault.createEnvironment(DEV, ACTOR);
      set(vault, DEV, "A", "1");
      vault.admin().rekey(List.of(), ACTOR);
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
    }
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
    }
    assertCode(
        208, () -> VaultAdmin.recover(folders(root), created.recoveryCode(), KEY_FILE, ACTOR));
    Files.write(keyFile(), oldKey);
    assertCode(201, () -> open(root));
  }

  @Test
  void aVaultThatIsOpenElsewhereGoesOnAfterARekey() {
    try (LocalVault one = create(root);
        LocalVault two = open(root)) {
      set(one, DEV, "A", "1");
      one.admin().rekey(List.of(), ACTOR);
      assertThat(get(two, DEV, "A")).isEqualTo("1");
      set(two, DEV, "A", "2");
      two.admin().rekey(List.of(), ACTOR);
      assertThat(get(one, DEV, "A")).isEqualTo("2");
    }
  }

  @Test
  void aRekeyThatStoppedBetweenCommitAndRenameOpens() throws Exception {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      byte[] old = Files.readAllBytes(keyFile());
      vault.admin().rekey(List.of(), ACTOR);
      String fingerprint =
          Files.readString(keyFile()).replaceAll("(?s).*\\(([0-9a-f]{16})\\).*", "$1");
      Files.move(keyFile(), keyFile().resolveSibling("key." + fingerprint));
      FileGuard.writeDurably(keyFile(), old);
    }
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      vault.admin().rekey(List.of(), ACTOR);
    }
    try (LocalVault vault = open(root);
        var files = Files.list(keyFile().getParent())) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void slotsAreAddedAndRemovedButNeverTheLast() {
    try (LocalVault vault = create(root)) {
      VaultAdmin admin = vault.admin();
      assertCode(231, () -> admin.removeSlot(1, ACTOR));
      assertCode(231, () -> admin.removeSlot(2, ACTOR));
      assertCode(230, () -> admin.removeSlot(99, ACTOR));
      SlotInfo added =
          admin.addSlot(new KeySetup.KeyFile(Optional.of(root.resolve("keys/second"))), ACTOR);
      admin.removeSlot(1, ACTOR);
      assertThat(keyFile()).doesNotExist();
      assertThat(admin.slots()).extracting(SlotInfo::id).containsExactly(2L, added.id());
    }
    open(root).close();
  }

  @Test
  void aRekeyToAPassphraseAndBack() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      vault.admin().rekey(List.of(new KeySetup.Passphrase(value("horse"))), ACTOR);
      assertThat(keyFile()).doesNotExist();
      assertCode(231, () -> vault.admin().rekey(List.of(), ACTOR));
    }
    try (LocalVault vault = openTyping(new Typing("horse"), 0)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      vault.admin().rekey(List.of(KEY_FILE), ACTOR);
    }
    open(root).close();
  }

  @Test
  void aBackupIsRestoredOnAnotherMachineByTheRecoveryCode() throws Exception {
    Path file = root.resolve("backup");
    SecretValue code;
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      set(vault, PROD, "GREEN_CANARY", "2");
      code = vault.admin().rekey(List.of(), ACTOR);
      assertThat(vault.admin().backup(file, ACTOR).versions()).isEqualTo(2);
      assertCode(260, () -> vault.admin().backup(file, ACTOR));
    }
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("GREEN_CANARY");
    Folders elsewhere = folders(root.resolve("elsewhere"));
    assertCode(
        207,
        () ->
            VaultAdmin.restore(
                elsewhere,
                file,
                new Unlocking(
                    Optional.of(root.resolve("nokey")), Optional.empty(), KeyPrompt.none(), 0),
                Optional.empty(),
                false,
                ACTOR));
    VaultAdmin.restore(elsewhere, file, Unlocking.silent(), Optional.of(code), false, ACTOR);
    Path key = root.resolve("elsewhere-key");
    try (LocalVault vault =
        VaultAdmin.recover(elsewhere, code, new KeySetup.KeyFile(Optional.of(key)), ACTOR)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
    }
  }

  @Test
  void aRestoreKeepsTheOldVaultAndIsNotTakenForAnAttack() throws Exception {
    Path file = root.resolve("backup");
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      vault.admin().backup(file, ACTOR);
      set(vault, DEV, "A", "2");
    }
    assertCode(264, () -> restore(file, false));
    restore(file, true);
    try (LocalVault vault = open(root);
        var files = Files.list(folders(root).data())) {
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(files).anyMatch(each -> each.toString().contains("vault.db.replaced-"));
    }
  }

  private BackupInfo restore(Path file, boolean replace) {
    return VaultAdmin.restore(
        folders(root), file, Unlocking.silent(), Optional.empty(), replace, ACTOR);
  }

  @Test
  void aChangedOrCutBackupIsRefusedAndNothingIsReplaced() throws Exception {
    Path file = root.resolve("backup");
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      vault.admin().backup(file, ACTOR);
      set(vault, DEV, "A", "2");
    }
    byte[] good = Files.readAllBytes(file);
    for (int at : new int[] {3, 20, 60, 200, 700, good.length / 2, good.length - 1}) {
      byte[] bad = good.clone();
      bad[at] ^= 4;
      Files.write(file, bad);
      assertThatThrownBy(() -> restore(file, true)).isInstanceOf(PaleException.class);
      Files.write(file, java.util.Arrays.copyOf(good, at));
      assertThatThrownBy(() -> restore(file, true)).isInstanceOf(PaleException.class);
    }
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("2");
    }
  }
}
