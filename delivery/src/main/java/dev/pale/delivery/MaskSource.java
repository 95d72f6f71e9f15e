package dev.pale.delivery;

import dev.pale.secrets.Masker;
import dev.pale.secrets.Needles;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The values to mask, made into a matcher when the first byte of output comes: a program that
 * prints nothing costs nothing.
 *
 * <p>Thread-safe.
 */
final class MaskSource {
  private final Supplier<Needles> needles;
  private @Nullable Needles built;

  MaskSource(Supplier<Needles> needles) {
    this.needles = needles;
  }

  /** A masker for one stream. */
  synchronized Masker masker() {
    Needles ready = built;
    if (ready == null) {
      ready = needles.get();
      built = ready;
    }
    return ready.masker();
  }
}
