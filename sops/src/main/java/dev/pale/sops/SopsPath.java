package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;

/**
 * The place of a value in a document, written {@code ["a"]["b"][0]} as {@code --extract} and {@code
 * set} take it.
 *
 * <p>Immutable.
 *
 * @param steps from the top; empty for the whole document
 */
public record SopsPath(List<Step> steps) {
  /** One step down. */
  public sealed interface Step {}

  /** Into a branch. */
  public record Key(String name) implements Step {}

  /** Into a list, from 0; comments in the list count, as with sops. */
  public record Index(int position) implements Step {
    public Index {
      if (position < 0) {
        throw new IllegalArgumentException("negative index");
      }
    }
  }

  public SopsPath {
    steps = List.copyOf(steps);
  }

  /** A path of keys. */
  public static SopsPath keys(String... names) {
    List<Step> steps = new ArrayList<>();
    for (String name : names) {
      steps.add(new Key(name));
    }
    return new SopsPath(steps);
  }

  /**
   * Reads {@code ["a"]['b'][0]}. As with sops, a name cannot hold {@code [}.
   *
   * @throws PaleException 466 when the text is no path
   */
  public static SopsPath parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String part : text.split("\\[", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      if (!part.endsWith("]")) {
        throw malformed("a part does not end with ]");
      }
      String inner = part.substring(0, part.length() - 1);
      if (inner.startsWith("\"") || inner.startsWith("'")) {
        if (inner.length() < 2 || inner.charAt(inner.length() - 1) != inner.charAt(0)) {
          throw malformed("a quoted key does not end with its quote");
        }
        steps.add(new Key(inner.substring(1, inner.length() - 1)));
      } else if (inner.matches("[0-9]{1,9}")) {
        steps.add(new Index(Integer.parseInt(inner)));
      } else {
        throw malformed("a part is neither a quoted key nor a number");
      }
    }
    return new SopsPath(steps);
  }

  private static PaleException malformed(String why) {
    return PaleException.of(
        466, "not a path into a SOPS file", why, "write it as [\"key\"][\"other\"][0]");
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      switch (step) {
        case Key key -> text.append("[\"").append(key.name()).append("\"]");
        case Index index -> text.append('[').append(index.position()).append(']');
      }
    }
    return text.toString();
  }
}
