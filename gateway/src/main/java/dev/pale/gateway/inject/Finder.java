package dev.pale.gateway.inject;

import dev.pale.gateway.http.Headers;
import dev.pale.gateway.service.Slot;
import java.util.List;

/** Finds one placeholder in one slot of a request's head. */
final class Finder {
  private final Head head;
  private final Group group;
  private final Binding binding;
  private final Slot slot;
  private final Slot origin;
  private final List<Placement> placements;

  Finder(
      Head head, Group group, Binding binding, Slot slot, Slot origin, List<Placement> placements) {
    this.head = head;
    this.group = group;
    this.binding = binding;
    this.slot = slot;
    this.origin = origin;
    this.placements = placements;
  }

  void header(Headers headers, String name) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.is(i, name)) {
        int section = Head.valueOf(i);
        if (group.is(head.text, head.start(section), head.end(section))) {
          add(section, head.start(section), head.end(section));
        }
      }
    }
  }

  void scheme(Headers headers, String scheme) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.is(i, "authorization")) {
        String value = headers.value(i);
        int section = Head.valueOf(i);
        int at = scheme.length();
        boolean named = value.regionMatches(true, 0, scheme, 0, at);
        int from = at;
        while (from < value.length() && value.charAt(from) == ' ') {
          from++;
        }
        int start = head.start(section) + from;
        if (named && from > at && group.is(head.text, start, head.end(section))) {
          add(section, start, head.end(section));
        }
      }
    }
  }

  void basic(BasicBlob blob, Slot.Part part) {
    if (group.is(blob.decoded, blob.start(part), blob.end(part))) {
      int section = Head.valueOf(head.authorization);
      // The place inside of the decoded text: the blob is written as a whole.
      int start = head.start(section);
      add(section, start + blob.start(part), start + blob.end(part));
    }
  }

  void query(String name) {
    int mark = question();
    if (mark < head.end(0)) {
      Parameters.each(
          head.text,
          mark + 1,
          head.end(0),
          name,
          (from, to) -> {
            if (is(from, to, true)) {
              add(0, from, to);
            }
          });
    }
  }

  void path(int index, String prefix) {
    int end = question();
    int segment = 0;
    int from = head.start(0) + 1;
    for (int i = from; i <= end; i++) {
      if (i == end || head.text[i] == '/') {
        if (segment == index) {
          segment(from, i, prefix);
          return;
        }
        segment++;
        from = i + 1;
      }
    }
  }

  private void segment(int from, int to, String prefix) {
    byte[] decoded = Escape.percentOnce(head.text, from, to, false);
    int start = prefix.length();
    if (decoded.length != start + group.bytes.length || !group.is(decoded, start, decoded.length)) {
      return;
    }
    for (int i = 0; i < start; i++) {
      if (decoded[i] != prefix.charAt(i)) {
        return;
      }
    }
    add(0, from, to);
  }

  private boolean is(int from, int to, boolean plus) {
    return to - from >= group.bytes.length
        && (group.is(head.text, from, to)
            || java.util.Arrays.equals(Escape.percentOnce(head.text, from, to, plus), group.bytes));
  }

  private int question() {
    int i = head.start(0);
    while (i < head.end(0) && head.text[i] != '?') {
      i++;
    }
    return i;
  }

  private void add(int section, int from, int to) {
    int start = head.start(section);
    Placement found =
        new Placement(group, binding, slot, origin, section, from - start, to - start);
    for (Placement each : placements) {
      if (each.isSameAs(found)) {
        return;
      }
    }
    placements.add(found);
  }
}
