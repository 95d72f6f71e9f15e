package dev.pale.sops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A map or list of YAML while it is read. */
final class YamlFrame implements YamlNode {
  private static final YamlNode NOTHING = new YamlNode.Scalar(SopsNode.Leaf.nothing());

  /** An entry, an element or a comment. */
  static final class Slot {
    private final String key;
    private final boolean comment;
    private YamlNode value = NOTHING;

    private Slot(String key, boolean comment) {
      this.key = key;
      this.comment = comment;
    }

    String key() {
      return key;
    }

    boolean isComment() {
      return comment;
    }

    YamlNode value() {
      return value;
    }
  }

  private final boolean map;
  private final boolean flow;
  private final int indent;
  private final List<Slot> slots = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private boolean valueDue;

  YamlFrame(boolean map, boolean flow, int indent) {
    this.map = map;
    this.flow = flow;
    this.indent = indent;
  }

  boolean isMap() {
    return map;
  }

  boolean isFlow() {
    return flow;
  }

  /** The column of its keys or dashes, from 0. */
  int indent() {
    return indent;
  }

  List<Slot> slots() {
    return slots;
  }

  boolean wantsKey() {
    return map && !valueDue;
  }

  /** False when the key was there and must not be twice. */
  boolean key(String key, boolean unique) {
    slots.add(new Slot(key, false));
    valueDue = true;
    return keys.add(key) || !unique;
  }

  /** False when a key is due. */
  boolean accept(YamlNode node) {
    if (wantsKey()) {
      return false;
    }
    if (map) {
      valueDue = false;
    } else {
      slots.add(new Slot("", false));
    }
    slots.getLast().value = node;
    return true;
  }

  /** Puts a comment before the last entry when {@code beforeLast}, else at the end. */
  void comment(SopsNode.Leaf comment, boolean beforeLast) {
    Slot slot = new Slot("", true);
    slot.value = new YamlNode.Scalar(comment);
    slots.add(beforeLast && !slots.isEmpty() ? slots.size() - 1 : slots.size(), slot);
  }

  void commentFirst(SopsNode.Leaf comment) {
    Slot slot = new Slot("", true);
    slot.value = new YamlNode.Scalar(comment);
    slots.addFirst(slot);
  }
}
