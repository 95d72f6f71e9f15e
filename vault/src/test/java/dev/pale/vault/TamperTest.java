package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.all;
import static dev.pale.vault.Fixture.create;
import static dev.pale.vault.Fixture.database;
import static dev.pale.vault.Fixture.get;
import static dev.pale.vault.Fixture.name;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.set;
import static dev.pale.vault.Fixture.tamper;
import static dev.pale.vault.LocalVaultTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who can write the file and has no key changes it. */
class TamperTest {
  @TempDir Path root;

  /** A mark that only finds rows faster, and SQLite's own row number. */
  private static final Set<String> HARMLESS = Set.of("version.live", "version.id");

  private void fill() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "a1");
      set(vault, DEV, "A", "a2");
      set(vault, DEV, "B", "b1");
      set(vault, PROD, "A", "p1");
      vault.createProject("other", ACTOR);
    }
  }

  @Test
  void aChangedByteInAnyColumnOfAnyRowIsFoundAndNoWrongValueIsReadFromIt() throws Exception {
    fill();
    Path good = root.resolve("good.db");
    Path file = database(root);
    tamper(root, "PRAGMA wal_checkpoint(TRUNCATE)");
    Files.copy(file, good);
    Path seen = root.resolve("pale/state");
    List<String> unnoticed = new ArrayList<>();
    List<String> cells = cells();
    assertThat(cells).hasSizeGreaterThan(80);
    for (String cell : cells) {
      String[] part = cell.split(" ");
      Files.copy(good, file, StandardCopyOption.REPLACE_EXISTING);
      Files.deleteIfExists(Path.of(file + "-wal"));
      Files.deleteIfExists(Path.of(file + "-shm"));
      try (var heads = Files.newDirectoryStream(seen, "seen-*")) {
        for (Path head : heads) {
          Files.delete(head);
        }
      }
      flip(part[0], part[1], Long.parseLong(part[2]));
      if (!isNoticed() && !HARMLESS.contains(part[0] + "." + part[1])) {
        unnoticed.add(cell);
      }
    }
    assertThat(unnoticed).isEmpty();
  }

  /** Reads whatever can be read: each value must be right, and something must be reported. */
  private boolean isNoticed() {
    boolean noticed = false;
    try (LocalVault vault = open(root)) {
      for (String[] each : new String[][] {{"A", "a2"}, {"B", "b1"}}) {
        try {
          assertThat(get(vault, DEV, each[0])).isEqualTo(each[1]);
        } catch (PaleException e) {
          noticed = true;
        }
      }
      try {
        assertThat(get(vault, PROD, "A")).isEqualTo("p1");
      } catch (PaleException e) {
        noticed = true;
      }
      try {
        VaultCheck check = vault.admin().verify(ACTOR);
        noticed |= !check.problems().isEmpty() || check.audit() instanceof AuditCheck.Broken;
      } catch (PaleException e) {
        noticed = true;
      }
    } catch (PaleException e) {
      noticed = true;
    }
    return noticed;
  }

  private List<String> cells() throws Exception {
    List<String> cells = new ArrayList<>();
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + database(root));
        var statement = db.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (var rows =
          statement.executeQuery("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      for (String table : tables) {
        List<String> columns = new ArrayList<>();
        try (var rows = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
          while (rows.next()) {
            columns.add(rows.getString(2));
          }
        }
        long count;
        try (var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
          count = rows.getLong(1);
        }
        for (String column : columns) {
          for (long row = 0; row < count; row++) {
            cells.add(table + " " + column + " " + row);
          }
        }
      }
    }
    return cells;
  }

  private void flip(String table, String column, long row) throws Exception {
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + database(root));
        var statement = db.createStatement()) {
      statement.executeUpdate("PRAGMA foreign_keys=OFF");
      statement.executeUpdate("PRAGMA ignore_check_constraints=ON");
      String key = table.equals("key") || table.equals("project") ? "id" : "rowid";
      String where =
          key
              + " = (SELECT "
              + key
              + " FROM "
              + table
              + " ORDER BY "
              + key
              + " LIMIT 1 OFFSET "
              + row
              + ")";
      Object value;
      try (var rows =
          statement.executeQuery("SELECT " + column + " FROM " + table + " WHERE " + where)) {
        value = rows.getObject(1);
      }
      Object changed =
          switch (value) {
            case Integer number -> number ^ 1024;
            case Long number -> number ^ 1024;
            case String text ->
                text.isEmpty() ? "x" : (char) (text.charAt(0) ^ 1) + text.substring(1);
            case byte[] bytes -> {
              if (bytes.length == 0) {
                yield new byte[] {1};
              }
              bytes[bytes.length / 2] ^= 1;
              yield bytes;
            }
            default -> throw new AssertionError(value);
          };
      try (var update =
          db.prepareStatement("UPDATE " + table + " SET " + column + " = ? WHERE " + where)) {
        update.setObject(1, changed);
        update.executeUpdate();
      }
    }
  }

  @Test
  void aBadRowIsNamedAndTheOthersCanBeRead() throws Exception {
    fill();
    tamper(root, "UPDATE version SET sealed = randomblob(40) WHERE name = 'A' AND n = 2");
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "B")).isEqualTo("b1");
      assertThat(get(vault, PROD, "A")).isEqualTo("p1");
      assertThatThrownBy(() -> all(vault, DEV))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(220);
                assertThat(e.what()).contains("A of acme/dev, version 2");
              });
      assertThat(vault.list(DEV, ACTOR)).extracting(SecretInfo::version).containsExactly(2, 1);
      assertThat(vault.admin().verify(ACTOR).problems())
          .singleElement()
          .asString()
          .contains("A of acme/dev, version 2");
    }
  }

  @Test
  void swappedRowsAreNoticed() throws Exception {
    fill();
    tamper(
        root,
        "UPDATE version SET name = 'T' WHERE name = 'A' AND n = 1",
        "UPDATE version SET name = 'A' WHERE name = 'B' AND n = 1",
        "UPDATE version SET name = 'B' WHERE name = 'T' AND n = 1");
    try (LocalVault vault = open(root)) {
      assertCode(220, () -> get(vault, DEV, "B"));
      assertThat(get(vault, DEV, "A")).isEqualTo("a2");
    }
  }

  @Test
  void columnsSwappedBetweenSecretsAndEnvironmentsAreNoticed() throws Exception {
    fill();
    tamper(
        root,
        "UPDATE version SET (datakey, sealed, created) ="
            + " (SELECT datakey, sealed, created FROM version v WHERE v.name = 'B')"
            + " WHERE name = 'A' AND n = 2",
        "UPDATE version SET (datakey, sealed, created) ="
            + " (SELECT datakey, sealed, created FROM version v WHERE v.name = 'A' AND v.n = 1"
            + "   AND v.environment <> version.environment)"
            + " WHERE name = 'A' AND n = 1 AND environment IN"
            + " (SELECT id FROM environment WHERE name = 'prod')");
    try (LocalVault vault = open(root)) {
      assertCode(220, () -> get(vault, DEV, "A"));
      assertCode(220, () -> get(vault, PROD, "A"));
    }
  }

  @Test
  void environmentsAndProjectsThatTradeNamesAreNoticed() throws Exception {
    fill();
    tamper(
        root,
        "UPDATE environment SET name = 'tmp' WHERE name = 'dev'",
        "UPDATE environment SET name = 'dev' WHERE name = 'prod'",
        "UPDATE environment SET name = 'prod' WHERE name = 'tmp'");
    try (LocalVault vault = open(root)) {
      assertCode(222, () -> get(vault, DEV, "A"));
      assertCode(222, () -> get(vault, PROD, "A"));
    }
  }

  @Test
  void anOldRowPutBackOverANewOneIsNoticed() throws Exception {
    fill();
    tamper(
        root,
        "DELETE FROM version WHERE name = 'A' AND n = 2",
        "UPDATE version SET n = 2, live = 1 WHERE name = 'A' AND n = 1 AND environment IN"
            + " (SELECT id FROM environment WHERE name = 'dev')");
    try (LocalVault vault = open(root)) {
      assertCode(220, () -> get(vault, DEV, "A"));
    }
  }

  @Test
  void aDeletedRowIsNoticed() throws Exception {
    fill();
    tamper(root, "DELETE FROM version WHERE name = 'B'");
    try (LocalVault vault = open(root)) {
      assertCode(221, () -> all(vault, DEV));
      assertThat(get(vault, DEV, "A")).isEqualTo("a2");
    }
  }

  @Test
  void anEnvironmentPutBackToAnOlderStateGivesNothingOut() throws Exception {
    fill();
    tamper(root, "CREATE TABLE old AS SELECT * FROM environment");
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
      vault.unset(DEV, name("B"), ACTOR);
    }
    tamper(
        root,
        "UPDATE environment SET (changed, revision, manifest, mac) = (SELECT changed, revision,"
            + " manifest, mac FROM old WHERE old.id = environment.id)",
        "DROP TABLE old");
    try (LocalVault vault = open(root)) {
      assertCode(222, () -> get(vault, DEV, "A"));
      assertCode(222, () -> get(vault, DEV, "B"));
      assertCode(222, () -> all(vault, DEV));
      assertThat(vault.admin().verify(ACTOR).problems())
          .anyMatch(line -> line.contains("acme/dev") && line.contains("put back"));
    }
  }

  @Test
  void aWholeOlderFileIsRefusedUntilItIsAccepted() throws Exception {
    fill();
    tamper(root, "PRAGMA wal_checkpoint(TRUNCATE)");
    Path old = Files.copy(database(root), root.resolve("old.db"));
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
    }
    Files.deleteIfExists(Path.of(database(root) + "-wal"));
    Files.copy(old, database(root), StandardCopyOption.REPLACE_EXISTING);
    try (LocalVault vault = open(root)) {
      assertCode(202, () -> get(vault, DEV, "A"));
    }
    VaultAdmin.accept(Fixture.folders(root), Unlocking.silent(), ACTOR);
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "A")).isEqualTo("a2");
    }
  }

  @Test
  void anOlderFileThatWentOnInAnotherWayIsRefused() throws Exception {
    fill();
    tamper(root, "PRAGMA wal_checkpoint(TRUNCATE)");
    Path old = Files.copy(database(root), root.resolve("old.db"));
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
    }
    Path head;
    try (var heads = Files.newDirectoryStream(root.resolve("pale/state"), "seen-*")) {
      head = heads.iterator().next();
    }
    byte[] seen = Files.readAllBytes(head);
    Files.copy(old, database(root), StandardCopyOption.REPLACE_EXISTING);
    Files.delete(head);
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "fork");
      set(vault, DEV, "A", "fork2");
    }
    Files.write(head, seen);
    try (LocalVault vault = open(root)) {
      assertCode(202, () -> get(vault, DEV, "A"));
    }
  }

  @Test
  void aChangedRemovedOrCutAuditRowIsNamed() throws Exception {
    fill();
    tamper(root, "UPDATE audit SET record = replace(record, 'tester', 'nobody') WHERE seq = 5");
    assertThat(audit())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(5));
    tamper(root, "DELETE FROM audit WHERE seq = 3");
    assertThat(audit())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(3));
  }

  @Test
  void aCutTailOfTheAuditLogIsNoticed() throws Exception {
    fill();
    tamper(root, "DELETE FROM audit WHERE seq >= 8");
    assertThat(audit())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(8));
    tamper(root, "UPDATE meta SET seq = 7, mac = (SELECT mac FROM audit WHERE seq = 7)");
    assertCode(224, () -> open(root));
  }

  private AuditCheck audit() {
    try (LocalVault vault = open(root)) {
      return vault.verifyAudit();
    }
  }

  @Test
  void withoutItsAuditRowNoValueIsGivenOut() throws Exception {
    fill();
    try (LocalVault vault = open(root)) {
      tamper(
          root,
          "INSERT INTO audit (seq, record, mac) SELECT seq + 1, record, mac FROM audit"
              + " ORDER BY seq DESC LIMIT 1");
      assertCode(226, () -> get(vault, DEV, "A"));
    }
  }

  @Test
  void aPlantedTriggerIsRefused() throws Exception {
    fill();
    tamper(
        root,
        "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE seq = new.seq; END");
    assertCode(218, () -> open(root));
  }

  @Test
  void aPlantedRecoverySlotIsRefusedBeforeAnythingIsSealedForIt() throws Exception {
    fill();
    tamper(root, "UPDATE slot SET params = 'age1qqqqqqqqqqqqq' WHERE kind = 'recovery'");
    try (LocalVault vault = open(root)) {
      assertCode(228, () -> vault.admin().backup(root.resolve("b"), ACTOR));
      assertCode(228, () -> vault.admin().rekey(List.of(), ACTOR));
    }
  }

  @Test
  void aNewerFormatIsRefused() throws Exception {
    fill();
    tamper(root, "UPDATE meta SET format = 2");
    assertCode(204, () -> open(root));
    tamper(root, "PRAGMA user_version=2", "ALTER TABLE meta RENAME COLUMN places TO elsewhere");
    assertCode(204, () -> open(root));
  }

  @Test
  void aFileThatIsCutOrIsNoDatabaseIsAClearError() throws Exception {
    fill();
    tamper(root, "PRAGMA wal_checkpoint(TRUNCATE)");
    byte[] whole = Files.readAllBytes(database(root));
    for (int length : new int[] {0, 10, 100, 4096, whole.length / 2, whole.length - 4096}) {
      Files.write(database(root), java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(
              () -> {
                try (LocalVault vault = open(root)) {
                  all(vault, DEV);
                  all(vault, PROD);
                  get(vault, DEV, "A");
                  if (!vault.admin().verify(ACTOR).problems().isEmpty()) {
                    throw PaleException.of(214, "found", "", "");
                  }
                }
              })
          .as("cut to %d", length)
          .isInstanceOfSatisfying(
              PaleException.class, e -> assertThat(e.code()).isBetween(210, 225));
    }
    Files.write(database(root), "not a database, just text ".repeat(500).getBytes());
    assertCode(215, () -> open(root));
  }

  @Test
  void flippedBytesAnywhereInTheFileNeverGiveAWrongValue() throws Exception {
    fill();
    tamper(root, "PRAGMA wal_checkpoint(TRUNCATE)");
    byte[] whole = Files.readAllBytes(database(root));
    var random = new java.util.Random(7);
    for (int round = 0; round < 150; round++) {
      byte[] bad = whole.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      Files.write(database(root), bad);
      Files.deleteIfExists(Path.of(database(root) + "-wal"));
      Files.deleteIfExists(Path.of(database(root) + "-shm"));
      try (var heads = Files.newDirectoryStream(root.resolve("pale/state"), "seen-*")) {
        for (Path head : heads) {
          Files.delete(head);
        }
      }
      isNoticed();
    }
  }
}
