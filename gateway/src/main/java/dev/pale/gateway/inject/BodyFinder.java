package dev.pale.gateway.inject;

import dev.pale.formats.json.Json;
import dev.pale.gateway.name.Authority;
import dev.pale.gateway.service.Slot;
import dev.pale.secrets.PaleException;
import dev.pale.secrets.Reveal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the placeholders in the slots of a whole body or message, and writes the real values there.
 */
final class BodyFinder {
  private final Examiner examiner;
  private final Authority authority;
  private final boolean tls;
  private final List<Binding> bindings;
  private final boolean json;

  /**
   * A finder.
   *
   * @param bindings those that may have a slot in the body
   * @param json whether the body is JSON; else it is a form
   */
  BodyFinder(
      Examiner examiner, Authority authority, boolean tls, List<Binding> bindings, boolean json) {
    this.examiner = examiner;
    this.authority = authority;
    this.tls = tls;
    this.bindings = bindings;
    this.json = json;
  }

  List<Placement> inBody(byte[] body) {
    List<Placement> found = new ArrayList<>(1);
    for (Binding binding : bindings) {
      Group group = examiner.groupOf(binding);
      for (int i = 0; i < binding.flat().size(); i++) {
        Slot slot = binding.flat().get(i);
        Slot origin = binding.origin(i);
        if (slot instanceof Slot.Json pointer && json) {
          requireJson(body, group);
          int[] span = JsonSpan.find(body, pointer.pointer());
          if (span.length > 0
              && Arrays.equals(JsonSpan.unescape(body, span[0], span[1]), group.bytes)) {
            add(found, new Placement(group, binding, slot, origin, 0, span[0], span[1]));
          }
        } else if (slot instanceof Slot.Form form && !json) {
          Parameters.each(
              body,
              0,
              body.length,
              form.name(),
              (from, to) -> {
                if (Arrays.equals(Escape.percentOnce(body, from, to, true), group.bytes)) {
                  add(found, new Placement(group, binding, slot, origin, 0, from, to));
                }
              });
        }
      }
    }
    return found;
  }

  private static void requireJson(byte[] body, Group group) {
    try {
      Json.parse(body, "the body");
    } catch (PaleException e) {
      throw Alarms.badJson(group.name);
    }
  }

  List<Placement> inMessage(byte[] message) {
    List<Placement> found = new ArrayList<>(1);
    Labels labels = examiner.labels();
    for (int g = 0; g < labels.groups(); g++) {
      Group group = labels.groupAt(g);
      for (Binding binding : group.bindings) {
        for (int i = 0; i < binding.flat().size(); i++) {
          Slot slot = binding.flat().get(i);
          if (slot instanceof Slot.WebSocketText && binding.isFor(authority, tls)) {
            int at = indexOf(message, group.bytes);
            if (at >= 0) {
              int end = at + group.bytes.length;
              add(found, new Placement(group, binding, slot, binding.origin(i), 0, at, end));
            }
          }
        }
      }
    }
    return found;
  }

  private static void add(List<Placement> found, Placement one) {
    for (Placement each : found) {
      if (each.isSameAs(one)) {
        return;
      }
    }
    found.add(one);
  }

  private static int indexOf(byte[] text, byte[] part) {
    for (int i = 0; i + part.length <= text.length; i++) {
      if (Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean looksLikeJson(byte[] text) {
    int i = 0;
    while (i < text.length && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t')) {
      i++;
    }
    return i < text.length && (text[i] == '{' || text[i] == '[');
  }

  /** Puts the real values in; the result is to be wiped by whoever sends it. */
  static byte[] write(byte[] body, List<Placement> found) {
    byte[] result = body;
    for (int i = found.size() - 1; i >= 0; i--) {
      Placement each = found.get(i);
      byte[] value = each.binding().real().bytes(Reveal.INJECT);
      byte[] encoded =
          switch (each.slot()) {
            case Slot.Json pointer -> JsonSpan.escape(value);
            case Slot.WebSocketText text ->
                looksLikeJson(body) ? JsonSpan.escape(value) : value.clone();
            default -> Parameters.encode(value, "");
          };
      byte[] next = new byte[result.length - (each.to() - each.from()) + encoded.length];
      System.arraycopy(result, 0, next, 0, each.from());
      System.arraycopy(encoded, 0, next, each.from(), encoded.length);
      System.arraycopy(
          result, each.to(), next, each.from() + encoded.length, result.length - each.to());
      Arrays.fill(encoded, (byte) 0);
      if (i < found.size() - 1) {
        Arrays.fill(result, (byte) 0);
      }
      result = next;
    }
    return result;
  }
}
