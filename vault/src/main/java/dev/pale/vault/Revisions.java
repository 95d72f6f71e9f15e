package dev.pale.vault;

import java.util.Arrays;

/**
 * The revision of every environment, kept in the meta row under its MAC: sixteen bytes of id and
 * eight of revision each. An environment's row is authentic in every state that it ever had; this
 * list tells which of them is the present one.
 *
 * <p>Immutable. On the path of every run: plain arrays.
 */
final class Revisions {
  private static final int ID_BYTES = 16;
  private static final int ENTRY_BYTES = ID_BYTES + 8;

  static final Revisions NONE = new Revisions(new byte[0]);

  private final byte[] bytes;

  private Revisions(byte[] bytes) {
    this.bytes = bytes;
  }

  /** From what {@link #bytes} gave; the caller authenticates it. */
  static Revisions of(byte[] bytes) {
    return new Revisions(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  /** The revision of an environment; -1 when there is none of this id. */
  long find(byte[] id) {
    int at = indexOf(id);
    if (at < 0) {
      return -1;
    }
    long revision = 0;
    for (int i = 0; i < 8; i++) {
      revision = revision << 8 | (bytes[at + ID_BYTES + i] & 0xff);
    }
    return revision;
  }

  Revisions with(byte[] id, long revision) {
    int at = indexOf(id);
    int from = at < 0 ? bytes.length : at;
    byte[] out = Arrays.copyOf(bytes, at < 0 ? bytes.length + ENTRY_BYTES : bytes.length);
    System.arraycopy(id, 0, out, from, ID_BYTES);
    for (int i = 0; i < 8; i++) {
      out[from + ID_BYTES + i] = (byte) (revision >>> (56 - 8 * i));
    }
    return new Revisions(out);
  }

  Revisions without(byte[] id) {
    int at = indexOf(id);
    if (at < 0) {
      return this;
    }
    byte[] out = new byte[bytes.length - ENTRY_BYTES];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(bytes, at + ENTRY_BYTES, out, at, out.length - at);
    return new Revisions(out);
  }

  private int indexOf(byte[] id) {
    for (int at = 0; id.length == ID_BYTES && at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      if (Arrays.equals(bytes, at, at + ID_BYTES, id, 0, ID_BYTES)) {
        return at;
      }
    }
    return -1;
  }
}
