package dev.pale.gateway.log;

import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads {@link RequestLog}s, also one that is being written or whose gateway is gone.
 *
 * <p>Not thread-safe.
 */
public final class RequestLogReader {
  private final Path folder;
  private final String session;

  private RequestLogReader(Path folder, String session) {
    this.folder = folder;
    this.session = session;
  }

  /**
   * A log by its name.
   *
   * @throws PaleException 752 when there is none
   */
  public static RequestLogReader open(Path folder, String session) {
    if (!LogFiles.isSession(session) || LogFiles.parts(folder, session).isEmpty()) {
      throw PaleException.of(
          752,
          "there is no request log of that session in " + folder,
          "",
          "pale gateway log without a name shows the newest");
    }
    return new RequestLogReader(folder, session);
  }

  /** The log that was begun or changed last; empty when there is none. */
  public static Optional<RequestLogReader> newest(Path folder) {
    List<String> sessions = sessions(folder);
    return sessions.isEmpty()
        ? Optional.empty()
        : Optional.of(new RequestLogReader(folder, sessions.getLast()));
  }

  /** The sessions that have a log, the newest last. */
  public static List<String> sessions(Path folder) {
    record Aged(String session, FileTime time) {}
    List<Aged> found = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String session = LogFiles.session(file);
        if (!session.isEmpty() && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          found.add(new Aged(session, Files.getLastModifiedTime(file)));
        }
      }
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    found.sort(Comparator.comparing(Aged::time).thenComparing(Aged::session));
    List<String> sessions = new ArrayList<>();
    found.forEach(each -> sessions.add(each.session()));
    return List.copyOf(sessions);
  }

  /** The session's name. */
  public String session() {
    return session;
  }

  /**
   * Gives every row that is wanted, in the order in which they began.
   *
   * @return how many lines could not be read
   * @throws PaleException 753 when a file cannot be read
   */
  public long each(LogFilter filter, Consumer<LogRow> consumer) {
    long damaged = 0;
    for (Path part : LogFiles.parts(folder, session)) {
      try (FileChannel channel = FileChannel.open(part)) {
        LineScanner lines = new LineScanner(channel, 0);
        while (lines.next()) {
          Optional<LogRow> row = LogRow.of(lines.line());
          if (row.isEmpty()) {
            damaged++;
          } else if (filter.wants(row.get())) {
            consumer.accept(row.get());
          }
        }
      } catch (IOException e) {
        throw unreadable(part, e);
      }
    }
    return damaged;
  }

  /** Follows the log from its beginning: {@link LogFollower#poll} gives what became final since. */
  public LogFollower follow() {
    return new LogFollower(folder, session);
  }

  static PaleException unreadable(Path file, IOException cause) {
    return PaleException.of(
        753,
        "the request log " + file + " cannot be read",
        String.valueOf(cause.getMessage()),
        "",
        cause);
  }

  @Override
  public String toString() {
    return "[request log " + session + "]";
  }
}
