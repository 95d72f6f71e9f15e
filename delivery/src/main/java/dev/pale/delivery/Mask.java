package dev.pale.delivery;

/**
 * What replaces values in a child's output. One mask serves several streams; each stream gets its
 * own {@link Stream}, driven by one thread.
 */
public interface Mask {
  /** A fresh stream. */
  Stream open();

  /** One stream of bytes. Not thread-safe. */
  interface Stream {
    /** The next bytes; what is decided goes to the sink. */
    void write(byte[] buffer, int offset, int length, Sink sink);

    /** Nothing more is ready at the moment: what may be shown, is. */
    void pause(Sink sink);

    /** The end: what is held back goes to the sink. */
    void finish(Sink sink);
  }

  /** Where masked bytes go. */
  interface Sink {
    /** Takes bytes; they must be copied before the call returns. */
    void accept(byte[] buffer, int offset, int length);
  }
}
