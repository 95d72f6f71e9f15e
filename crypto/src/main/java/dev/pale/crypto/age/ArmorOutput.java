package dev.pale.crypto.age;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;

/** Writes the text form, many lines at a time; {@link #close} writes the last line. */
final class ArmorOutput extends OutputStream {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(Armor.COLUMNS, new byte[] {'\n'});

  private final OutputStream out;
  private final byte[] pending = new byte[512 * Armor.LINE_BYTES];
  private int filled;
  private boolean started;
  private boolean closed;

  ArmorOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, pending.length - filled);
      System.arraycopy(bytes, at, pending, filled, count);
      filled += count;
      at += count;
      left -= count;
      if (filled == pending.length) {
        lines();
      }
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      lines();
      out.write(Armor.END);
      out.write('\n');
      out.close();
    }
  }

  private void lines() throws IOException {
    if (!started) {
      started = true;
      out.write(Armor.BEGIN);
      out.write('\n');
    }
    if (filled > 0) {
      out.write(LINES.encode(java.util.Arrays.copyOf(pending, filled)));
      out.write('\n');
      filled = 0;
    }
  }
}
