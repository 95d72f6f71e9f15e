package dev.pale.cli.gateway;

import dev.pale.cli.context.Context;
import dev.pale.system.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where sessions keep things: a folder for each in the runtime folder, gone with it, and the request
 * logs in the state folder, which stay. A session is called {@code DATE-TIME-PID}.
 */
final class SessionFolders {
  private static final String LOG_SUFFIX = ".jsonl";

  private static final String NAME = "gateway";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Context context;

  SessionFolders(Context context) {
    this.context = context;
  }

  /** A name that no other session has. */
  String newSession() {
    return TIME.format(LocalDateTime.now()) + "-" + context.pid();
  }

  /** The folder of the request logs; made when it is not there. */
  Path logs() {
    Folders.create(context.folders().state(), context.uid());
    return Folders.create(logFolder(), context.uid());
  }

  /** The folder of the request logs, there or not. */
  Path logFolder() {
    return context.folders().state().resolve(NAME);
  }

  /** Removes logs that were last written longer ago than that. */
  void removeOldLogs(Duration keep) {
    Instant oldest = Instant.now().minus(keep);
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(logs(), "*" + LOG_SUFFIX)) {
      for (Path log : logs) {
        if (Files.getLastModifiedTime(log).toInstant().isBefore(oldest)) {
          Files.delete(log);
        }
      }
    } catch (IOException busy) {
      // The next session tries again.
    }
  }

  /** The folder of a session that starts now, mode 0700. */
  Path create(String session) {
    Folders.create(context.folders().runtime(), context.uid());
    Folders.create(sessions(), context.uid());
    removeDead();
    return Folders.create(sessions().resolve(session), context.uid());
  }

  /** The folder of a session. */
  Path of(String session) {
    return sessions().resolve(session);
  }

  /** The sessions whose gateway runs, the newest first. */
  List<String> running() {
    List<String> running = new ArrayList<>();
    for (Path folder : all()) {
      String name = String.valueOf(folder.getFileName());
      if (lives(name)) {
        running.add(name);
      }
    }
    running.sort(Comparator.reverseOrder());
    return running;
  }

  /** The process of a session's gateway; 0 when the name is not a session's. */
  static long pid(String session) {
    int dash = session.lastIndexOf('-');
    try {
      return dash < 0 ? 0 : Long.parseLong(session.substring(dash + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Removes a folder with everything in it; never follows a link. */
  static void remove(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path each, @org.jspecify.annotations.Nullable IOException e) throws IOException {
              Files.deleteIfExists(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException gone) {
      // It holds nothing secret; the next session removes it.
    }
  }

  private Path sessions() {
    return context.folders().runtime().resolve(NAME);
  }

  private List<Path> all() {
    List<Path> folders = new ArrayList<>();
    if (Files.isDirectory(sessions(), LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> each = Files.newDirectoryStream(sessions())) {
        each.forEach(folders::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folders;
  }

  private static boolean lives(String session) {
    long pid = pid(session);
    return pid > 0 && Files.exists(Path.of("/proc/" + pid));
  }

  /** What a killed gateway left behind. */
  private void removeDead() {
    for (Path folder : all()) {
      if (!lives(String.valueOf(folder.getFileName()))) {
        remove(folder);
      }
    }
  }
}
