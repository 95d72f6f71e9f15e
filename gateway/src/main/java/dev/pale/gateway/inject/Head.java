package dev.pale.gateway.inject;

import dev.pale.gateway.http.Headers;
import java.util.Arrays;

/**
 * The text of a request's head in one buffer, so that one look finds everything: the target, then
 * name and value of each field, a line each. Used again for each request of a connection.
 */
final class Head {
  byte[] text = new byte[2048];
  int length;

  /** Where each section begins: 0 the target, then name and value of each field in turn. */
  int[] starts = new int[66];

  int sections;

  /** Whether something may be escaped. */
  boolean hasTrigger;

  /** The number of the first field {@code Authorization}, or -1, and how many there are. */
  int authorization;

  int authorizations;

  void fill(String target, Headers headers) {
    int fields = headers.size();
    int needed = target.length() + 1;
    for (int i = 0; i < fields; i++) {
      needed += headers.name(i).length() + headers.value(i).length() + 2;
    }
    reserve(needed, 2 * fields + 2);
    length = 0;
    sections = 0;
    authorization = -1;
    authorizations = 0;
    add(target);
    for (int i = 0; i < fields; i++) {
      String name = headers.name(i);
      if (name.length() == 13 && name.equalsIgnoreCase("authorization")) {
        authorization = authorizations == 0 ? i : authorization;
        authorizations++;
      }
      add(name);
      add(headers.value(i));
    }
    starts[sections] = length;
    hasTrigger = Escape.trigger(text, 0, length) < length;
  }

  void reserve(int bytes, int places) {
    if (bytes > text.length) {
      text = new byte[Math.max(bytes, text.length * 2)];
    }
    if (places > starts.length) {
      starts = new int[places * 2];
    }
  }

  // The one copy of an ISO-8859-1 string that needs no array in between.
  @SuppressWarnings("deprecation")
  private void add(String section) {
    starts[sections++] = length;
    section.getBytes(0, section.length(), text, length);
    length += section.length();
    text[length++] = '\n';
  }

  /** First position of a section. */
  int start(int section) {
    return starts[section];
  }

  /** Position after the last byte of a section. */
  int end(int section) {
    return starts[section + 1] - 1;
  }

  static int valueOf(int field) {
    return 2 * field + 2;
  }

  /** The section that a position is in. */
  int sectionAt(int position) {
    int found = Arrays.binarySearch(starts, 0, sections, position);
    return found >= 0 ? found : -found - 2;
  }

  /** Blanks out what was accepted. */
  void blank(int from, int to) {
    Arrays.fill(text, from, to, (byte) 0);
  }

  /**
   * Takes over another head with the escapes of each section undone; whether that changed anything.
   */
  boolean decode(Head from) {
    reserve(from.length, from.sections + 1);
    length = 0;
    sections = from.sections;
    for (int i = 0; i < sections; i++) {
      starts[i] = length;
      length = Escape.decode(from.text, from.start(i), from.end(i), text, length);
      text[length++] = '\n';
    }
    starts[sections] = length;
    return length < from.length;
  }
}
