package dev.pale.cli.sops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pale.secrets.PaleException;
import org.junit.jupiter.api.Test;

final class SopsArgumentsTest {
  private static void means(String typed, String... words) {
    assertThat(SopsArguments.rewritten(typed.split(" ", -1))).as(typed).containsExactly(words);
  }

  private static void refused(int code, String... typed) {
    assertThatThrownBy(() -> SopsArguments.rewritten(typed))
        .isInstanceOfSatisfying(PaleException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void onlySopsIsMine() {
    assertThat(SopsArguments.isMine("sops", "-d", "x")).isTrue();
    assertThat(SopsArguments.isMine("--json", "--reason", "run", "sops")).isTrue();
    assertThat(SopsArguments.isMine("run", "--", "sops")).isFalse();
    assertThat(SopsArguments.isMine("-e", "sops", "list")).isFalse();
    assertThat(SopsArguments.isMine()).isFalse();
  }

  @Test
  void theOlderFlagsMeanCommands() {
    means("sops -d f.yaml", "sops", "decrypt", "--", "f.yaml");
    means("sops --decrypt -i f.yaml", "sops", "decrypt", "--in-place", "--", "f.yaml");
    means("sops -e f.yaml", "sops", "encrypt", "--", "f.yaml");
    means("sops f.yaml", "sops", "edit", "--", "f.yaml");
    means("sops -s f.yaml", "sops", "edit", "--show-master-keys", "--", "f.yaml");
    means("sops -r -i --add-age x f", "sops", "rotate", "--in-place", "--add-age=x", "--", "f");
    means("sops -i -e -p FP f", "sops", "encrypt", "--in-place", "--pgp=FP", "--", "f");
    means("sops -e -aR f", "sops", "encrypt", "--age=R", "--", "f");
    means("sops -e -a=R f", "sops", "encrypt", "--age=R", "--", "f");
  }

  @Test
  void oneDashIsAsGoodAsTwo() {
    means("sops -decrypt -extract [\"a\"] f", "sops", "decrypt", "--extract=[\"a\"]", "--", "f");
  }

  @Test
  void optionsMayStandBeforeTheCommandAndAfterTheFile() {
    means("sops --config c decrypt f", "sops", "decrypt", "--config=c", "--", "f");
    means("sops decrypt f --output-type json", "sops", "decrypt", "--output-type=json", "--", "f");
    means("--json sops decrypt f", "--json", "sops", "decrypt", "--", "f");
  }

  @Test
  void setTakesPathAndValueInOneText() {
    assertThat(SopsArguments.rewritten("sops", "--set", "[\"a\"][0] {\"b\": [1] }", "f"))
        .containsExactly("sops", "set", "--", "f", "[\"a\"][0]", "{\"b\": [1] }");
    refused(484, "sops", "--set", "[\"a\"]", "f");
  }

  @Test
  void aNumberIsAValueAndNoOption() {
    means("sops set f [\"a\"] -5", "sops", "set", "--", "f", "[\"a\"]", "-5");
  }

  @Test
  void whatFollowsTheFileBelongsToTheCommandThatIsRun() {
    means("sops exec-env --pristine f -d", "sops", "exec-env", "--pristine", "--", "f", "-d");
    means("sops exec-file f cat --json", "sops", "exec-file", "--", "f", "cat", "--json");
  }

  @Test
  void aFileMayBeCalledLikeAnOptionOrACommand() {
    means("sops -d -- -e", "sops", "decrypt", "--", "-e");
    means("sops -d edit", "sops", "decrypt", "--", "edit");
    means("sops decrypt decrypt", "sops", "decrypt", "--", "decrypt");
  }

  @Test
  void groupsHaveCommandsOfTheirOwn() {
    means(
        "sops groups delete -f x -i 1",
        "sops",
        "groups",
        "delete",
        "--file=x",
        "--in-place",
        "--",
        "1");
  }

  @Test
  void twoModesAreRefused() {
    refused(488, "sops", "-d", "-e", "f");
    refused(488, "sops", "-d", "--set", "[\"a\"] 1", "f");
  }

  @Test
  void whatPaleDoesNotDoIsNamed() {
    refused(494, "sops", "publish", "f");
    refused(494, "sops", "keyservice");
  }

  @Test
  void whatIsNotKnownIsLeftToTheParser() {
    means("sops -d --unknown f", "sops", "decrypt", "--unknown", "--", "f");
    means("sops --help", "sops", "--help");
    means("--json sops -v", "--json", "version");
    means("sops", "sops");
    means("sops decrypt --age", "sops", "decrypt", "--age");
  }
}
