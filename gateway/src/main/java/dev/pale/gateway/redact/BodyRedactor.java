package dev.pale.gateway.redact;

import dev.pale.secrets.Masker;
import dev.pale.secrets.Out;
import org.jspecify.annotations.Nullable;

/**
 * Puts placeholders in place of real values in one body that arrives in pieces. Get it from {@link
 * Redactor#body}.
 *
 * <pre>{@code
 * while ((n = in.read(buf, 0, buf.length)) >= 0) body.write(buf, 0, n, sink);   // then flush
 * body.finish(sink);
 * body.close();
 * }</pre>
 *
 * <p>Held back between two calls is only a tail that a value begins with, so an event of a stream
 * goes on at once. Memory is constant: at most the longest rendering plus a few KiB.
 *
 * <p>Any exception means that the body is cut: nothing more may be written, and the client's
 * connection must be ended so that the cut shows. A {@link dev.pale.gateway.refusal.Refusal} of
 * code {@code undecodable-response} comes for compressed data that is damaged, cut short, or
 * followed by something.
 *
 * <p>Not thread-safe.
 */
public final class BodyRedactor implements AutoCloseable {
  private static final Out NOWHERE = (b, off, len) -> {};

  private final @Nullable Decoder decoder;
  private final @Nullable Masker masker;
  private final Tally tally;
  private final boolean keepsLength;

  private Out target = NOWHERE;
  private final Out counted = this::out;
  private final Out decoded = this::mask;
  private boolean broken;

  BodyRedactor(
      @Nullable Decoder decoder, @Nullable Masker masker, Tally tally, boolean keepsLength) {
    this.decoder = decoder;
    this.masker = masker;
    this.tally = tally;
    this.keepsLength = keepsLength;
  }

  /** The next bytes as they came from the server; lets out what is decided. */
  public void write(byte[] b, int off, int len, Out sink) {
    begin(sink);
    if (decoder == null) {
      mask(b, off, len);
    } else {
      decoder.write(b, off, len, decoded);
    }
    end();
  }

  /**
   * The body has ended, all of it: lets out what was held back. Then another one of the same kind
   * may follow, for instance the next message.
   */
  public void finish(Out sink) {
    begin(sink);
    if (decoder != null) {
      decoder.finish(decoded);
      decoder.reset();
    }
    if (masker != null) {
      masker.finish(counted);
    }
    end();
  }

  /** Forgets a body that was begun. */
  public void reset() {
    if (decoder != null) {
      decoder.reset();
    }
    if (masker != null) {
      masker.finish(NOWHERE);
    }
    broken = false;
  }

  /**
   * Whether what comes out is another number of bytes for another reason than a replaced value: the
   * body is decoded, and its length known only at its end.
   */
  public boolean decodes() {
    return decoder != null;
  }

  /** Whether exactly as many bytes come out as went in. */
  public boolean keepsLength() {
    return keepsLength;
  }

  /** Frees what a decoder holds outside the heap, and forgets what is held back. */
  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
    }
    if (masker != null && !broken) {
      masker.finish(NOWHERE);
    }
    broken = true;
  }

  private void begin(Out sink) {
    if (broken) {
      throw new IllegalStateException("the body was cut or closed");
    }
    // Until the call has returned: what throws in between leaves it cut.
    broken = true;
    target = sink;
  }

  private void end() {
    target = NOWHERE;
    broken = false;
  }

  private void mask(byte[] b, int off, int len) {
    if (masker == null) {
      out(b, off, len);
    } else {
      masker.write(b, off, len, counted);
    }
  }

  private void out(byte[] b, int off, int len) {
    if (len > 0) {
      tally.addBytes(len);
      target.accept(b, off, len);
    }
  }
}
