package dev.pale.gateway.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Header fields in the order in which they came. Names are compared without regard to ASCII case;
 * values are ISO-8859-1 text, one character a byte, without white space around them.
 *
 * <p>What is in here came from a client or a server and is checked by the parser: names are tokens,
 * values hold no CR, LF or NUL. It never holds a real value that the gateway puts in: those are
 * bytes, written straight to the outgoing buffer.
 *
 * <p>Not thread-safe while fields are added.
 */
public final class Headers {
  // Name and value of each field side by side: lookups are most of what is done with it.
  private String[] texts = new String[32];
  private int size;

  /** No fields. */
  public Headers() {}

  /** Adds a field at the end. */
  public Headers add(String name, String value) {
    int at = size * 2;
    if (at == texts.length) {
      texts = Arrays.copyOf(texts, at * 2);
    }
    texts[at] = name;
    texts[at + 1] = value;
    size++;
    return this;
  }

  /** How many fields there are. */
  public int size() {
    return size;
  }

  /** The name of a field as it came. */
  public String name(int index) {
    return texts[Objects.checkIndex(index, size) * 2];
  }

  /** The value of a field. */
  public String value(int index) {
    return texts[Objects.checkIndex(index, size) * 2 + 1];
  }

  /** Whether the field at an index has this name. */
  public boolean is(int index, String name) {
    return name(index).equalsIgnoreCase(name);
  }

  /** The value of the first field of a name; null when there is none. */
  public @Nullable String first(String name) {
    for (int i = 0; i < size; i++) {
      if (texts[i * 2].equalsIgnoreCase(name)) {
        return texts[i * 2 + 1];
      }
    }
    return null;
  }

  /** All values of a name, in order. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (texts[i * 2].equalsIgnoreCase(name)) {
        found.add(texts[i * 2 + 1]);
      }
    }
    return found;
  }

  /** How many fields have this name. */
  public int count(String name) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (texts[i * 2].equalsIgnoreCase(name)) {
        count++;
      }
    }
    return count;
  }

  /** Whether a field of comma-separated tokens holds this one, without regard to case. */
  public boolean hasToken(String name, String token) {
    for (int i = 0; i < size; i++) {
      if (texts[i * 2].equalsIgnoreCase(name) && listHas(texts[i * 2 + 1], token)) {
        return true;
      }
    }
    return false;
  }

  private static boolean listHas(String list, String token) {
    int from = 0;
    while (from <= list.length()) {
      int comma = list.indexOf(',', from);
      int to = comma < 0 ? list.length() : comma;
      if (list.substring(from, to).trim().equalsIgnoreCase(token)) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  /** Names only: values may be anything. */
  @Override
  public String toString() {
    StringBuilder names = new StringBuilder("[");
    for (int i = 0; i < size; i++) {
      names.append(i == 0 ? "" : ", ").append(texts[i * 2]);
    }
    return names.append(']').toString();
  }
}
