package dev.pale.formats.dotenv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvExampleTest {
  @Test
  void keepsNamesAndHarmlessCommentsButNoValue() {
    String example =
        EnvExample.of(
            parse(
                """
                # The primary database
                # old: DB_URL=canary1
                # was canary-two-thousand-and-one-nights
                # sk_live_4eC39HqLyjWDarjtT1zdp7dc
                # 'canary3'
                # password: canary4
                DB_URL=postgres://u:canary5@h/db
                # PIN of hunterx
                PIN=hunterx
                # see the wiki
                URL="multi
                # canary6
                line"
                """));
    assertThat(example)
        .isEqualTo(
            """
            # Names only. The values are kept by pale: pale run -- command

            # The primary database
            DB_URL=
            PIN=

            # see the wiki
            URL=
            """);
    assertThat(example)
        .doesNotContain("canary")
        .doesNotContain("sk_live")
        .doesNotContain("hunterx");
  }

  @Test
  void aBrokenFileGivesNoCommentAfterTheBreak() {
    assertThat(EnvExample.of(parse("A='open\n# inner text\nB=1\n"))).doesNotContain("inner");
  }

  @Test
  void addsOnlyTheLinesThatAreMissing() {
    List<String> lines = List.of(".env", "!.env.example");
    assertThat(EnvExample.mergeGitignore("", lines)).isEqualTo(".env\n!.env.example\n");
    assertThat(EnvExample.mergeGitignore("node_modules\n.env", lines))
        .isEqualTo("node_modules\n.env\n!.env.example\n");
    assertThat(EnvExample.mergeGitignore("a\r\n.env\r\n", lines))
        .isEqualTo("a\r\n.env\r\n!.env.example\r\n");
    String merged = EnvExample.mergeGitignore("# x", lines);
    assertThat(merged).isEqualTo("# x\n.env\n!.env.example\n");
    assertThat(EnvExample.mergeGitignore(merged, lines)).isEqualTo(merged);
  }

  private static DotenvFile parse(String text) {
    return Dotenv.parse(text.getBytes(StandardCharsets.UTF_8), Dialect.PALE);
  }
}
