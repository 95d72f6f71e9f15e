package dev.pale.formats.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A list loses or gains one string, and nothing else of the file changes. */
class TomlListEditTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                             | a = [\"new\"]",
        "a = []                       | a = [\"new\"]",
        "a = [\"x\"] # why            | a = [\"new\", \"x\"] # why",
        "a = [ \"x\", 'y' ]           | a = [ \"new\", \"x\", 'y' ]",
        "a = [<  \"x\", # ada<  \"y\",<] | a = [<  \"new\",<  \"x\", # ada<  \"y\",<]",
        "b = 1<[t]<c = 2              | b = 1<a = [\"new\"]<[t]<c = 2",
      })
  void adds(String before, String after) {
    String text = before == null ? "" : lines(before);
    TomlEditor editor = TomlEditor.of(text, "t").addToList("", "a", "new");
    assertThat(editor.text().strip()).isEqualTo(lines(after));
    assertThat(editor.addToList("", "a", "new").text().strip()).isEqualTo(lines(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a = [\"x\"]                       | a = []",
        "a = [\"x\", \"y\"] # why          | a = [\"y\"] # why",
        "a = [\"y\", \"x\"]                | a = [\"y\", ]",
        "a = [\"y\", \"x\" , 'z']          | a = [\"y\", 'z']",
        "a = [<  'x',<  'y', # ada<]       | a = [<  'y', # ada<]",
        "a = [<  # all<  'y',<  'x'<]      | a = [<  # all<  'y',<]",
        "a = ['y']                         | a = ['y']",
        "b = 1                             | b = 1",
      })
  void removes(String before, String after) {
    assertThat(TomlEditor.of(lines(before), "t").removeFromList("", "a", "x").text())
        .isEqualTo(lines(after));
  }

  @Test
  void whatIsNoListIsRefused() {
    for (String text : new String[] {"a = 1", "a = \"x\"", "[a]\nb = 1", "[[a]]\nb = 1"}) {
      assertThatThrownBy(() -> TomlEditor.of(text, "t").addToList("", "a", "new"))
          .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(415));
    }
  }

  private static String lines(String text) {
    return text.replace('<', '\n');
  }
}
