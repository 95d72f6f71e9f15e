package dev.pale.secrets;

/**
 * What stands in the stream for a masked region; {@link Masker} calls it, in the order of the
 * stream. The default, {@link Needles#masker()}, writes {@code [pale:LABEL]}.
 *
 * <p>To keep the length of the stream, write exactly {@code length} bytes in {@link #write} and in
 * {@link #more}. It must not write bytes of its own that could be part of a needle.
 */
@FunctionalInterface
public interface Replacement {
  /**
   * A region begins.
   *
   * @param label number of its label in {@link Needles#labels()}
   * @param length how many bytes of the stream it takes the place of, at least 1; with colour codes
   *     that lie between them
   * @param sink where what stands for it goes
   */
  void write(int label, long length, Out sink);

  /**
   * The region for which {@link #write} was called last turned out to be longer: another needle
   * overlaps its end. Writes nothing by default, so that neither length nor number shows.
   *
   * @param label the label of the region, as in {@link #write}
   * @param before how many bytes it has taken the place of so far
   * @param length how many more, at least 1
   * @param sink where what stands for them goes
   */
  default void more(int label, long before, long length, Out sink) {}

  /**
   * Whether a region right behind one of the same label gets nothing of its own, as if both were
   * one; then {@link #more} is called for it.
   */
  default boolean joinsTouching() {
    return false;
  }
}
