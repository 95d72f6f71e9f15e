package dev.pale.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;

final class CommandWordsTest {
  @Test
  void splitsAsAShellDoes() {
    assertThat(CommandWords.split("op read op://a/b")).containsExactly("op", "read", "op://a/b");
    assertThat(CommandWords.split("  a  'b c'\t\"d e\"f g\\ h ''"))
        .containsExactly("a", "b c", "d ef", "g h", "");
    assertThat(CommandWords.split("a \"b \\\" \\n\" 'c\\'"))
        .containsExactly("a", "b \" \\n", "c\\");
  }

  @Test
  void doesNothingElseOfWhatAShellDoes() {
    assertThat(CommandWords.split("echo $HOME `id` $(id) ; rm -rf * | x > y & ~"))
        .containsExactly(
            "echo", "$HOME", "`id`", "$(id)", ";", "rm", "-rf", "*", "|", "x", ">", "y", "&", "~");
  }

  @Test
  void refusesWhatIsNoCommand() {
    for (String wrong : new String[] {"", "  ", "'a", "a \"b", "'' b"}) {
      assertThatThrownBy(() -> CommandWords.split(wrong)).isInstanceOf(PaleException.class);
    }
  }
}
