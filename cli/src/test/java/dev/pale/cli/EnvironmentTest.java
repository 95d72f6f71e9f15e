package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentTest {
  @TempDir Path folder;

  @Test
  void aCopyHasTheValuesAndADiffNeverShowsThem() {
    Pale pale = Pale.ready(folder);
    pale.input("canary-a").run("set", "A");
    pale.input("canary-b").run("set", "B");
    assertThat(pale.run("env", "copy", "dev", "prod").status()).isZero();
    pale.input("canary-other").run("set", "B", "-e", "prod");
    pale.input("canary-c").run("set", "C", "-e", "prod");
    Pale.Result diff = pale.run("env", "diff", "dev", "prod");
    assertThat(Pale.lines(diff.out()))
        .containsExactly("NAME  STATE", "B     different", "C     only in acme-api/prod");
    assertThat(pale.run("env", "diff", "dev", "prod", "--all", "--json").out())
        .contains("{\"name\":\"A\",\"state\":\"same\"}")
        .contains("{\"name\":\"C\",\"state\":\"right\"}")
        .doesNotContain("canary");
    assertThat(pale.run("get", "A", "-e", "prod").out()).isEqualTo("canary-a");
  }

  @Test
  void anEnvironmentGoesOnlyWhenItsNameIsTyped() {
    Pale pale = Pale.ready(folder);
    pale.run("env", "create", "staging");
    assertThat(pale.run("env", "delete", "staging").err()).contains("PALE-133").contains("--yes");
    assertThat(pale.typing("yes\n").run("env", "delete", "staging").status()).isEqualTo(1);
    assertThat(pale.run("env", "list").out()).contains("staging");
    assertThat(pale.typing("staging\n").run("env", "delete", "staging").status()).isZero();
    assertThat(pale.run("env", "list", "--json").out()).doesNotContain("staging");
  }

  @Test
  void palesOwnProjectsAreNotToBeHadByName() throws Exception {
    Pale pale = Pale.ready(folder);
    for (String[] call :
        new String[][] {
          {"get", "A", "-p", "pale-identity", "-e", "default"},
          {"env", "list", "-p", "pale-providers"},
          {"env", "copy", "pale-identity/default", "mine"},
          {"env", "copy", "dev", "pale-identity/default"},
          {"init", "-p", "pale-identity"}
        }) {
      assertThat(pale.run(call))
          .as(String.join(" ", call))
          .satisfies(result -> {
            assertThat(result.err()).contains("PALE-114");
            assertThat(result.status()).isEqualTo(2);
          });
    }
    java.nio.file.Files.writeString(
        pale.work.resolve("pale.toml"), "project = \"pale-identity\"\nenvironment = \"default\"\n");
    assertThat(pale.run("list").err()).contains("PALE-114");
  }

  @Test
  void theAuditLogShowsWhoDidWhatAndIsIntact() {
    Pale pale = Pale.ready(folder);
    pale.input("canary").run("set", "A");
    pale.run("get", "A", "--reason", "looking\u001b[31m closely");
    Pale.Result log = pale.run("audit", "--name", "A");
    assertThat(log.out())
        .contains("set")
        .contains("get")
        .contains("looking")
        .doesNotContain("\u001b");
    assertThat(pale.run("audit", "--event", "set", "--json").out())
        .contains("\"event\":\"set\"")
        .contains("\"names\":[\"A\"]")
        .doesNotContain("canary");
    assertThat(pale.run("audit", "--since", "1h", "--last", "1").out().lines().count())
        .isEqualTo(2);
    assertThat(pale.run("audit", "--since", "soon").status()).isEqualTo(2);
    assertThat(pale.run("audit", "verify").status()).isZero();
  }
}
