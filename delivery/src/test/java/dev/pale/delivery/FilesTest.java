package dev.pale.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Values in files and fifos: there for the child, gone after it. */
class FilesTest {
  private static final String D = "/dev/shm/pale-test";
  private static final String GONE =
      "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -e $d ] || break; sleep 0.1; done; [ -e $d ] && echo LEFT || echo gone\n";

  @Test
  void aFileIsPrivateAndGoneAfterwards() throws Exception {
    for (String mode : new String[] {"", "supervise", "mask:zzz"}) {
      var result =
          Script.run(
              "f=$(mktemp); $P "
                  + mode
                  + " file:CERT=v4lue -- sh -c 'cat $CERT; echo; stat -c %a $CERT; cd ${CERT%/*}; stat -fc %T .; stat -c %a .; pwd >'$f'; basename $CERT; exit 3'; echo $?; d=$(cat $f); rm $f; "
                  + GONE);
      assertThat(result.out().lines())
          .containsExactly("v4lue", "600", "tmpfs", "700", "CERT", "3", "gone");
    }
  }

  @Test
  void goneAfterTheReplacedProcessIsKilled() throws Exception {
    var result =
        Script.run(
            "f=$(mktemp); $P file:C=v -- sh -c 'echo ${C%/*} >'$f'; kill -KILL $$'; echo $?; d=$(cat $f); rm $f; "
                + GONE);
    assertThat(result.out()).isEqualTo("137\ngone\n");
  }

  @Test
  void staysAsLongAsTheChildWhenPaleIsKilled() throws Exception {
    var result =
        Script.run(
            """
            f=$(mktemp)
            $P supervise file:C=v -- sh -c 'echo ${C%/*} >'$f'; sleep 1; kill -KILL $PPID; sleep 0.5; cat $C; echo; echo $$ >>'$f'; sleep 30'
            sleep 1
            d=$(head -1 $f); [ -e $d/C ] && echo there; kill -KILL $(tail -1 $f); rm $f
            """
                + GONE);
    assertThat(result.out()).isEqualTo("v\nthere\ngone\n");
  }

  @Test
  void aFolderWithoutALivingOwnerIsSwept() throws Exception {
    var result =
        Script.run(
            "mkdir -p -m 700 "
                + D
                + "/run-dead; echo '1 1' >"
                + D
                + "/run-dead/.owners; $P file:C=v -- true; ls "
                + D);
    assertThat(result.out()).doesNotContain("run-dead");
  }

  @Test
  void aFifoIsReadOnceAndNeverHoldsUpTheEnd() throws Exception {
    var result =
        Script.run(
            "$P fifo:C=v4lue -- sh -c 'test -p $C && cat $C; echo; test -e $C || echo gone; exit 3'; echo $?; "
                + "$P fifo:C=v4lue -- sh -c 'echo ${C%/*}; exit 4' | { read d; "
                + GONE
                + "}");
    assertThat(result.out().lines()).containsExactly("v4lue", "gone", "3", "gone");
  }

  @Test
  void theProgramSeesNoChildThatItDidNotStart() throws Exception {
    var result =
        Script.run(
            "$P file:C=v -- python3 -c 'import os\ntry: print(os.waitpid(-1, os.WNOHANG))\nexcept ChildProcessError: print(\"none\")'");
    assertThat(result.out()).isEqualTo("none\n");
  }
}
