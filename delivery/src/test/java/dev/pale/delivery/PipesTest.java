package dev.pale.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Pale stays the parent; output is not a terminal. */
class PipesTest {
  @Test
  void bothStreamsAreMaskedAndTheStatusIsTheChilds() throws Exception {
    var result =
        Script.run(
            "$P mask:s3cret env:A=s3cret -- sh -c 'echo a$A; echo b$A >&2; exit 7'; echo $?; "
                + "$P mask:s3cret -- sh -c 'kill -KILL $$'; echo $?; "
                + "$P mask:s3cret -- nosuch; echo $?");
    assertThat(result.out()).isEqualTo("a[pale:X]\n7\n137\n127\n");
    assertThat(result.err()).startsWith("b[pale:X]\n");
  }

  @Test
  void theOrderOfTwoStreamsIntoOneFileIsKept() throws Exception {
    var result =
        Script.run(
            "$P mask:zzz -- sh -c 'i=0; while [ $i -lt 200 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done' 2>&1");
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      expected.append("o").append(i).append("\ne").append(i).append("\n");
    }
    assertThat(result.out()).isEqualTo(expected.toString());
  }

  @Test
  void binaryOutputPassesUnchangedAndToTheLastByte() throws Exception {
    var result =
        Script.run(
            "f=$(mktemp); head -c 5000000 /dev/urandom >$f; "
                + "$P mask: -- cat $f | cmp - $f && echo same; "
                + "$P mask: -- sh -c \"cat $f >&2\" 2>&1 >/dev/null | cmp - $f && echo same; rm $f");
    assertThat(result.out()).isEqualTo("same\nsame\n");
  }

  @Test
  void aReaderThatLeavesEndsTheChildAsItWouldDirectly() throws Exception {
    var result =
        Script.run("{ $P mask: -- yes; echo $? >&2; } | head -1; { yes; echo $? >&2; } | head -1");
    assertThat(result.out()).isEqualTo("y\ny\n");
    assertThat(result.err().lines()).containsExactly("141", "141");
  }

  @Test
  void aBackgroundProcessThatKeepsThePipeDoesNotHoldPaleUp() throws Exception {
    long before = System.nanoTime();
    var result = Script.run("$P mask: -- sh -c 'sleep 20 & echo started' | cat");
    assertThat(result.out()).isEqualTo("started\n");
    assertThat(System.nanoTime() - before).isLessThan(10_000_000_000L);
  }

  @Test
  void termReachesTheWholeGroupAndPaleWaitsForItsEnd() throws Exception {
    for (String mode : new String[] {"mask:", "supervise"}) {
      var result =
          Script.run(
              """
              f=$(mktemp)
              setsid $P %s -- sh -c 'trap "sleep 0.3; echo end; exit 5" TERM; sh -c "trap \\"echo inner; exit\\" TERM; while :; do sleep 0.05; done" & echo $PPID; while :; do sleep 0.05; done' >$f &
              pale=$!
              while ! [ -s $f ]; do sleep 0.05; done
              sleep 0.3; kill -TERM $(head -1 $f); wait $pale; echo $?; cat $f | tail -n +2; rm $f
              """
                  .formatted(mode));
      assertThat(result.out().lines()).containsExactly("5", "inner", "end");
    }
  }

  @Test
  void aChildThatIgnoresTermIsNotAbandoned() throws Exception {
    var result =
        Script.run(
            """
            f=$(mktemp)
            setsid $P mask: -- sh -c 'trap "" TERM; echo $PPID; sleep 1; echo finished' >$f &
            pale=$!
            while ! [ -s $f ]; do sleep 0.05; done
            kill -TERM $(cat $f); wait $pale; echo $?; tail -1 $f; rm $f
            """);
    assertThat(result.out()).isEqualTo("0\nfinished\n");
  }

  @Test
  void quitPrintsNoThreadsOfOurs() throws Exception {
    var result =
        Script.run(
            """
            f=$(mktemp)
            setsid $P mask: -- sh -c 'echo $PPID; sleep 0.6; echo finished' >$f 2>&1 &
            pale=$!
            while ! [ -s $f ]; do sleep 0.05; done
            sleep 0.2; kill -QUIT $(head -1 $f); wait $pale; echo $?; tail -n +2 $f; rm $f
            """);
    assertThat(result.out()).isEqualTo("0\nfinished\n");
  }

  @Test
  void stopEndsByTermAndWhatIgnoresItByKill() throws Exception {
    var result =
        Script.run(
            """
            f=$(mktemp -u); J=${P%-cp*}; R=-cp${P#*-cp}
            $J -Dpale.started=$f $R stop -- sh -c 'trap "exit 3" TERM; : >'$f'; while :; do sleep 0.05; done'; echo $?; rm $f
            $J -Dpale.started=$f $R stop mask: -- sh -c 'trap "" TERM; : >'$f'; while :; do sleep 0.05; done'; echo $?; rm $f
            """);
    assertThat(result.out()).isEqualTo("3\n137\n");
  }

  @Test
  void termFindsWhatForkedTwice() throws Exception {
    var result =
        Script.run(
            """
            f=$(mktemp)
            setsid $P mask: -- sh -c '(sh -c "trap \\"echo daemon; exit\\" TERM; while :; do sleep 0.05; done" &); echo $PPID; trap "sleep 0.2; exit 5" TERM; while :; do sleep 0.05; done' >$f &
            pale=$!
            while ! [ -s $f ]; do sleep 0.05; done
            sleep 0.3; kill -TERM $(head -1 $f); wait $pale; echo $?; tail -n +2 $f; rm $f
            """);
    assertThat(result.out()).isEqualTo("5\ndaemon\n");
  }

  @Test
  void aStrangerOfTheSameUserFindsTheDoorsShut() throws Exception {
    // Root passes any door, so this looks at what decides for others: the owner of the entries.
    var result =
        Script.run(
            "$P mask:s3cret env:A=s3cret -- sh -c "
                + "'stat -c %u:%a /proc/$PPID/mem /proc/$PPID/environ /proc/$PPID/fd; "
                + "tr \"\\0\" \"\\n\" </proc/$PPID/cmdline | grep -c A=s3cret'; "
                + "if [ $(id -u) = 0 ]; then cp -r ${P##*-cp } /dev/null 2>/dev/null; fi");
    assertThat(result.out()).startsWith("0:600\n0:400\n0:500\n");
  }
}
