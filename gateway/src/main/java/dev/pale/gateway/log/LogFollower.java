package dev.pale.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Reads a log while it is written. A row is given once, when it is final; {@link #unfinished} tells
 * which are not yet.
 *
 * <p>Not thread-safe. Holds one open file a part that has rows which are not finished.
 */
public final class LogFollower implements AutoCloseable {
  /** How often a line that cannot be read is tried again: it may be half written. */
  private static final int TRIES = 3;

  private record Unfinished(FileChannel channel, long start, LogRow row) {}

  private final Path folder;
  private final String session;
  private final List<FileChannel> channels = new ArrayList<>();
  private final List<Unfinished> unfinished = new ArrayList<>();

  /** Where the next row begins, or later. */
  private long position;

  /** How long the file was when its end was reached. */
  private long scanned = -1;

  private int tries;

  LogFollower(Path folder, String session) {
    this.folder = folder;
    this.session = session;
  }

  /**
   * The rows that became final since the last call, those that began first come first; does not
   * wait.
   *
   * @throws dev.pale.secrets.PaleException 753 when a file cannot be read
   */
  public List<LogRow> poll() {
    List<LogRow> rows = new ArrayList<>();
    try {
      again(rows);
      while (true) {
        // Asked first: what was written to this part before the next one appeared is then read.
        boolean next = nextPartExists();
        if (!onward(rows) || !next) {
          return List.copyOf(rows);
        }
        openNext();
      }
    } catch (IOException e) {
      throw RequestLogReader.unreadable(
          LogFiles.part(folder, session, Math.max(channels.size(), 1)), e);
    }
  }

  /** The rows that were met and are not final: under way, or cut off when the gateway died. */
  public List<LogRow> unfinished() {
    List<LogRow> rows = new ArrayList<>();
    unfinished.forEach(each -> rows.add(each.row()));
    return List.copyOf(rows);
  }

  private boolean nextPartExists() {
    return Files.isRegularFile(
        LogFiles.part(folder, session, channels.size() + 1), LinkOption.NOFOLLOW_LINKS);
  }

  private void openNext() throws IOException {
    channels.add(FileChannel.open(LogFiles.part(folder, session, channels.size() + 1)));
    position = 0;
    scanned = -1;
  }

  /** Looks at the rows again that were not final. */
  private void again(List<LogRow> rows) throws IOException {
    Iterator<Unfinished> each = unfinished.iterator();
    List<Unfinished> still = new ArrayList<>();
    while (each.hasNext()) {
      Unfinished known = each.next();
      LineScanner line = new LineScanner(known.channel(), known.start());
      Optional<LogRow> row = line.next() ? LogRow.of(line.line()) : Optional.empty();
      if (row.isPresent() && row.get().state().isFinal()) {
        rows.add(row.get());
        each.remove();
      } else if (row.isPresent() && row.get().state() != known.row().state()) {
        each.remove();
        still.add(new Unfinished(known.channel(), known.start(), row.get()));
      }
    }
    unfinished.addAll(still);
  }

  /** Reads on; whether everything was read. */
  private boolean onward(List<LogRow> rows) throws IOException {
    if (channels.isEmpty()) {
      return true;
    }
    FileChannel channel = channels.getLast();
    long size = channel.size();
    if (size == scanned && isPadding(channel)) {
      return true;
    }
    LineScanner lines = new LineScanner(channel, position);
    while (lines.next()) {
      Optional<LogRow> row = LogRow.of(lines.line());
      if (row.isEmpty() && ++tries < TRIES) {
        return false;
      }
      tries = 0;
      position = lines.end();
      if (row.isPresent() && row.get().state().isFinal()) {
        rows.add(row.get());
      } else if (row.isPresent()) {
        unfinished.add(new Unfinished(channel, lines.start(), row.get()));
      }
    }
    scanned = size;
    return true;
  }

  /** The next row of a part of unchanged length can only be where the last one ended. */
  private boolean isPadding(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    return channel.read(one, position) < 1 || one.get(0) == '\n';
  }

  @Override
  public void close() {
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
    channels.clear();
    unfinished.clear();
  }
}
