package dev.pale.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The program takes Pale's place, and cannot tell. */
class ReplaceTest {
  @Test
  void theExitTableIsKept() throws Exception {
    var result =
        Script.run(
            """
            t=$(mktemp -d); printf '#!/nope\\n' >$t/bad; chmod +x $t/bad
            printf 'exit 9\\n' >$t/plain; chmod +x $t/plain; printf '\\0\\0junk' >$t/junk; chmod +x $t/junk
            : >$t/noexec
            for c in 'sh -c exit\\ 42' true false; do eval "$P -- $c"; echo $?; done
            $P -- sh -c 'kill -KILL $$'; echo $?
            $P -- sh -c 'kill -TERM $$'; echo $?
            for c in nosuchcommand $t/missing $t $t/bad $t/junk $t/noexec $t/plain; do
              $P -- $c; echo $?
            done
            $P big:BIG=140000 -- true; echo $?
            rm -r $t
            """);
    assertThat(result.out().lines())
        .containsExactly(
            "42", "0", "1", "137", "143", "127", "127", "126", "126", "126", "126", "9", "125");
    assertThat(result.err())
        .contains("command not found: nosuchcommand  [PALE-320]")
        .contains("its interpreter (the #! line, or the loader) does not exist")
        .contains("secret BIG is too long for an environment variable  [PALE-322]")
        .contains("set deliver = \"file\" for BIG");
  }

  @Test
  void sameProcessSameParentSameLimitsSameUmaskSameSignals() throws Exception {
    String look =
        "'grep -E \"^(PPid|SigIgn|SigBlk|Umask|NSsid|NSpgid):\" /proc/self/status; ulimit -n; ulimit -c; pwd'";
    var result =
        Script.run(
            """
            umask 037; ulimit -n 100; ulimit -c 0; cd /usr; trap '' HUP USR1 PIPE
            ign=$(sed -n 's/^SigIgn:.//p' /proc/self/status)
            sh -c %s | sed 's/PPid.*//; s/NSpgid.*//'
            echo --
            $P -- sh -c %s | sed 's/PPid.*//; s/NSpgid.*//' >/dev/null
            J=${P%%%%-cp*}; R=-cp${P#*-cp}
            $J -Dpale.sigign=$ign $R -- sh -c %s | sed 's/PPid.*//; s/NSpgid.*//'
            $J -Dpale.sigign=$ign $R -- sh -c 'test $PPID = '$$' && echo parent'
            sh -c 'echo $$; exec '"$P"' -- sh -c "echo \\$\\$"' | uniq | wc -l
            """
                .formatted(look, look, look));
    String[] halves = result.out().split("--\n", 2);
    assertThat(halves[1]).startsWith(halves[0]).endsWith("parent\n1\n");
    assertThat(halves[0]).contains("Umask:\t0037").contains("\n100\n");
  }

  @Test
  void blockedSignalsStayBlocked() throws Exception {
    var result =
        Script.run(
            """
            J=${P%%-cp*}; R=-cp${P#*-cp}
            $J -Dpale.sigblk=0000000000004200 -Dpale.sigign=0000000180001004 $R -- grep -E 'Sig(Blk|Ign)' /proc/self/status
            $J -Dpale.sigblk=0000000000004200 -Dpale.sigign=0000000180001004 $R supervise -- grep -E 'Sig(Blk|Ign)' /proc/self/status
            """);
    String state = "SigBlk:\t0000000000004200\nSigIgn:\t0000000180001004\n";
    assertThat(result.out()).isEqualTo(state + state);
  }

  @Test
  void everyByteOfTheEnvironmentPasses() throws Exception {
    String child =
        "python3 -c 'import os,sys; e=open(\"/proc/self/environ\",\"rb\").read(); "
            + "[print(x) for x in e.split(b\"\\0\") if x[:2] in (b\"T_\",b\"BA\",b\"LD\",b\"JA\",b\"PA\",b\"a-\",b\"SE\")]'";
    var result =
        Script.run(
            "export P; env -i PATH=\"$PATH\" P=\"$P\" T_X=\"$(printf '\\377\\200x')\" 'a-b.c=odd name' "
                + "'BASH_FUNC_f%%=() { echo hi; }' PALE_TOKEN=t0ken PALE_HOME=/x "
                + "PALE_KEEP_LD_PRELOAD=/nope.so PALE_KEEP_JAVA_TOOL_OPTIONS=-Dx=1 PALE_KEEP_PALE_PASSPHRASE=p "
                + "BASH_ENV=/etc/be T_E= sh -c \"unset PWD; exec \\$P env:SECRET=v4lue -- "
                + child.replace("\"", "\\\"")
                + "\"");
    // dash drops the odd names on its way here; bash keeps them: see the test below.
    assertThat(result.out())
        .contains("b'T_X=\\xff\\x80x'")
        .contains("b'LD_PRELOAD=/nope.so'")
        .contains("b'JAVA_TOOL_OPTIONS=-Dx=1'")
        .contains("b'BASH_ENV=/etc/be'")
        .contains("b'T_E='")
        .contains("b'SECRET=v4lue'")
        .doesNotContain("PALE_");
  }

  @Test
  void oddNamesPassInEachMode() throws Exception {
    String child = "python3 -c 'print(open(\"/proc/self/environ\",\"rb\").read())'";
    for (String mode : new String[] {"", "supervise", "mask:nothing"}) {
      var result =
          Script.run(
              "env -i 'a-b.c=odd name' 'BASH_FUNC_f%%=() { echo hi; }' =x 'D=1' $P "
                  + mode
                  + " env:S=v -- /usr/bin/env "
                  + child.replace("python3", "/usr/bin/python3"),
              Map.of());
      assertThat(result.out())
          .contains(
              "b'a-b.c=odd name\\x00BASH_FUNC_f%%=() { echo hi; }\\x00=x\\x00D=1\\x00S=v\\x00'");
    }
  }

  @Test
  void theCallersDescriptorsPassAndPalesOwnDoNot() throws Exception {
    for (String mode : new String[] {"", "supervise"}) {
      var result =
          Script.run(
              "exec 7</etc/passwd; ls -l /proc/self/fd | sed 's/.* \\([0-9]* ->\\)/\\1/' | grep -v /proc/; echo --; "
                  + "$P "
                  + mode
                  + " -- ls -l /proc/self/fd | sed 's/.* \\([0-9]* ->\\)/\\1/' | grep -v /proc/");
      String[] halves = result.out().split("--\n", 2);
      assertThat(withoutPipes(halves[1])).isEqualTo(withoutPipes(halves[0])).contains("7 -> ");
    }
  }

  private static String withoutPipes(String listing) {
    return listing.replaceAll("pipe:\\[\\d+\\]", "pipe");
  }
}
