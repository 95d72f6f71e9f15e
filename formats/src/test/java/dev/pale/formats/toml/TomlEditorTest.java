package dev.pale.formats.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;

class TomlEditorTest {
  private static final String FILE =
      """
      # Acme, see README
      project = "acme-api" # the name
      environment = 'dev'

      # the big one
      [secrets.DATABASE_URL]   # must be there
      description = "Primary # Postgres"

      # pays the bills
      [secrets.STRIPE_KEY]
      hosts = [
        "api.stripe.com", # live
      ]

      [fence]
      level = "process"
      """;

  @Test
  void aChangedValueLeavesEverythingElseAsItWas() {
    assertThat(editor(FILE).set("", "environment", "staging").text())
        .isEqualTo(FILE.replace("'dev'", "\"staging\""));
    assertThat(editor(FILE).set("secrets.DATABASE_URL", "description", "a\"b\n").text())
        .isEqualTo(FILE.replace("\"Primary # Postgres\"", "\"a\\\"b\\n\""));
  }

  @Test
  void aNewKeyGoesToTheEndOfItsTable() {
    assertThat(editor(FILE).set("", "require_reason", "agents").text())
        .isEqualTo(FILE.replace("'dev'\n", "'dev'\nrequire_reason = \"agents\"\n"));
    assertThat(editor(FILE).set("secrets.STRIPE_KEY", "optional", true).text())
        .isEqualTo(FILE.replace("live\n]\n", "live\n]\noptional = true\n"));
  }

  @Test
  void aNewSecretGoesToTheEndOfTheFile() {
    assertThat(editor(FILE).addTable("secrets.NEW").text()).isEqualTo(FILE + "\n[secrets.NEW]\n");
    assertThat(editor(FILE).set("secrets.NEW", "deliver", "file").text())
        .isEqualTo(FILE + "\n[secrets.NEW]\ndeliver = \"file\"\n");
    assertThat(editor(FILE).addTable("fence").text()).isEqualTo(FILE);
  }

  @Test
  void aRemovedSecretTakesItsCommentAlong() {
    String after = editor(FILE).removeTable("secrets.STRIPE_KEY").text();
    assertThat(after)
        .isEqualTo(
            FILE.substring(0, FILE.indexOf("# pays")) + FILE.substring(FILE.indexOf("[fence]")));
    assertThat(editor(FILE).removeTable("fence").text())
        .isEqualTo(FILE.substring(0, FILE.indexOf("\n[fence]")));
    assertThat(editor(FILE).removeTable("secrets.ABSENT").text()).isEqualTo(FILE);
  }

  @Test
  void aRemovedKeyTakesItsLinesAlong() {
    assertThat(editor(FILE).remove("secrets.STRIPE_KEY", "hosts").text())
        .isEqualTo(FILE.replace("hosts = [\n  \"api.stripe.com\", # live\n]\n", ""));
    assertThat(editor(FILE).remove("", "absent").text()).isEqualTo(FILE);
  }

  @Test
  void anEmptyFileCanBeFilled() {
    assertThat(
            editor("")
                .set("", "project", "acme")
                .set("", "environment", "dev")
                .set("secrets.A", "optional", true)
                .set("run", "retries", 3)
                .text())
        .isEqualTo(
            """
            project = "acme"
            environment = "dev"

            [secrets.A]
            optional = true

            [run]
            retries = 3
            """);
  }

  @Test
  void aFirstKeyGoesAboveTheFirstTableAndBelowTheFirstComment() {
    assertThat(editor("# licence\n\n[fence]\n").set("", "project", "a").text())
        .isEqualTo("# licence\n\nproject = \"a\"\n[fence]\n");
    assertThat(editor("# of fence\n[fence]\n").set("", "project", "a").text())
        .isEqualTo("project = \"a\"\n# of fence\n[fence]\n");
  }

  @Test
  void lineEndsStayAsTheyAre() {
    assertThat(editor("project = \"a\"\r\n").set("", "environment", "b").text())
        .isEqualTo("project = \"a\"\r\nenvironment = \"b\"\r\n");
    assertThat(editor("project = \"a\"").set("", "environment", "b").text())
        .isEqualTo("project = \"a\"\nenvironment = \"b\"\n");
  }

  @Test
  void whatCannotBeEditedWithoutLossIsRefused() {
    assertThatThrownBy(() -> editor("secrets = { A = {} }\n").set("secrets.B", "optional", true))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(415));
    assertThatThrownBy(() -> editor("secrets.A.optional = true\n").removeTable("secrets.A"))
        .isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> editor("[a]\n").set("", "a", "x")).isInstanceOf(PaleException.class);
    assertThatThrownBy(() -> editor("").set("x y", "a", "b")).isInstanceOf(PaleException.class);
  }

  @Test
  void anInlineValueIsChangedInPlace() {
    assertThat(
            editor("secrets = { A = { from = 'x' , optional = true } }\n")
                .set("secrets.A", "from", "y")
                .text())
        .isEqualTo("secrets = { A = { from = \"y\" , optional = true } }\n");
  }

  private static TomlEditor editor(String text) {
    return TomlEditor.of(text, "pale.toml");
  }
}
