package dev.pale.cli.run;

import dev.pale.delivery.Mask;
import dev.pale.secrets.Masker;
import dev.pale.secrets.Needles;
import dev.pale.secrets.Reveal;
import dev.pale.secrets.SecretName;
import dev.pale.secrets.SecretValue;
import java.io.PrintStream;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The mask over a child's output. The matcher is built when the first byte comes: a child that
 * prints nothing costs nothing.
 */
final class LazyMask implements Mask {
  private final SortedMap<SecretName, SecretValue> values;
  private @Nullable Needles needles;

  private LazyMask(SortedMap<SecretName, SecretValue> values) {
    this.values = values;
  }

  /** A mask over these values, which must stay open until the child has ended. */
  static LazyMask of(SortedMap<SecretName, SecretValue> values, PrintStream err) {
    StringBuilder notes = new StringBuilder();
    for (Map.Entry<SecretName, SecretValue> entry : values.entrySet()) {
      Needles.Reason reason = Needles.reasonToSkip(entry.getValue().bytes(Reveal.MASK)).orElse(null);
      if (reason != null) {
        notes.append("pale: not masked: ").append(entry.getKey().text()).append(' ').append(reason.text()).append('\n');
      }
    }
    if (!notes.isEmpty()) {
      err.print(notes);
      err.flush();
    }
    return new LazyMask(values);
  }

  private synchronized Needles needles() {
    Needles built = needles;
    if (built == null) {
      built = Needles.of(values);
      needles = built;
    }
    return built;
  }

  @Override
  public Stream open() {
    return new LazyStream(this);
  }

  /** One stream; its masker exists once a byte has come. */
  private static final class LazyStream implements Stream {
    private final LazyMask mask;
    private @Nullable Masker masker;

    LazyStream(LazyMask mask) {
      this.mask = mask;
    }

    @Override
    public void write(byte[] buffer, int offset, int length, Sink sink) {
      Masker own = masker;
      if (own == null) {
        own = mask.needles().masker();
        masker = own;
      }
      own.write(buffer, offset, length, sink::accept);
    }

    @Override
    public void pause(Sink sink) {
      Masker own = masker;
      if (own != null) {
        own.pause(sink::accept);
      }
    }

    @Override
    public void finish(Sink sink) {
      Masker own = masker;
      if (own != null) {
        own.finish(sink::accept);
      }
    }
  }
}
