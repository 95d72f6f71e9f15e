package dev.pale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EditTest {
  @TempDir Path folder;
  private Pale pale;

  @BeforeEach
  void project() {
    pale = Pale.ready(folder);
    pale.input("one").run("set", "A");
    pale.input("two").run("set", "B");
  }

  private Pale editor(String keys, String script) {
    return pale.typing(keys).with("EDITOR", script);
  }

  @Test
  void changesAreStoredAndNothingElse() {
    Pale.Result done = editor("", "sed -i s/one/three/").run("edit");
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("three");
    assertThat(pale.run("history", "B", "--json").out()).doesNotContain("\"version\":2");
  }

  @Test
  void anUntouchedFileMakesNoVersion() {
    assertThat(editor("", "true").run("edit").err()).contains("nothing was changed");
    assertThat(pale.run("history", "A", "--json").out()).doesNotContain("\"version\":2");
  }

  @Test
  void aRemovedLineDeletesAfterAQuestion() {
    assertThat(editor("n\n", "sed -i /^B=/d").run("edit").status()).isZero();
    assertThat(pale.run("get", "B").out()).isEqualTo("two");
    assertThat(editor("y\n", "sed -i /^B=/d").run("edit").status()).isZero();
    assertThat(pale.run("get", "B").status()).isEqualTo(1);
  }

  @Test
  void oneSecretIsEditedAsItsBytes() {
    assertThat(editor("", "sed -i s/one/raw\\\\nbytes/").run("edit", "A").status()).isZero();
    assertThat(pale.run("get", "A").out()).isEqualTo("raw\nbytes");
  }

  @Test
  void aMistakeLosesNothingAndCanBeMended() throws IOException {
    Path script = folder.resolve("editor");
    Path times = folder.resolve("times");
    Files.writeString(
        script,
        "if [ -e "
            + times
            + " ]; then printf 'A=mended\\nB=two\\n' >\"$1\"; else touch "
            + times
            + "; printf 'A=\"open\\n' >\"$1\"; fi\n");
    Pale.Result done = editor("e\n", "sh " + script).run("edit");
    assertThat(done.status()).as(done.err()).isZero();
    assertThat(done.err()).contains("line 1").contains("[e]dit again");
    assertThat(pale.run("get", "A").out()).isEqualTo("mended");
  }

  @Test
  void theFileIsInMemoryPrivateAndGoneAfterwards() throws IOException {
    Path seen = folder.resolve("seen");
    Path script = folder.resolve("editor");
    Files.writeString(
        script,
        "d=$(dirname \"$1\"); { echo \"$1\"; stat -c %a \"$1\"; stat -c %a \"$d\";"
            + " stat -f -c %T \"$1\"; env | grep -c ^PALE_; } >"
            + seen
            + "; cp \"$1\" \"$1~\"; mkdir \"$d/undo\"; cp \"$1\" \"$d/undo/x\"\n");
    assertThat(editor("", "sh " + script).run("edit").status()).isZero();
    String[] facts = Files.readString(seen).split("\n", -1);
    assertThat(facts[1]).isEqualTo("600");
    assertThat(facts[2]).isEqualTo("700");
    assertThat(facts[3]).isEqualTo("tmpfs");
    assertThat(facts[4]).isEqualTo("0");
    assertThat(Path.of(facts[0]).getParent()).doesNotExist();
  }

  @Test
  void anEditorThatFailsChangesNothing() {
    assertThat(editor("", "false").run("edit").err()).contains("PALE-144");
    assertThat(pale.with("EDITOR", "true").run("edit").err()).contains("PALE-133");
  }
}
