package dev.pale.gateway.http;

import java.util.ArrayList;
import java.util.List;
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
  private final List<String> names = new ArrayList<>(16);
  private final List<String> values = new ArrayList<>(16);

  /** No fields. */
  public Headers() {}

  /** Adds a field at the end. */
  public Headers add(String name, String value) {
    names.add(name);
    values.add(value);
    return this;
  }

  /** How many fields there are. */
  public int size() {
    return names.size();
  }

  /** The name of a field as it came. */
  public String name(int index) {
    return names.get(index);
  }

  /** The value of a field. */
  public String value(int index) {
    return values.get(index);
  }

  /** Whether the field at an index has this name. */
  public boolean is(int index, String name) {
    return names.get(index).equalsIgnoreCase(name);
  }

  /** The value of the first field of a name; null when there is none. */
  public @Nullable String first(String name) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return values.get(i);
      }
    }
    return null;
  }

  /** All values of a name, in order. */
  public List<String> all(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  /** How many fields have this name. */
  public int count(String name) {
    int count = 0;
    for (String each : names) {
      if (each.equalsIgnoreCase(name)) {
        count++;
      }
    }
    return count;
  }

  /** Whether a field of comma-separated tokens holds this one, without regard to case. */
  public boolean hasToken(String name, String token) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name) && listHas(values.get(i), token)) {
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
    return names.toString();
  }
}
