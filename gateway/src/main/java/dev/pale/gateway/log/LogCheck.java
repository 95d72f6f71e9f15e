package dev.pale.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verifies the chain over the finished rows of a {@link RequestLog}. */
public final class LogCheck {
  private static final byte[] CHAIN = RowText.CHAIN.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BEGUN = "{\"n\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMPLETED = ",\"k\":".getBytes(StandardCharsets.US_ASCII);

  /** No row is shorter. */
  private static final int SHORTEST_BYTES = 256;

  private LogCheck() {}

  /** What came out. */
  public sealed interface Result {
    /**
     * Every finished row is as it was written, and none is missing before the last one.
     *
     * @param finished how many
     * @param unfinished rows that are not covered
     * @param torn lines that were being written when the process died
     * @param head the chain's last value, in hexadecimal, to be compared with {@link
     *     RequestLog#head()} if that was kept: only this tells whether rows are missing at the end
     */
    record Intact(long finished, long unfinished, long torn, String head) implements Result {}

    /**
     * Somebody changed the log.
     *
     * @param row the number {@code k} of the first row that is not as it was written, or missing
     * @param why a sentence's end
     */
    record Changed(long row, String why) implements Result {}
  }

  /** Rows are completed nearly in the order in which they began, so most are in one piece read. */
  private static final class Window {
    private static final int BYTES = 256 * 1024;

    private final ByteBuffer piece = ByteBuffer.allocate(BYTES).limit(0);
    private @Nullable FileChannel channel;
    private long from;

    void read(FileChannel wanted, long position, byte[] line) throws IOException {
      long at = position - from;
      if (!wanted.equals(channel) || at < 0 || at + line.length > piece.limit()) {
        channel = wanted;
        from = Math.max(0, position - BYTES / 4);
        at = position - from;
        piece.clear();
        while (piece.hasRemaining() && wanted.read(piece, from + piece.position()) > 0) {
          // A file may give less than it has.
        }
        piece.flip();
      }
      if (at + line.length > piece.limit()) {
        throw new IOException("the file was cut while it was read");
      }
      piece.get((int) at, line);
    }
  }

  /** Where finished rows are, by their number of completion. */
  private static final class Index {
    private long[] places = new long[1024];
    private int[] lengths = new int[1024];
    private final long most;
    private long finished;
    private long highest;

    Index(long most) {
      this.most = most;
    }

    /** False when there is one of this number already, or the number is none. */
    boolean put(long k, int part, long position, int length) {
      if (k < 1 || k > most) {
        return false;
      }
      if (k >= places.length) {
        int size = (int) Math.min(most + 1, Math.max(k + 1, places.length * 2L));
        places = Arrays.copyOf(places, size);
        lengths = Arrays.copyOf(lengths, size);
      }
      if (lengths[(int) k] != 0) {
        return false;
      }
      places[(int) k] = (long) part << 40 | position;
      lengths[(int) k] = length;
      highest = Math.max(highest, k);
      finished++;
      return true;
    }
  }

  /**
   * Reads all parts twice: once for where the rows are, once in the order of the chain.
   *
   * @throws dev.pale.secrets.PaleException 753 when a file cannot be read
   */
  public static Result check(Path folder, String session) {
    List<FileChannel> channels = new ArrayList<>();
    try {
      return check(LogFiles.parts(folder, session), channels);
    } catch (IOException e) {
      throw RequestLogReader.unreadable(LogFiles.part(folder, session, 1), e);
    } finally {
      for (FileChannel channel : channels) {
        close(channel);
      }
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  private static Result check(List<Path> parts, List<FileChannel> channels) throws IOException {
    long bytes = 0;
    for (Path part : parts) {
      FileChannel channel = FileChannel.open(part);
      channels.add(channel);
      bytes += channel.size();
    }
    // A number that is higher than rows could be there is forged, and must not cost memory.
    Index index = new Index(Math.min(bytes / SHORTEST_BYTES + 1, Integer.MAX_VALUE - 16));
    long unfinished = 0;
    long torn = 0;
    // Rows stand in the order in which they began, whatever order they were completed in.
    long before = 0;
    for (int part = 0; part < channels.size(); part++) {
      FileChannel channel = channels.get(part);
      LineScanner lines = new LineScanner(channel, 0);
      while (lines.next()) {
        byte[] line = lines.line();
        int covered = LogRow.indexOf(line, CHAIN);
        if (covered < 0) {
          Optional<LogRow> row = LogRow.of(line);
          unfinished += row.isPresent() ? 1 : 0;
          torn += row.isPresent() ? 0 : 1;
        } else if (!isEnd(line, covered + CHAIN.length + RowText.CHAIN_DIGITS)) {
          // If it is not the last of the chain, it will be missed there.
          torn++;
        } else if (!index.put(completed(line, covered), part, lines.start(), line.length)) {
          return new Result.Changed(completed(line, covered), "it is there twice, or no number");
        } else if (begun(line) <= before) {
          return new Result.Changed(completed(line, covered), "it is not in its place");
        } else {
          before = begun(line);
        }
      }
    }
    return chain(index, channels, unfinished, torn);
  }

  /** The number of the row's beginning, which stands first; 0 for none. */
  private static long begun(byte[] line) {
    if (!Arrays.equals(line, 0, Math.min(BEGUN.length, line.length), BEGUN, 0, BEGUN.length)) {
      return 0;
    }
    long n = 0;
    for (int i = BEGUN.length; i < line.length && i < BEGUN.length + 18; i++) {
      if (line[i] < '0' || line[i] > '9') {
        return n;
      }
      n = n * 10 + line[i] - '0';
    }
    return 0;
  }

  /** The number after the last {@code ,"k":}, which stands right before the chain; 0 for none. */
  private static long completed(byte[] line, int covered) {
    int at = covered;
    long k = 0;
    long scale = 1;
    while (at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9' && scale < 10_000_000_000L) {
      k += (line[--at] - '0') * scale;
      scale *= 10;
    }
    int from = at - COMPLETED.length;
    return from >= 0 && Arrays.equals(line, from, at, COMPLETED, 0, COMPLETED.length) ? k : 0;
  }

  private static Result chain(Index index, List<FileChannel> channels, long unfinished, long torn)
      throws IOException {
    MessageDigest sha256 = sha256();
    Window window = new Window();
    byte[] chain = new byte[sha256.getDigestLength()];
    for (int k = 1; k <= index.highest; k++) {
      if (index.lengths[k] == 0) {
        return new Result.Changed(k, "it is missing");
      }
      byte[] line = new byte[index.lengths[k]];
      int part = (int) (index.places[k] >>> 40);
      window.read(channels.get(part), index.places[k] & (1L << 40) - 1, line);
      int covered = LogRow.indexOf(line, CHAIN);
      if (covered < 0) {
        return new Result.Changed(k, "it was changed");
      }
      sha256.update(chain);
      sha256.update(line, 0, covered);
      chain = sha256.digest();
      byte[] written =
          HexFormat.of()
              .formatHex(chain, 0, RowText.CHAIN_DIGITS / 2)
              .getBytes(StandardCharsets.US_ASCII);
      int from = covered + CHAIN.length;
      int to = from + written.length;
      if (!Arrays.equals(line, from, to, written, 0, written.length)) {
        return new Result.Changed(k, "it, or one before it, was changed");
      }
    }
    return new Result.Intact(index.finished, unfinished, torn, HexFormat.of().formatHex(chain));
  }

  /** Whether nothing but the end of the object and filling follows, which no hash covers. */
  private static boolean isEnd(byte[] line, int from) {
    if (from + 2 > line.length || line[from] != '"' || line[from + 1] != '}') {
      return false;
    }
    for (int i = from + 2; i < line.length; i++) {
      if (line[i] != ' ') {
        return false;
      }
    }
    return true;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
