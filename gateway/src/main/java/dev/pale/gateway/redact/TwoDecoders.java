package dev.pale.gateway.redact;

import dev.pale.secrets.Out;

/** A coding over another one. */
final class TwoDecoders extends Decoder {
  private static final Out NOWHERE = (b, off, len) -> {};

  private final Decoder outer;
  private final Decoder inner;
  private Out target = NOWHERE;
  private final Out between = (b, off, len) -> innerWrite(b, off, len);

  TwoDecoders(Decoder outer, Decoder inner) {
    this.outer = outer;
    this.inner = inner;
  }

  private void innerWrite(byte[] b, int off, int len) {
    inner.write(b, off, len, target);
  }

  @Override
  void write(byte[] b, int off, int len, Out sink) {
    target = sink;
    outer.write(b, off, len, between);
    target = NOWHERE;
  }

  @Override
  void finish(Out sink) {
    target = sink;
    outer.finish(between);
    inner.finish(sink);
    target = NOWHERE;
  }

  @Override
  void reset() {
    outer.reset();
    inner.reset();
  }

  @Override
  void close() {
    outer.close();
    inner.close();
  }
}
