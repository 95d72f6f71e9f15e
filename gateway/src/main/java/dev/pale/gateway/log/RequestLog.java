package dev.pale.gateway.log;

import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.PaleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * The log of one session: {@code FOLDER/SESSION.jsonl}, one JSON object a line, readable by its
 * owner only; a new part ({@code SESSION.2.jsonl} …) every 256 MiB.
 *
 * <p>A row has {@code n}, {@code time} (RFC 3339, UTC, when it began), {@code client}, {@code
 * scheme}, {@code host}, {@code method}, {@code path}, {@code rule}, {@code secrets} and {@code
 * slots} (arrays of the same order), {@code state} ({@link RowState}); and when it is over {@code
 * left} (true: secrets went to the server), {@code code} of a refusal, {@code alarm} (true only),
 * {@code status}, {@code up_bytes}, {@code down_bytes}, {@code found} (occurrences of values that
 * were replaced), {@code ms}, {@code k} (its number in the order of completion) and {@code chain}.
 * Spaces fill it up; empty lines mean nothing. What is not printable ASCII is escaped; texts that
 * are too long end in {@code …}.
 *
 * <h2>Guarantees</h2>
 *
 * <ul>
 *   <li>No request without a row: {@link #begin} refuses when there is no room, and works again
 *       when there is.
 *   <li>Rows survive the death of this process, also by kill -9, in the state that they had; not
 *       the death of the machine within the kernel's write-back time.
 *   <li>Each finished row has a hash: the SHA-256 of the hash of the row completed before it (32
 *       zero bytes before the first) and the row's bytes up to {@code ,"chain"}; {@code chain} is
 *       its first half in hexadecimal. Whoever changes, drops or inserts a finished row must
 *       recompute all that follow, up to {@link #head()}, which is worth something when it is kept
 *       elsewhere. Rows that are not finished are not covered.
 * </ul>
 *
 * <p>Thread-safe; begin and finish take about a microsecond each and hold a lock for part of it.
 */
public final class RequestLog implements AutoCloseable {
  static final byte[] SENT = "sent".getBytes(StandardCharsets.US_ASCII);
  private static final long PART_BYTES = 256L * 1024 * 1024;
  private static final int HASH_BYTES = 32;

  private final ReentrantLock lock = new ReentrantLock();
  private final InstantSource clock;
  private final Slots slots;
  private final Totals totals = new Totals();
  private final MessageDigest sha256;
  private final byte[] chain = new byte[HASH_BYTES];
  private long begun;
  private long completed;
  private boolean closed;

  /** A write into the mapped file failed: somebody cut the file. */
  private volatile boolean broken;

  private RequestLog(Slots slots, InstantSource clock) {
    this.slots = slots;
    this.clock = clock;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * A new log.
   *
   * @param folder made when it is not there, with mode 0700
   * @param session letters, digits, {@code -} and {@code _}, at most 64
   * @param clock for the rows' times
   * @throws PaleException 750 when the file exists or cannot be created, 751 when others than the
   *     owner may enter the folder
   */
  public static RequestLog create(Path folder, String session, InstantSource clock) {
    return create(folder, session, clock, PART_BYTES);
  }

  static RequestLog create(Path folder, String session, InstantSource clock, long partBytes) {
    if (!LogFiles.isSession(session)) {
      throw new IllegalArgumentException("not a session's name");
    }
    try {
      LogFiles.folder(folder);
      return new RequestLog(new Slots(folder, session, partBytes), clock);
    } catch (IOException e) {
      throw PaleException.of(
          750,
          "the request log " + LogFiles.part(folder, session, 1) + " cannot be created",
          String.valueOf(e.getMessage()),
          "the gateway answers nothing without a log: make the folder writable, with room on its"
              + " disk",
          e);
    }
  }

  /** The file of the first rows. */
  public Path file() {
    return slots.first();
  }

  /**
   * Writes the row of a request, before anything of it leaves.
   *
   * @throws Refusal 503 {@code log-full}: nothing may leave
   */
  public Ticket begin(Start start) {
    long nanos = System.nanoTime();
    RowText text = new RowText(start, clock.millis());
    lock.lock();
    try {
      if (closed || broken) {
        throw full();
      }
      long n = begun + 1;
      int length = text.length(n);
      Extent room = slots.take(length);
      int position = slots.position(length);
      text.number(n);
      put(room, position, text.bytes(), text.from(), length);
      if (broken) {
        throw full();
      }
      begun = n;
      return new Ticket(this, start, text, room, position, n, nanos);
    } catch (IOException e) {
      throw full();
    } finally {
      lock.unlock();
    }
  }

  private static Refusal full() {
    return Refusal.of(
        503,
        "log-full",
        "the request log cannot be written, so nothing may leave",
        "whoever runs the gateway makes room on the disk of its state folder; then try again");
  }

  /** Completes a row: the next of the chain. */
  void finish(Ticket ticket, LongConsumer fields) {
    RowText text = ticket.text();
    lock.lock();
    try {
      fields.accept(++completed);
      sha256.update(chain);
      sha256.update(text.bytes(), text.from(), text.covered() - text.from());
      sha256.digest(chain, 0, HASH_BYTES);
      text.chain(chain);
      // Under the lock, so that a sudden death leaves at most the last row of the chain torn.
      int from = text.tail();
      int at = ticket.position() + from - text.from();
      put(ticket.room(), at, text.bytes(), from, text.end() - from);
      ticket.room().finished();
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    } finally {
      lock.unlock();
    }
  }

  /** The one place that writes into mapped memory. */
  void put(Extent room, int position, byte[] bytes, int from, int length) {
    try {
      room.put(position, bytes, from, length);
    } catch (InternalError fault) {
      broken = true;
    }
  }

  /** What was counted since the beginning. */
  public Totals totals() {
    return totals;
  }

  /** How many rows were begun. */
  public long rows() {
    lock.lock();
    try {
      return begun;
    } finally {
      lock.unlock();
    }
  }

  /** The last row's hash, all of it, in hexadecimal: to be kept where the log is not. */
  public String head() {
    lock.lock();
    try {
      return HexFormat.of().formatHex(chain);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the log: takes unused room away. Rows that are open can still be finished; {@link #begin}
   * refuses.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      slots.close();
    } catch (IOException e) {
      // Unused room stays: empty lines, which mean nothing.
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "[request log]";
  }
}
