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
import dev.pale.secrets.Place;
import dev.pale.secrets.ReadRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalVaultTest {
  @TempDir Path root;

  @Test
  void aValueIsReadBackByAnotherOpening() {
    try (LocalVault vault = create(root)) {
      assertThat(set(vault, DEV, "API_KEY", "s3cr3t")).isEqualTo(1);
      assertThat(set(vault, DEV, "API_KEY", "n3w")).isEqualTo(2);
    }
    try (LocalVault vault = open(root)) {
      assertThat(get(vault, DEV, "API_KEY")).isEqualTo("n3w");
      assertThat(all(vault, DEV)).isEqualTo(Map.of("API_KEY", "n3w"));
      assertThat(all(vault, PROD)).isEmpty();
    }
  }

  @Test
  void allFilesAreForTheirOwnerOnly() throws Exception {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "b");
      try (var files = Files.walk(root.resolve("pale"))) {
        for (Path file : files.toList()) {
          if (file.toString().contains("sqlite-")) {
            continue;
          }
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .as(file.toString())
              .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
        }
      }
    }
  }

  @Test
  void aMissingSecretIsAnErrorThatNamesTheNearestOne() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "STRIPE_API_KEY", "x");
      assertThatThrownBy(() -> get(vault, DEV, "STRIPE_SECRET_KEY"))
          .isInstanceOfSatisfying(
              PaleException.class,
              e -> {
                assertThat(e.code()).isEqualTo(104);
                assertThat(e.what()).isEqualTo("secret STRIPE_SECRET_KEY is not in acme/dev");
                assertThat(e.why()).contains("dev has 1 secret").contains("STRIPE_API_KEY");
              });
      AuditRow last = vault.auditRows(AuditFilter.everything()).getLast();
      assertThat(last.allowed()).isFalse();
      assertThat(last.event()).isEqualTo("get");
      assertThat(last.names()).isEqualTo("STRIPE_SECRET_KEY");
    }
  }

  @Test
  void unknownPlacesAreErrors() {
    try (LocalVault vault = create(root)) {
      assertCode(111, () -> all(vault, new Place("nope", "dev")));
      assertCode(113, () -> all(vault, new Place("acme", "nope")));
      assertCode(110, () -> vault.createProject("acme", ACTOR));
      assertCode(112, () -> vault.createEnvironment(DEV, ACTOR));
    }
  }

  @Test
  void namesAreExact() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "Key", "1");
      set(vault, DEV, "KEY", "2");
      assertThat(all(vault, DEV)).isEqualTo(Map.of("Key", "1", "KEY", "2"));
      assertCode(104, () -> get(vault, DEV, "key"));
    }
  }

  @Test
  void aDeletedSecretIsGoneForReadersAndCanBeRestored() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      set(vault, DEV, "A", "2");
      vault.unset(DEV, name("A"), ACTOR);
      assertCode(104, () -> get(vault, DEV, "A"));
      assertThat(all(vault, DEV)).isEmpty();
      assertThat(vault.list(DEV, ACTOR).getFirst().deleted()).isPresent();
      assertThat(vault.restore(DEV, name("A"), ACTOR)).isEqualTo(2);
      assertThat(get(vault, DEV, "A")).isEqualTo("2");
      assertCode(108, () -> vault.restore(DEV, name("A"), ACTOR));
    }
  }

  @Test
  void historyTellsEveryVersionAndRollbackMakesANewOne() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      set(vault, DEV, "A", "2");
      assertThat(vault.rollback(DEV, name("A"), 1, ACTOR)).isEqualTo(3);
      assertThat(get(vault, DEV, "A")).isEqualTo("1");
      assertThat(vault.history(DEV, name("A"), ACTOR))
          .extracting(VersionInfo::version, VersionInfo::origin, VersionInfo::current)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(3, "rollback to 1", true),
              org.assertj.core.groups.Tuple.tuple(2, "set", false),
              org.assertj.core.groups.Tuple.tuple(1, "set", false));
      assertCode(105, () -> vault.rollback(DEV, name("A"), 9, ACTOR));
    }
  }

  @Test
  void anImportWritesOnlyWhatChanged() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      var values = new TreeMap<>(Map.of(name("A"), value("1"), name("B"), value("2")));
      assertThat(vault.setAll(DEV, values, ACTOR)).isEqualTo(Map.of(name("A"), 1, name("B"), 1));
      assertThat(vault.list(DEV, ACTOR)).extracting(SecretInfo::version).containsExactly(1, 1);
    }
  }

  @Test
  void environmentsAreCopiedComparedAndDeleted() {
    Place copy = new Place("acme", "copy");
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      set(vault, DEV, "B", "2");
      vault.copyEnvironment(DEV, copy, ACTOR);
      set(vault, copy, "B", "3");
      set(vault, copy, "C", "4");
      vault.unset(copy, name("A"), ACTOR);
      set(vault, copy, "A", "1");
      assertThat(vault.diff(DEV, copy, ACTOR))
          .containsExactly(
              new Difference(name("A"), Difference.Kind.SAME),
              new Difference(name("B"), Difference.Kind.DIFFERENT),
              new Difference(name("C"), Difference.Kind.ONLY_RIGHT));
      assertThat(vault.environments("acme"))
          .extracting(EnvironmentInfo::name)
          .containsExactly("copy", "dev", "prod");
      vault.deleteEnvironment(copy, ACTOR);
      assertCode(113, () -> all(vault, copy));
      assertThat(vault.projects()).extracting(ProjectInfo::environments).containsExactly(2);
    }
  }

  @Test
  void theRevisionGrowsWithEveryChangeAndWithNothingElse() {
    try (LocalVault vault = create(root)) {
      long before = vault.revision(DEV);
      set(vault, DEV, "A", "1");
      long after = vault.revision(DEV);
      assertThat(after).isGreaterThan(before);
      get(vault, DEV, "A");
      vault.list(DEV, ACTOR);
      set(vault, PROD, "A", "1");
      assertThat(vault.revision(DEV)).isEqualTo(after);
    }
  }

  @Test
  void everythingIsInTheAuditLogWithNamesAndWithoutValues() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "kanarienvogel");
      get(vault, DEV, "A");
      all(vault, DEV);
      vault.record("get", false, "agents get no value", ACTOR);
      var rows = vault.auditRows(AuditFilter.everything());
      assertThat(rows)
          .extracting(AuditRow::event)
          .containsExactly(
              "create-vault",
              "create-project",
              "create-environment",
              "create-environment",
              "set",
              "get",
              "run",
              "get");
      assertThat(rows.get(6).names()).isEqualTo("A");
      assertThat(rows.get(6).place()).isEqualTo("acme/dev");
      assertThat(rows.toString()).doesNotContain("kanarienvogel");
      assertThat(vault.verifyAudit()).isEqualTo(new AuditCheck.Intact(8));
    }
  }

  @Test
  void allExceptLeavesOut() {
    try (LocalVault vault = create(root)) {
      set(vault, DEV, "A", "1");
      set(vault, DEV, "B", "2");
      assertThat(
              vault.read(
                  ReadRequest.allExcept(DEV, Set.of(name("A")), ReadRequest.Verb.RUN, ACTOR)))
          .containsOnlyKeys(name("B"));
    }
  }

  static void assertCode(int code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            PaleException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }
}
