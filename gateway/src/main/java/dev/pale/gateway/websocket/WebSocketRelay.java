package dev.pale.gateway.websocket;

import dev.pale.gateway.redact.BodyRedactor;
import dev.pale.gateway.redact.Redactor;
import dev.pale.gateway.redact.Tally;
import dev.pale.gateway.refusal.Refusal;
import dev.pale.secrets.Out;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Passes the messages of an open web socket on, one blocking loop a direction, each on a thread of
 * its own. Frames are read strictly and written anew, so a message may be cut into other fragments
 * than it came in, but no message becomes two and no head passes as it came.
 *
 * <p>When a loop ends, by return or exception, the caller lets the other one go on for a moment and
 * then closes both connections. With a {@link Refusal} both sides have been sent a close frame:
 * status 1008 for a message that must not pass, 1009 for one that is too long, 1002 for a bad frame
 * ({@code bad-frame}).
 *
 * <p>What is held back of a message is only a tail that a value begins with; a frame that arrives
 * slowly goes on as it arrives. Memory is constant but for text messages that are substituted.
 */
public final class WebSocketRelay {
  /** The longest text message into which values are put, in bytes. */
  public static final int SUBSTITUTED_BYTES = 1024 * 1024;

  private static final int PIECE_BYTES = 16 * 1024;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int NOT_ALLOWED = 1008;
  private static final int TOO_LONG = 1009;

  private final FrameReader fromClient;
  private final FrameWriter toClient;
  private final FrameReader fromServer;
  private final FrameWriter toServer;
  private final AtomicLong up = new AtomicLong();

  /** How a direction came to its end. */
  public enum End {
    /** A close frame was passed on. */
    CLOSED,
    /** The stream ended without one, between two frames. */
    DROPPED
  }

  /**
   * A web socket whose handshake is done.
   *
   * @param fromClient begins right after the request's head
   * @param toClient gets its first byte after the response's head; flushed after each frame
   * @param fromServer begins right after the response's head
   * @param toServer flushed after each frame
   * @param random where masks come from
   */
  public WebSocketRelay(
      InputStream fromClient,
      OutputStream toClient,
      InputStream fromServer,
      OutputStream toServer,
      SecureRandom random) {
    this.fromClient = new FrameReader(fromClient, true);
    this.toClient = new FrameWriter(toClient, null);
    this.fromServer = new FrameReader(fromServer, false);
    this.toServer = new FrameWriter(toServer, random);
  }

  /**
   * Passes the client's messages to the server until its side ends.
   *
   * @param messages looks at text and binary messages
   * @param controls looks at the payloads of pings, pongs and closes, which may come inside a
   *     message: another object than {@code messages}; what it lets out is at most what went in
   * @param text puts values into text messages, which then do not go through {@code messages}; null
   *     when the service does not ask for it
   * @throws Refusal what a guard threw, or 400 {@code bad-frame}, or 413 {@code message-too-long}
   * @throws IOException when a stream fails or ends inside a frame
   */
  public End clientToServer(
      MessageGuard messages, MessageGuard controls, @Nullable TextSubstitution text)
      throws IOException {
    try {
      return relay(fromClient, toServer, messages, controls, text, true);
    } catch (Refusal refusal) {
      throw ended(refusal);
    }
  }

  /**
   * Passes the server's messages to the client until its side ends, redacted; payloads of control
   * frames keep their length.
   *
   * @param tally counts what the client gets
   * @throws Refusal 502 {@code bad-frame}
   * @throws IOException when a stream fails or ends inside a frame
   */
  public End serverToClient(Redactor redactor, Tally tally) throws IOException {
    try (BodyRedactor messages = redactor.stream(tally, false);
        BodyRedactor controls = redactor.stream(tally, true)) {
      return relay(
          fromServer, toClient, new Redacting(messages), new Redacting(controls), null, false);
    } catch (Refusal refusal) {
      throw ended(refusal);
    }
  }

  /** How many bytes of messages went to the server so far. May be read by any thread. */
  public long up() {
    return up.get();
  }

  private Refusal ended(Refusal refusal) {
    int code =
        switch (refusal.code()) {
          case "bad-frame" -> PROTOCOL_ERROR;
          case "message-too-long" -> TOO_LONG;
          default -> NOT_ALLOWED;
        };
    toServer.close(code, "");
    toClient.close(code, refusal.code());
    return refusal;
  }

  private End relay(
      FrameReader reader,
      FrameWriter writer,
      MessageGuard messages,
      MessageGuard controls,
      @Nullable TextSubstitution text,
      boolean counts)
      throws IOException {
    Collected collected = new Collected();
    Collected control = new Collected();
    byte[] piece = new byte[PIECE_BYTES];
    // The opcode of the next fragment of the message, and whether its text is to be substituted.
    int opcode = FrameReader.CONTINUATION;
    boolean substituted = false;
    while (reader.next()) {
      if (reader.isControl()) {
        control(reader, writer, controls, control);
        if (reader.opcode() == FrameReader.CLOSE) {
          return End.CLOSED;
        }
        continue;
      }
      if (reader.opcode() != FrameReader.CONTINUATION) {
        opcode = reader.opcode();
        substituted = text != null && opcode == FrameReader.TEXT;
      }
      boolean last;
      do {
        int n = reader.left() == 0 ? 0 : reader.payload(piece);
        last = reader.left() == 0 && reader.isLast();
        if (substituted) {
          collect(piece, n, collected);
        } else {
          pass(messages, piece, n, last, collected);
        }
        if (last && substituted && text != null) {
          long sent = substitute(text, writer, collected);
          up.addAndGet(counts ? sent : 0);
        } else if (last || (!substituted && isDue(collected, reader))) {
          writer.frame(last, opcode, collected.bytes(), 0, collected.size());
          up.addAndGet(counts ? collected.size() : 0);
          collected.clear();
          opcode = FrameReader.CONTINUATION;
        }
      } while (reader.left() > 0);
    }
    return End.DROPPED;
  }

  private static void pass(
      MessageGuard guard, byte[] piece, int length, boolean last, Collected collected) {
    if (length > 0) {
      guard.write(piece, 0, length, collected);
    }
    if (last) {
      guard.finish(collected);
    }
    Arrays.fill(piece, 0, length, (byte) 0);
  }

  /** A fragment goes when it is large, or when nothing follows for now. */
  private static boolean isDue(Collected collected, FrameReader reader) throws IOException {
    return collected.size() > 0 && (collected.size() >= PIECE_BYTES || !reader.more());
  }

  private static void collect(byte[] piece, int length, Collected collected) {
    if (collected.size() + length > SUBSTITUTED_BYTES) {
      throw Refusal.of(
          413,
          "message-too-long",
          "a text message is too long for a secret to be put into it",
          "at most " + SUBSTITUTED_BYTES + " bytes");
    }
    collected.accept(piece, 0, length);
  }

  private static long substitute(TextSubstitution text, FrameWriter writer, Collected collected)
      throws IOException {
    byte[] whole = collected.copy();
    collected.clear();
    byte[] ready = whole;
    try {
      ready = text.apply(whole);
      writer.frame(true, FrameReader.TEXT, ready, 0, ready.length);
      return ready.length;
    } finally {
      Arrays.fill(whole, (byte) 0);
      Arrays.fill(ready, (byte) 0);
    }
  }

  private static void control(
      FrameReader reader, FrameWriter writer, MessageGuard guard, Collected collected)
      throws IOException {
    byte[] payload = reader.control();
    boolean isClose = reader.opcode() == FrameReader.CLOSE && payload.length > 0;
    // The status of a close frame is no text.
    int from = isClose ? 2 : 0;
    collected.accept(payload, 0, from);
    pass(
        guard,
        Arrays.copyOfRange(payload, from, payload.length),
        payload.length - from,
        true,
        collected);
    if (collected.size() > FrameReader.CONTROL_BYTES) {
      throw new IllegalStateException("a guard made a control frame longer");
    }
    writer.frame(true, reader.opcode(), collected.bytes(), 0, collected.size());
    collected.clear();
  }

  /** A redactor as a guard, which never refuses. */
  private static final class Redacting implements MessageGuard {
    private final BodyRedactor redactor;

    Redacting(BodyRedactor redactor) {
      this.redactor = redactor;
    }

    @Override
    public void write(byte[] b, int off, int len, Out sink) {
      redactor.write(b, off, len, sink);
    }

    @Override
    public void finish(Out sink) {
      redactor.finish(sink);
    }
  }
}
