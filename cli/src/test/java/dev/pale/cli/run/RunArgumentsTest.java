package dev.pale.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;

final class RunArgumentsTest {
  private static String[] words(String... words) {
    return words;
  }

  @Test
  void anOptionIsSeenBehindAnotherOnesValue() {
    assertThat(RunArguments.says(words("run", "-e", "prod", "--json", "--", "x"), "--json"))
        .isTrue();
    assertThat(RunArguments.says(words("-p", "shop", "--json", "run", "x"), "--json")).isTrue();
  }

  @Test
  void whatBelongsToTheCommandOrIsAValueIsNoOption() {
    assertThat(RunArguments.says(words("run", "--", "x", "--json"), "--json")).isFalse();
    assertThat(RunArguments.says(words("run", "x", "--json"), "--json")).isFalse();
    assertThat(RunArguments.says(words("run", "--reason", "--json", "x"), "--json")).isFalse();
  }

  @Test
  void anEmptyNameIsNotTheDefault() {
    for (String[] args :
        new String[][] {{"run", "-e", "", "x"}, {"run", "--env=", "x"}, {"run", "-p", "", "x"}}) {
      assertThatThrownBy(() -> RunArguments.parse(args))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.isUsage()).isTrue())
          .hasMessageContaining("needs a name");
    }
  }

  @Test
  void offlineIsAFlag() {
    RunArguments read = RunArguments.parse(words("run", "--offline", "--", "x", "--offline"));
    assertThat(read).isNotNull();
    assertThat(read.offline).isTrue();
    assertThat(RunArguments.parse(words("run", "--", "x", "--offline")).offline).isFalse();
  }
}
