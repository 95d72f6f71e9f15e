package dev.pale.formats.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import dev.pale.secrets.SecretName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InRepoValuesTest {
  private static ProjectFile parse(String text) {
    return ProjectFile.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aValueOfTheEnvironmentWinsAndListsAreInherited() {
    ProjectFile file =
        parse(
            """
            project = "a"
            recipients = ["age1x", "ssh-ed25519 AAAA"]
            [secrets]
            ONE = { age = "all" }
            [secrets.TWO]
            description = "two"
            age = "both"
            [environments.prod]
            recipients = ["age1p"]
            [environments.prod.secrets]
            ONE = { age = "prod" }
            [environments.dev.secrets.THREE]
            age = "dev"
            """);
    assertThat(file.hasInRepoValues()).isTrue();
    InRepoValues values = InRepoValues.of(file);
    assertThat(values.in("prod").get(SecretName.of("ONE")).text()).isEqualTo("prod");
    assertThat(values.in("prod").keySet()).hasSize(2);
    assertThat(values.in("dev").get(SecretName.of("ONE")).text()).isEqualTo("all");
    assertThat(values.in("dev").keySet()).hasSize(3);
    assertThat(values.recipients("prod")).containsExactly("age1p");
    assertThat(values.recipients("dev")).containsExactly("age1x", "ssh-ed25519 AAAA");
    assertThat(values.all().getFirst().line()).isEqualTo(4);
    assertThat(file.secrets()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secrets.A.age = 'x'                                              | 413",
        "environments.dev.secrets.A.age = 'x'                             | 413",
        "recipients = ['a']<secrets.A = { age = 'x', from = 'op://a/b' }  | 413",
        "recipients = 'a'                                                 | 412",
        "recipients = [1]                                                 | 412",
        "recipients = [\"a\\tb\"]                                         | 413",
        "recipients = ['a']<secrets.A.age = 1                             | 412",
        "recipients = ['a']<environments.dev.secrets.A = 'x'              | 412",
        "recipients = ['a']<environments.dev.secrets.A = { from = 'x' }   | 411",
        "recipients = ['a']<environments.dev.secrets.9A = { age = 'x' }   | 413",
        "recipients = ['a']<environments.DEV.secrets.A = { age = 'x' }    | 413",
        "recipients = ['a']<environments.dev.project = 'x'                | 411",
      })
  void whatIsWrittenWronglyIsRefused(String text, int code) {
    assertThatThrownBy(() -> parse(text.replace('<', '\n')))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void anAcceptedListIsThatOfOneFileAndOneScope(@TempDir Path folder) {
    AcceptedRecipients accepted = new AcceptedRecipients(folder);
    InRepoValues values =
        InRepoValues.of(
            parse(
                "recipients = ['age1x', 'ssh-ed25519 A']\nenvironments.p.recipients = ['age1y']"));
    Path odd = folder.resolve("a\tb\n/pale.toml");
    assertThat(accepted.of(odd)).isEmpty();
    accepted.accept(odd, values);
    accepted.accept(folder.resolve("pale.toml"), InRepoValues.of(parse("recipients = ['age1z']")));
    assertThat(accepted.of(odd)).containsExactly("* age1x", "* ssh-ed25519 A", "p age1y");
    assertThat(accepted.of(odd)).isEqualTo(AcceptedRecipients.in(values));
    assertThat(accepted.of(folder.resolve("pale.toml"))).containsExactly("* age1z");
    accepted.accept(odd, InRepoValues.of(parse("project = 'a'")));
    assertThat(accepted.of(odd)).isEmpty();
  }
}
