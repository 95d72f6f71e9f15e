package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pale.system.Descriptors;
import dev.pale.system.Processes;
import dev.pale.system.ProgramImage;
import dev.pale.system.SignalState;
import dev.pale.system.Spawner;
import java.io.File;
import java.nio.file.Path;
import java.util.List;

/**
 * A tiny shell that outlives everybody: it watches one process and removes one folder when that
 * process has ended, however it ended.
 *
 * <p>It has a session of its own, no terminal, an empty environment, {@code /} as its working
 * folder and none of our descriptors; its arguments are a path and two numbers. It is not a child
 * of the program: a shell in between has already ended, so that the program sees no child it does
 * not know. It looks every tenth of a second at first and every second later. If it is killed too,
 * the next start sweeps.
 *
 * <p>A process counts as ended when it is gone, or has been a zombie for four looks: while a thread
 * that is not the first replaces the program, the first one is a zombie for a moment.
 */
final class Janitor {
  private static final String SCRIPT =
      """
      PATH=/usr/bin:/bin; cd /
      (
        folder=$1; pid=$2; start=$3; n=0; z=0
        while [ -d "$folder" ]; do
          line=
          while IFS= read -r part; do line=$line$part; done 2>/dev/null <"/proc/$pid/stat"
          set -- ${line##*) }
          case $1 in Z|X) z=$((z + 1)); [ "$z" -lt 4 ] || break;; *) z=0;; esac
          [ "${20}" = "$start" ] || break
          if [ "$n" -lt 20 ] || [ "$z" -gt 0 ]; then sleep 0.1; n=$((n + 1)); else sleep 1; fi
        done
        case $folder in /*/run-*) [ -L "$folder" ] || rm -rf -- "$folder";; esac
      ) &
      """;

  private Janitor() {}

  /** Removes the folder when the process has ended. */
  static void watch(Path folder, int pid) {
    long start = ProcessTable.find(pid).map(ProcessTable.Entry::startTicks).orElse(0L);
    List<byte[]> arguments =
        List.of(
            bytes("sh"),
            bytes("-c"),
            bytes(SCRIPT),
            bytes("pale-janitor"),
            bytes(folder.toString()),
            bytes(Integer.toString(pid)),
            bytes(Long.toString(start)));
    Spawner spawner = new Spawner().ownSession();
    for (int fd = 0; fd <= 2; fd++) {
      spawner.open(fd, "/dev/null");
    }
    String[] open = new File("/proc/self/fd").list();
    for (String name : open == null ? new String[0] : open) {
      int fd = Integer.parseInt(name);
      if (fd > 2 && Descriptors.isOpen(fd) && !Descriptors.isCloseOnExec(fd)) {
        spawner.close(fd);
      }
    }
    try (ProgramImage image = ProgramImage.of(arguments, List.of())) {
      Processes.waitForEnd(spawner.start(bytes("/bin/sh"), image, SignalState.DEFAULT));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
