package dev.pale.gateway.redact;

import dev.pale.secrets.Out;
import dev.pale.secrets.Replacement;

/** The placeholder in place of a value, in full or with exactly the value's length. */
final class Stand implements Replacement {
  private final Redactor redactor;
  private final Tally tally;
  private final boolean keepsLength;

  Stand(Redactor redactor, Tally tally, boolean keepsLength) {
    this.redactor = redactor;
    this.tally = tally;
    this.keepsLength = keepsLength;
  }

  @Override
  public void write(int label, long length, Out sink) {
    redactor.found(label, tally);
    if (keepsLength) {
      more(label, 0, length, sink);
    } else {
      byte[] placeholder = redactor.placeholder(label);
      sink.accept(placeholder, 0, placeholder.length);
    }
  }

  /** The placeholder over and over, going on where it stopped, cut at the end. */
  @Override
  public void more(int label, long before, long length, Out sink) {
    if (!keepsLength) {
      return;
    }
    byte[] placeholder = redactor.placeholder(label);
    int at = (int) (before % placeholder.length);
    long left = length;
    while (left > 0) {
      int n = (int) Math.min(left, placeholder.length - at);
      sink.accept(placeholder, at, n);
      left -= n;
      at = 0;
    }
  }
}
