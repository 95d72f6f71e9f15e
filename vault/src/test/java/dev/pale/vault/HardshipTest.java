package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.all;
import static dev.pale.vault.Fixture.create;
import static dev.pale.vault.Fixture.get;
import static dev.pale.vault.Fixture.name;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.set;
import static dev.pale.vault.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once, a full disk, a read-only one, and what is left in the files. */
class HardshipTest {
  @TempDir Path root;

  @Test
  void fiftyReadersAndTwentyWritersAtOnceDoNotDisturbEachOther() throws Exception {
    try (LocalVault vault = create(root)) {
      for (int i = 0; i < 20; i++) {
        set(vault, DEV, "N" + i, "v");
      }
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(70)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String mine = "N" + i;
        all.add(
            pool.submit(() -> {
              try (LocalVault vault = open(root)) {
                set(vault, DEV, mine, "w");
              }
            }));
      }
      for (int i = 0; i < 50; i++) {
        all.add(
            pool.submit(() -> {
              try (LocalVault vault = open(root)) {
                assertThat(all(vault, DEV)).hasSize(20);
              }
            }));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
    try (LocalVault vault = open(root)) {
      assertThat(all(vault, DEV).values()).containsOnly("w");
      VaultCheck check = vault.admin().verify(ACTOR);
      assertThat(check.problems()).isEmpty();
      assertThat(check.audit()).isEqualTo(new AuditCheck.Intact(4 + 20 + 20 + 50 + 1));
    }
  }

  @Test
  void processesOfTheirOwnReadAtOnce() throws Exception {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
    }
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      children.add(Child.start(root, "read", 0));
    }
    for (Process child : children) {
      assertThat(child.waitFor()).isZero();
    }
  }

  /** Runs the work on a small file system of its own. */
  private void onSmallDisk(SmallDisk work) throws Exception {
    Path disk = Files.createDirectory(root.resolve("disk"));
    if (run("mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", disk.toString()) != 0) {
      System.out.println("not checked: this machine does not let the tests mount a tmpfs");
      return;
    }
    try {
      work.run(disk);
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  private interface SmallDisk {
    void run(Path disk) throws Exception;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @Test
  void onAFullDiskNothingIsLostAndNothingIsGivenOutUnrecorded() throws Exception {
    onSmallDisk(disk -> {
      try (LocalVault vault = create(disk)) {
        set(vault, DEV, "A", "1");
      }
      Path ballast = disk.resolve("ballast");
      int written = 0;
      try (LocalVault vault = open(disk)) {
        try (var out = Files.newOutputStream(ballast)) {
          byte[] block = new byte[4096];
          while (true) {
            out.write(block);
          }
        } catch (IOException full) {
          // As intended.
        }
        PaleException failure = null;
        for (int i = 1; i <= 400 && failure == null; i++) {
          try {
            set(vault, DEV, "B", "x".repeat(3000) + i);
            written = i;
          } catch (PaleException e) {
            failure = e;
          }
        }
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isBetween(211, 212);
        assertThatThrownBy(() -> get(vault, DEV, "A"))
            .isInstanceOfSatisfying(
                PaleException.class, e -> assertThat(e.code()).isBetween(211, 212));
      }
      assertThatThrownBy(() -> get(open(disk), DEV, "A"))
          .isInstanceOfSatisfying(
              PaleException.class, e -> assertThat(e.code()).isBetween(210, 219));
      Files.delete(ballast);
      try (LocalVault vault = open(disk)) {
        assertThat(get(vault, DEV, "A")).isEqualTo("1");
        if (written > 0) {
          assertThat(get(vault, DEV, "B")).endsWith("x" + written);
        }
        assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
      }
    });
  }

  @Test
  void aReadOnlyFolderIsAClearErrorAndHarmless() throws Exception {
    onSmallDisk(disk -> {
      try (LocalVault vault = create(disk)) {
        set(vault, DEV, "A", "1");
      }
      assertThat(run("mount", "-o", "remount,ro", disk.toString())).isZero();
      assertThatThrownBy(() -> get(open(disk), DEV, "A"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isIn(213, 216));
      assertThatThrownBy(() ->
              VaultAdmin.create(
                  Fixture.folders(disk.resolve("pale")),
                  new KeySetup.KeyFile(Optional.empty()),
                  ACTOR))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(216));
      assertThat(run("mount", "-o", "remount,rw", disk.toString())).isZero();
      try (LocalVault vault = open(disk)) {
        assertThat(get(vault, DEV, "A")).isEqualTo("1");
      }
    });
  }

  @Test
  void aLockThatIsHeldTooLongIsAClearError() throws Exception {
    create(root).close();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + Fixture.database(root));
        var statement = other.createStatement();
        Database db = Database.open(Fixture.database(root), Fixture.folders(root), 100)) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      assertThatThrownBy(db::begin)
          .isInstanceOfSatisfying(
              SqliteException.class,
              e -> assertThat(Failures.of(e, db.file()).code()).isEqualTo(210));
    }
  }

  @Test
  void aValueIsNeverInAFileInClear() throws Exception {
    String canary = "canary-7f3a91c0-value";
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", canary);
      get(vault, DEV, "A");
      set(vault, DEV, "A", canary + "2");
      vault.admin().rekey(List.of(), ACTOR);
      vault.admin().backup(root.resolve("backup"), ACTOR);
      vault.unset(DEV, name("A"), ACTOR);
      assertThat(filesWith(canary.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }
    assertThat(filesWith(canary.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private List<Path> filesWith(byte[] wanted) throws IOException {
    List<Path> found = new ArrayList<>();
    String text = new String(wanted, StandardCharsets.ISO_8859_1);
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  @Test
  void whatWasPurgedIsGoneFromTheFiles() throws Exception {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "a".repeat(300));
      set(vault, DEV, "A", "b".repeat(9000));
      set(vault, DEV, "KEPT", "k");
      byte[] dataKey = column("datakey", 1);
      byte[] sealed = column("sealed", 2);
      byte[] tail = java.util.Arrays.copyOfRange(sealed, sealed.length - 40, sealed.length);
      assertThat(filesWith(dataKey)).isNotEmpty();
      assertThat(filesWith(tail)).isNotEmpty();
      vault.unset(DEV, name("A"), ACTOR);
      assertThat(vault.admin().purge(Duration.ofDays(1), ACTOR)).isZero();
      assertThat(vault.admin().purge(Duration.ZERO, ACTOR)).isEqualTo(1);
      assertThat(filesWith(dataKey)).isEmpty();
      assertThat(filesWith(tail)).isEmpty();
      LocalVaultTest.assertCode(106, () -> vault.restore(DEV, name("A"), ACTOR));
      assertThat(vault.list(DEV, ACTOR)).hasSize(1);
      assertThat(vault.admin().verify(ACTOR).shredded()).isEqualTo(2);
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
      assertThat(set(vault, DEV, "A", "again")).isEqualTo(3);
      assertThat(vault.history(DEV, name("A"), ACTOR))
          .extracting(VersionInfo::shredded)
          .containsExactly(false, true, true);
    }
  }

  private byte[] column(String column, int n) throws Exception {
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + Fixture.database(root));
        var statement = db.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT " + column + " FROM version WHERE name = 'A' AND n = " + n)) {
      return rows.getBytes(1);
    }
  }

  @Test
  void aDeletedSecretIsDestroyedAfterItsTimeByTheNextWrite() {
    create(root).close();
    Instant start = Instant.now();
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "1");
      vault.unset(DEV, name("A"), ACTOR);
    }
    try (LocalVault later = at(start.plus(Duration.ofDays(29)))) {
      set(later, DEV, "B", "1");
      assertThat(later.restore(DEV, name("A"), ACTOR)).isEqualTo(1);
      later.unset(DEV, name("A"), ACTOR);
    }
    try (LocalVault later = at(start.plus(Duration.ofDays(60)))) {
      set(later, DEV, "B", "2");
      LocalVaultTest.assertCode(106, () -> later.restore(DEV, name("A"), ACTOR));
    }
  }

  private LocalVault at(Instant instant) {
    return LocalVault.open(Fixture.folders(root), Unlocking.silent(), () -> instant);
  }

  @Test
  void aThousandSecretsAndLargeOnesAreReadWhole() {
    try (LocalVault vault = create(root)) {
      var values =
          new java.util.TreeMap<dev.pale.secrets.SecretName, dev.pale.secrets.SecretValue>();
      for (int i = 0; i < 1000; i++) {
        values.put(name("N" + i), value("value " + i));
      }
      values.put(name("BIG"), value("y".repeat(5_000_000)));
      values.put(name("EMPTY"), value(""));
      vault.setAll(DEV, values, ACTOR);
      Map<String, String> read = all(vault, DEV);
      assertThat(read).hasSize(1002).containsEntry("N999", "value 999").containsEntry("EMPTY", "");
      assertThat(read.get("BIG")).hasSize(5_000_000);
      LocalVaultTest.assertCode(
          107, () -> set(vault, PROD, "A", "z".repeat(Writing.MAX_VALUE_BYTES + 1)));
    }
  }
}
