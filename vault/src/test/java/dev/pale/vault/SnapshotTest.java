package dev.pale.vault;

import static dev.pale.vault.Fixture.ACTOR;
import static dev.pale.vault.Fixture.DEV;
import static dev.pale.vault.Fixture.PROD;
import static dev.pale.vault.Fixture.all;
import static dev.pale.vault.Fixture.create;
import static dev.pale.vault.Fixture.database;
import static dev.pale.vault.Fixture.folders;
import static dev.pale.vault.Fixture.name;
import static dev.pale.vault.Fixture.open;
import static dev.pale.vault.Fixture.set;
import static dev.pale.vault.Fixture.tamper;
import static dev.pale.vault.LocalVaultTest.assertCode;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.crypto.AssociatedData;
import dev.pale.crypto.AuthenticationException;
import dev.pale.crypto.Envelope;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.ReadRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sealed second copy that makes reading all values fast, in the hands of an attacker. */
class SnapshotTest {
  @TempDir Path root;

  private static final Map<String, String> FILLED = Map.of("A", "a2", "B", "b1", "C", "c1");

  private void fill() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "a1");
      set(vault, DEV, "A", "a2");
      set(vault, DEV, "B", "b1");
      set(vault, DEV, "C", "c1");
      set(vault, PROD, "A", "p1");
    }
  }

  private <T> T look(Session.Work<T> work) {
    try (Session session =
        Session.open(folders(root), Unlocking.silent(), InstantSource.system())) {
      return session.look(work);
    }
  }

  private boolean isUsed() {
    return look(tx -> Snapshot.open(tx, Environment.load(tx, DEV)) != null);
  }

  private List<String> problems() {
    try (LocalVault vault = open(root)) {
      return vault.admin().verify(ACTOR).problems();
    }
  }

  private byte[] bytes(String sql) throws Exception {
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + database(root));
        var statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.getBytes(1);
    }
  }

  @Test
  void eachKindOfWriteLeavesASnapshotThatFits() {
    fill();
    assertThat(isUsed()).isTrue();
    try (LocalVault vault = open(root)) {
      assertThat(all(vault, DEV)).isEqualTo(FILLED);
      vault.unset(DEV, name("B"), ACTOR);
      assertThat(isUsed()).isTrue();
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a2", "C", "c1"));
      vault.restore(DEV, name("B"), ACTOR);
      assertThat(isUsed()).isTrue();
      assertThat(all(vault, DEV)).isEqualTo(FILLED);
      vault.rollback(DEV, name("A"), 1, ACTOR);
      assertThat(isUsed()).isTrue();
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a1", "B", "b1", "C", "c1"));
      vault.setAll(DEV, new java.util.TreeMap<>(Map.of(name("D"), Fixture.value("d1"))), ACTOR);
      assertThat(isUsed()).isTrue();
      var copy = new dev.pale.secrets.Place("acme", "copy");
      vault.copyEnvironment(DEV, copy, ACTOR);
      assertThat(all(vault, copy)).isEqualTo(all(vault, DEV)).hasSize(4);
      vault.admin().rekey(List.of(), ACTOR).close();
      assertThat(isUsed()).isTrue();
      assertThat(all(vault, DEV)).hasSize(4);
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
    }
  }

  @Test
  void whatIsExceptedIsNotGivenOut() {
    fill();
    try (LocalVault vault = open(root)) {
      assertThat(
              vault
                  .read(
                      ReadRequest.allExcept(
                          DEV, Set.of(name("B"), name("Z")), ReadRequest.Verb.RUN, ACTOR))
                  .keySet())
          .containsExactly(name("A"), name("C"));
    }
  }

  @Test
  void aFlippedByteAnywhereInTheSnapshotChangesNoValueAndIsFoundByVerify() throws Exception {
    fill();
    byte[] good = bytes("SELECT snapshot FROM environment WHERE name = 'dev'");
    for (int at = 0; at < good.length; at += 7) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      tamper(
          root,
          "UPDATE environment SET snapshot = x'"
              + java.util.HexFormat.of().formatHex(bad)
              + "' WHERE name = 'dev'");
      assertThat(isUsed()).as("byte %d", at).isFalse();
      try (LocalVault vault = open(root)) {
        assertThat(all(vault, DEV)).isEqualTo(FILLED);
      }
    }
    assertThat(problems()).singleElement().asString().contains("snapshot", "acme/dev");
  }

  @Test
  void aSnapshotThatIsCutOrTakenAwayChangesNoValue() throws Exception {
    fill();
    for (String what : List.of("substr(snapshot, 1, 20)", "substr(snapshot, 1, 70)", "x''")) {
      tamper(root, "UPDATE environment SET snapshot = " + what + " WHERE name = 'dev'");
      assertThat(isUsed()).isFalse();
      try (LocalVault vault = open(root)) {
        assertThat(all(vault, DEV)).isEqualTo(FILLED);
      }
    }
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
      assertThat(isUsed()).as("the next write makes a new one").isTrue();
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a3", "B", "b1", "C", "c1"));
    }
  }

  @Test
  void aChangedColumnOfACurrentRowIsStillFoundAndNamed() throws Exception {
    fill();
    String where = " WHERE name = 'B' AND n = 1";
    for (String change :
        List.of(
            "sealed = randomblob(30)",
            "sealed = substr(sealed, 1, 20) || x'00' || substr(sealed, 22)",
            "datakey = randomblob(60)",
            "author = 'nobody'",
            "origin = origin || 'x'",
            "author = author || substr(origin, 1, 1), origin = substr(origin, 2)",
            "created = created + 1",
            "kek = randomblob(16)")) {
      tamper(root, "CREATE TABLE old AS SELECT * FROM version" + where);
      tamper(root, "UPDATE version SET " + change + where);
      try (LocalVault vault = open(root)) {
        assertThatThrownBy(() -> all(vault, DEV))
            .as(change)
            .isInstanceOfSatisfying(
                PaleException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(220);
                  assertThat(e.what()).contains("B of acme/dev, version 1");
                });
      }
      assertThat(problems()).as(change).singleElement().asString().contains("B of acme/dev");
      tamper(
          root,
          "UPDATE version SET (kek, created, author, origin, datakey, sealed) = (SELECT kek,"
              + " created, author, origin, datakey, sealed FROM old)"
              + where,
          "DROP TABLE old");
    }
    assertThat(isUsed()).isTrue();
  }

  @Test
  void aWriteDoesNotCoverUpABadRow() throws Exception {
    fill();
    tamper(root, "UPDATE version SET author = 'nobody' WHERE name = 'B'");
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
      assertThat(isUsed()).isFalse();
      assertCode(220, () -> all(vault, DEV));
      set(vault, DEV, "B", "b2");
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a3", "B", "b2", "C", "c1"));
    }
  }

  @Test
  void aRowWhoseMarkWasTakenAwayIsNotLeftOutOfTheCheckByTheNextWrite() throws Exception {
    fill();
    tamper(
        root,
        "UPDATE version SET live = 0 WHERE name = 'B'",
        "INSERT INTO version (environment, name, n, live, kek, created, author, origin, datakey,"
            + " sealed) SELECT environment, 'X', n, 1, kek, created, author, origin, datakey,"
            + " sealed FROM version WHERE name = 'B'");
    try (LocalVault vault = open(root)) {
      assertThat(all(vault, DEV)).isEqualTo(FILLED);
      set(vault, DEV, "A", "a3");
    }
    tamper(root, "UPDATE version SET author = 'nobody' WHERE name = 'B'");
    try (LocalVault vault = open(root)) {
      assertCode(220, () -> all(vault, DEV));
    }
  }

  @Test
  void anOlderSnapshotPutBackIsNotUsed() throws Exception {
    fill();
    tamper(root, "CREATE TABLE old AS SELECT * FROM environment");
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
      vault.unset(DEV, name("B"), ACTOR);
    }
    tamper(
        root,
        "UPDATE environment SET snapshot ="
            + " (SELECT snapshot FROM old WHERE old.id = environment.id)",
        "DROP TABLE old");
    assertThat(isUsed()).isFalse();
    try (LocalVault vault = open(root)) {
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a3", "C", "c1"));
    }
    assertThat(problems()).singleElement().asString().contains("snapshot", "acme/dev");
  }

  @Test
  void anOlderSnapshotWithItsRowsButNotItsListIsNotUsed() throws Exception {
    fill();
    tamper(root, "CREATE TABLE old AS SELECT * FROM environment");
    tamper(root, "CREATE TABLE oldv AS SELECT * FROM version");
    try (LocalVault vault = open(root)) {
      set(vault, DEV, "A", "a3");
    }
    tamper(
        root,
        "UPDATE environment SET snapshot ="
            + " (SELECT snapshot FROM old WHERE old.id = environment.id)",
        "DELETE FROM version",
        "INSERT INTO version SELECT * FROM oldv",
        "DROP TABLE old",
        "DROP TABLE oldv");
    try (LocalVault vault = open(root)) {
      assertCode(221, () -> all(vault, DEV));
    }
  }

  @Test
  void theSnapshotOfAnotherEnvironmentIsNotUsed() throws Exception {
    fill();
    tamper(
        root,
        "UPDATE environment SET snapshot ="
            + " (SELECT snapshot FROM environment other WHERE other.name = 'prod')"
            + " WHERE name = 'dev'");
    assertThat(isUsed()).isFalse();
    try (LocalVault vault = open(root)) {
      assertThat(all(vault, DEV)).isEqualTo(FILLED);
    }
  }

  @Test
  void whatWasUnsetAndDestroyedIsInNothingThatTheKeysOpen() throws Exception {
    String canary = "canary-3f8a1c5e-never-in-clear";
    byte[] kept;
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "a1");
      set(vault, DEV, "B", canary);
      kept = opened();
      assertThat(new String(kept, ISO_8859_1)).as("the search can find it").contains(canary);
      vault.unset(DEV, name("B"), ACTOR);
      assertThat(new String(opened(), ISO_8859_1)).doesNotContain(canary).contains("a1");
      vault.admin().purge(java.time.Duration.ZERO, ACTOR);
      assertThat(new String(opened(), ISO_8859_1)).doesNotContain(canary).contains("a1");
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
    }
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), ISO_8859_1)).doesNotContain(canary);
      }
    }
  }

  /** Everything that the keys open in the snapshot, without asking Pale whether it fits. */
  private byte[] opened() {
    return look(tx -> {
      Environment in = Environment.load(tx, DEV);
      byte[] sealed;
      try (Rows row = tx.db.query("SELECT snapshot FROM environment WHERE id = ?", in.id())) {
        assertThat(row.next()).isTrue();
        sealed = row.bytes(1);
      }
      AssociatedData bound =
          AssociatedData.of("pale/snapshot/1")
              .bytes(in.project().id())
              .bytes(in.id())
              .number(in.revision())
              .bytes(in.mac())
              .bytes(in.project().keyId());
      try {
        byte[] key = Envelope.open(in.project().kek(), bound, Arrays.copyOf(sealed, 60));
        return Envelope.open(key, bound, Arrays.copyOfRange(sealed, 60, sealed.length));
      } catch (AuthenticationException e) {
        throw new AssertionError(e);
      }
    });
  }

  @Test
  void anEnvironmentWithMoreThanASnapshotHoldsIsReadFromItsRows() {
    String large = "x".repeat(Snapshot.MAX_BYTES);
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "a1");
      set(vault, DEV, "L", large);
      assertThat(isUsed()).isFalse();
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a1", "L", large));
      set(vault, DEV, "A", "a2");
      set(vault, DEV, "L", "small");
      set(vault, DEV, "A", "a3");
      assertThat(isUsed()).isTrue();
      assertThat(all(vault, DEV)).isEqualTo(Map.of("A", "a3", "L", "small"));
      assertThat(vault.admin().verify(ACTOR).problems()).isEmpty();
    }
  }
}
