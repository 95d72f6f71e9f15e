package dev.pale.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Masks one plain value; what could be its beginning is held, also at a pause. */
final class TestMask implements Mask.Stream {
  private final String needle;
  private String held = "";

  TestMask(byte[] needle) {
    this.needle = new String(needle, ISO_8859_1);
  }

  @Override
  public void write(byte[] buffer, int offset, int length, Mask.Sink sink) {
    if (needle.isEmpty()) {
      sink.accept(buffer, offset, length);
      return;
    }
    String text = held + new String(buffer, offset, length, ISO_8859_1);
    text = text.replace(needle, "[pale:X]");
    int keep = Math.min(needle.length() - 1, text.length());
    while (keep > 0 && !needle.startsWith(text.substring(text.length() - keep))) {
      keep--;
    }
    held = text.substring(text.length() - keep);
    byte[] out = text.substring(0, text.length() - keep).getBytes(ISO_8859_1);
    sink.accept(out, 0, out.length);
  }

  @Override
  public void pause(Mask.Sink sink) {}

  @Override
  public void finish(Mask.Sink sink) {
    byte[] out = held.getBytes(UTF_8);
    sink.accept(out, 0, out.length);
  }
}
