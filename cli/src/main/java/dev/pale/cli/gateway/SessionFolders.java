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
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where sessions keep things: a folder for each in the runtime folder, gone with it, and the
 * request logs in the state folder, which stay. A session is called {@code DATE-TIME-PID}; its
 * folder is called by the process alone, because the path of a socket must be short.
 */
final class SessionFolders {
  private static final String LOG_SUFFIX = ".jsonl";

  private static final String SOCKET_SUFFIX = ".sock";
  private static final String NAME = "gateway";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Context context;

  SessionFolders(Context context) {
    this.context = context;
  }

  /** A name that no other session has. */
  String newSession() {
    return TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + "-" + context.pid();
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
    Path folder = of(session);
    // Nobody else has this process's number: what is there is of a dead one with the same.
    remove(folder);
    return Folders.create(folder, context.uid());
  }

  private Path of(String session) {
    return sessions().resolve(session.substring(session.lastIndexOf('-') + 1));
  }

  /** The socket by which a session's gateway is spoken to. */
  Path socket(String session) {
    return of(session).resolve(session + SOCKET_SUFFIX);
  }

  /** Whether a log's session, or the one that the log's client belongs to, runs. */
  boolean runs(String log) {
    for (String each : running()) {
      if (log.equals(each) || log.startsWith(each + "-")) {
        return true;
      }
    }
    return false;
  }

  /** The sessions whose gateway runs, the newest first. */
  List<String> running() {
    List<String> running = new ArrayList<>();
    for (Path folder : all()) {
      if (lives(folder)) {
        try (DirectoryStream<Path> sockets =
            Files.newDirectoryStream(folder, "*" + SOCKET_SUFFIX)) {
          for (Path socket : sockets) {
            String name = String.valueOf(socket.getFileName());
            running.add(name.substring(0, name.length() - SOCKET_SUFFIX.length()));
          }
        } catch (IOException gone) {
          // It ends right now.
        }
      }
    }
    running.sort(Comparator.reverseOrder());
    return running;
  }

  /** The name of a log, by its file. */
  static String log(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(LOG_SUFFIX)
        ? name.substring(0, name.length() - LOG_SUFFIX.length())
        : name;
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

  private static boolean lives(Path folder) {
    return Files.exists(Path.of("/proc").resolve(String.valueOf(folder.getFileName())));
  }

  /** What a killed gateway left behind. */
  private void removeDead() {
    for (Path folder : all()) {
      if (!lives(folder)) {
        remove(folder);
      }
    }
  }
}
